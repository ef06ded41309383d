"""Writing a trained model the way it is served."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors.torch import save_file
from torch import nn

from salience.tasks.model_folder import WEIGHTS


def write_model(network: nn.Module, settings: Mapping[str, Any], folder: Path) -> None:
    """The weights, in half precision, and `settings` as `model.json`."""
    weights = {name: tensor.half().contiguous() for name, tensor in network.state_dict().items()}
    save_file(weights, folder / WEIGHTS)
    (folder / WEIGHTS).chmod(0o644)  # safetensors lets only the owner read
    (folder / "model.json").write_text(json.dumps(settings, indent=2) + "\n")
