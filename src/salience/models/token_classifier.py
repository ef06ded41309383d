"""The network that gives every token a tag."""

from pathlib import Path

from jaxtyping import Float, Int
from torch import Tensor, nn

from salience.models.bert_encoder import BertEncoder, BertSize
from salience.models.stored_weights import load_weights


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
        return self.tags(self.dropout(self.encoder(tokens, lengths)))  # type: ignore[no-any-return]


def load_token_classifier(weights: Path, size: BertSize, *, num_tags: int) -> TokenClassifier:
    """A classifier with stored weights, in single precision, ready to predict."""
    network = TokenClassifier(size, num_tags=num_tags)
    network.load_state_dict(load_weights(weights))
    return network.eval()
