"""How many GPUs TorchServe will find."""

import subprocess

_COMMAND = ("nvidia-smi", "--query-gpu=index", "--format=csv,noheader")
_PATIENCE_SECONDS = 30.0


def num_gpus() -> int:
    """As many as `nvidia-smi` lists, which TorchServe asks too; 0 where there is none."""
    try:
        listed = subprocess.run(
            _COMMAND, capture_output=True, text=True, timeout=_PATIENCE_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return 0
    return len(listed.stdout.split())
