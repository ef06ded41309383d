import pytest

from salience.worker.placement import Placement, device_of
from tests.unit.worker.fakes import FakeContext


@pytest.mark.parametrize(("gpu_id", "device"), [(0, "cuda:0"), ("1", "cuda:1")])
def test_a_worker_uses_the_gpu_it_was_given(gpu_id: str | int, device: str) -> None:
    assert device_of(gpu_id, gpu_is_usable=lambda: True) == device


@pytest.mark.parametrize("gpu_id", [None, -1, "-1"])
def test_without_a_gpu_it_runs_on_the_cpu(gpu_id: str | int | None) -> None:
    assert device_of(gpu_id, gpu_is_usable=lambda: True) == "cpu"


def test_a_gpu_that_torch_cannot_use_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    assert device_of(0, gpu_is_usable=lambda: False) == "cpu"
    assert "running on the CPU" in caplog.text


def test_the_engine_for_a_cpu_is_not_used_on_a_gpu() -> None:
    context = FakeContext(
        system_properties={"gpu_id": 1},
        model_yaml_config={"salience": {"engine": "ctranslate2-int8", "threads": 2}},
    )

    placement = Placement.read(context, gpu_is_usable=lambda: True)

    assert placement == Placement(device="cuda:1", threads=2, engine=None)


def test_an_archive_that_says_nothing_leaves_the_engine_to_the_model() -> None:
    context = FakeContext(system_properties={"gpu_id": None})

    assert Placement.read(context) == Placement(device="cpu", threads=1, engine=None)
