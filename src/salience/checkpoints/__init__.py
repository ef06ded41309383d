"""Makes served models of Hugging Face checkpoints."""

from salience.checkpoints.building import BuiltModel, build_model
from salience.checkpoints.checkpoint import Checkpoint

__all__ = ["BuiltModel", "Checkpoint", "build_model"]
