"""Which requests to explain an answer can be met."""

from collections.abc import Mapping

from salience.errors import Unsupported
from salience.v1.models_pb2 import Model

MAX_EXPLAINED_CHARACTERS: Mapping[str, int] = {
    "translation": 3_000,
    "entities": 20_000,
    "summarization": 20_000,
}
"""Of all texts of a call, so that no reply outgrows TorchServe's `max_response_size`.

A character may be four tokens, 96 source tokens are translated to at most 255, and each pair
has a weight of four bytes: 4.5 KB for a character. Of an entity's window there are 126 weights.
"""


def check_explains(model: Model, *, explain: bool) -> None:
    """Raise Unsupported when a model is asked to explain that cannot."""
    if explain and not model.explains:
        raise Unsupported(f"model {model.name} cannot explain its answers", field="explain")
