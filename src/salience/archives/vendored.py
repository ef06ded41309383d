"""What an archive carries so that a TorchServe without this package can serve it.

The image must bring Python of the same version and platform, TorchServe, PyTorch, NumPy,
PyYAML and Pillow; everything else lies beside the handler, where a worker looks first.
"""

import sys
import sysconfig
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

from salience.errors import Unsupported
from salience.tasks.model_folder import ModelFolder

_PACKAGE = Path(__file__).parents[1]
_SERVED = (
    *("attention", "data", "decoding", "engines", "models", "tasks", "text", "v1", "vision"),
    *("metrics", "tracing", "worker", "errors.py", "logs.py", "rpc_status.py"),
)
_ALWAYS = (
    "googleapis-common-protos",
    "jaxtyping",
    "prometheus-client",
    "protobuf",
    "safetensors",
    "sentencepiece",
    "sentencex",
    "tokenizers",
    "wadler-lindig",
)
_OF_ENGINE = {"onnxruntime": ("onnxruntime", "flatbuffers"), "ctranslate2": ("ctranslate2",)}
_INIT = '''"""Attention models, and the serving code around them: a part, inside an archive."""

import sys
import sysconfig

if (sys.version_info[:2], sysconfig.get_platform()) != ({version}, {platform!r}):
    raise RuntimeError(
        "this archive carries code for Python {version} on {platform}: build it on that of "
        f"this worker, Python {{sys.version_info[:2]}} on {{sysconfig.get_platform()}}"
    )
'''


def vendored_files(folder: ModelFolder, engine: str, scratch: Path) -> dict[str, Path]:
    """The package and what it needs for that engine, by path in the archive.

    Files that are made for the archive are written into `scratch`.
    """
    if folder.is_checkpoint and engine == "pytorch":
        raise Unsupported("a checkpoint on PyTorch needs the transformers library: it stays out")
    return {
        **dict(_package_files()),
        **dict(_made_files(scratch)),
        **{name: path for needed in _needed(engine) for name, path in _files_of(needed)},
    }


def _needed(engine: str) -> tuple[str, ...]:
    return _ALWAYS + _OF_ENGINE.get(engine.removesuffix("-int8"), ())


def _package_files() -> Iterator[tuple[str, Path]]:
    for part in _SERVED:
        found = [_PACKAGE / part] if part.endswith(".py") else (_PACKAGE / part).rglob("*.py")
        for path in found:
            yield f"salience/{path.relative_to(_PACKAGE).as_posix()}", path


def _made_files(scratch: Path) -> Iterator[tuple[str, Path]]:
    """The package's beginning, which refuses another platform, and its version."""
    init, metadata = scratch / "package_init.py", scratch / "METADATA"
    version, platform = tuple(sys.version_info[:2]), sysconfig.get_platform()
    init.write_text(_INIT.format(version=version, platform=platform))
    own = distribution("salience")
    metadata.write_text(f"Metadata-Version: 2.1\nName: salience\nVersion: {own.version}\n")
    yield "salience/__init__.py", init
    yield f"salience-{own.version}.dist-info/METADATA", metadata


def _files_of(name: str) -> Iterator[tuple[str, Path]]:
    """What a distribution installed, but for scripts and compiled Python."""
    for file in distribution(name).files or ():
        if file.parts[0] != ".." and "__pycache__" not in file.parts:
            yield file.as_posix(), Path(str(file.locate()))
