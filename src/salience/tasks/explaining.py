"""Which requests to explain an answer can be met."""

from salience.errors import Unsupported
from salience.v1.models_pb2 import Model

MAX_EXPLAINED_CHARACTERS = 20_000
"""Of all texts of a call: weights of every pair of tokens of a sentence are long to tell."""


def check_explains(model: Model, *, explain: bool) -> None:
    """Raise Unsupported when a model is asked to explain that cannot."""
    if explain and not model.explains:
        raise Unsupported(f"model {model.name} cannot explain its answers", field="explain")
