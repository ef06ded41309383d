"""The network that gives every token a tag."""

from pathlib import Path
from typing import NamedTuple, Protocol, runtime_checkable

from jaxtyping import Float, Int
from torch import Tensor, nn

from salience.models.bert_encoder import BertEncoder, BertSize
from salience.models.stored_weights import load_weights


class ScoredTokens(NamedTuple):
    """Scores of tags, and the weights [batch, heads, len, len] of each layer of attention."""

    scores: Float[Tensor, "batch len tags"]
    weights: list[Tensor]


@runtime_checkable
class ExplainingClassifier(Protocol):
    """A network that tells where it looked when it scored tokens."""

    def explained(
        self, tokens: Int[Tensor, "batch len"], lengths: Int[Tensor, " batch"]
    ) -> ScoredTokens:
        """Scores of every tag at every token, and where each layer looked."""


class TokenClassifier(nn.Module):
    """A BERT encoder and one linear map from its states to the tags."""

    def __init__(self, size: BertSize, *, num_tags: int) -> None:
        super().__init__()
        self.size = size
        self.encoder = BertEncoder(size)
        self.dropout = nn.Dropout(size.dropout)
        self.tags = nn.Linear(size.width, num_tags)
        nn.init.normal_(self.tags.weight, std=0.02)
        nn.init.zeros_(self.tags.bias)

    def forward(
        self, tokens: Int[Tensor, "batch len"], lengths: Int[Tensor, " batch"]
    ) -> Float[Tensor, "batch len tags"]:
        """Scores of every tag at every token, before softmax."""
        return self.explained(tokens, lengths).scores

    def explained(
        self, tokens: Int[Tensor, "batch len"], lengths: Int[Tensor, " batch"]
    ) -> ScoredTokens:
        """The same, with where each layer looked."""
        states, weights = self.encoder.attend(tokens, lengths)
        return ScoredTokens(self.tags(self.dropout(states)), weights)


def load_token_classifier(weights: Path, size: BertSize, *, num_tags: int) -> TokenClassifier:
    """A classifier with stored weights, in single precision, ready to predict."""
    network = TokenClassifier(size, num_tags=num_tags)
    network.load_state_dict(load_weights(weights))
    return network.eval()
