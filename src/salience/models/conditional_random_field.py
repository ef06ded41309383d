"""A conditional random field over tags: which tag follows which is learned too.

Source: Lafferty et al. (2001); over a recurrent network, Huang et al., "Bidirectional
LSTM-CRF Models for Sequence Tagging" (2015).
"""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn


class ConditionalRandomField(nn.Module):
    """Scores a sequence of tags by its own scores and by those of its neighbours.

    `transitions[before, after]` is added for two tags in a row, `first[tag]` for the first.
    """

    def __init__(self, num_tags: int) -> None:
        super().__init__()
        self.transitions = nn.Parameter(torch.zeros(num_tags, num_tags))
        self.first = nn.Parameter(torch.zeros(num_tags))

    def log_likelihood(
        self,
        scores: Float[Tensor, "batch len tags"],
        tags: Int[Tensor, "batch len"],
        real: Bool[Tensor, "batch len"],
    ) -> Float[Tensor, " batch"]:
        """The logarithm of the probability of `tags`, where `real` begins each row."""
        return self._score(scores, tags, real) - self._log_partition(scores, real)

    def _score(self, scores: Tensor, tags: Tensor, real: Tensor) -> Tensor:
        own = scores.gather(2, tags[..., None]).squeeze(-1)
        steps = self.transitions[tags[:, :-1], tags[:, 1:]]
        return (own * real).sum(1) + (steps * real[:, 1:]).sum(1) + self.first[tags[:, 0]]

    def _log_partition(self, scores: Tensor, real: Tensor) -> Tensor:
        """Over all sequences, by the forward algorithm."""
        total = self.first + scores[:, 0]
        for row, goes_on in zip(scores[:, 1:].unbind(1), real[:, 1:].unbind(1), strict=True):
            grown = (total[:, :, None] + self.transitions).logsumexp(1) + row
            total = torch.where(goes_on[:, None], grown, total)
        return total.logsumexp(1)
