"""The names of what a checkpoint's network tells apart."""

import re

from salience.checkpoints.checkpoint import Checkpoint
from salience.errors import Unsupported

_UNNAMED = re.compile(r"LABEL_\d+")


def label_names(checkpoint: Checkpoint) -> list[str]:
    """In the order of the network's outputs; refuses names that the library made up."""
    named = {
        int(key): str(name) for key, name in (checkpoint.settings.get("id2label") or {}).items()
    }
    names = [named[number] for number in sorted(named)]
    if not names or all(map(_UNNAMED.fullmatch, names)):
        raise Unsupported("the checkpoint names no labels: write id2label into its config.json")
    if len(set(names)) < len(names):  # such as the two cranes of ImageNet
        names = [
            f"{name} ({place})" if names.count(name) > 1 else name
            for place, name in enumerate(names)
        ]
    return names
