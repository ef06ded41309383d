"""Writing a trained model the way it is served."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import nn

from salience.models.stored_weights import save_weights
from salience.tasks.model_folder import WEIGHTS


def write_model(
    network: nn.Module, settings: Mapping[str, Any], folder: Path, *, eight_bits: bool = False
) -> None:
    """The weights, in half precision or in eight bits, and `settings` as `model.json`."""
    save_weights(network.state_dict(), folder / WEIGHTS, eight_bits=eight_bits)
    (folder / "model.json").write_text(json.dumps(settings, indent=2) + "\n")
