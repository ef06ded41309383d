"""A stand-in for the program that TorchServe and the supervisor count GPUs with."""

from pathlib import Path

_PROGRAM = """#!/bin/sh
case "$*" in
  *--query-gpu=index*noheader*) {indexes} ;;
  *--query-gpu=index*) echo index; {indexes} ;;
  *) echo "utilization.gpu [%], utilization.memory [%], memory.used [MiB]"
     echo "0 %, 0 %, 0 MiB" ;;
esac
"""


def write_nvidia_smi(folder: Path, *, num_gpus: int) -> None:
    """Put it into a folder, to be found on the PATH."""
    indexes = f"seq 0 {num_gpus - 1}"
    program = folder / "nvidia-smi"
    program.write_text(_PROGRAM.format(indexes=indexes))
    program.chmod(0o755)
