"""The network that says how much each sentence of a document tells of it.

Source: Liu and Lapata, "Text Summarization with Pretrained Encoders" (2019), section 3.2:
BERT reads all sentences at once, then a small Transformer compares the sentences.
"""

from dataclasses import dataclass
from pathlib import Path

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from salience.attention import padding_mask
from salience.models.bert_encoder import BertEncoder, BertLayer, BertSize
from salience.models.stored_weights import load_weights

TOKENS_PER_STEP = 4
NUM_LENGTHS = 32
"""Lengths of sentences are told apart in so many steps; the last one is open."""


@dataclass(frozen=True)
class SentenceRankerSize:
    """The encoder of tokens, and the layers in which sentences see each other."""

    encoder: BertSize
    num_sentence_layers: int


class SentenceRanker(nn.Module):
    """A BERT encoder, the mean of each sentence's states, and layers over those means.

    A mean does not show how long its sentence is, which is half of what makes a summary,
    so a learned vector of the length is added to it.
    """

    def __init__(self, size: SentenceRankerSize) -> None:
        super().__init__()
        self.size = size
        self.encoder = BertEncoder(size.encoder)
        self.lengths = nn.Embedding(NUM_LENGTHS, size.encoder.width)
        self.layers = nn.ModuleList(
            [BertLayer(size.encoder) for _ in range(size.num_sentence_layers)]
        )
        self.dropout = nn.Dropout(size.encoder.dropout)
        self.score = nn.Linear(size.encoder.width, 1)
        nn.init.zeros_(self.lengths.weight)
        nn.init.normal_(self.score.weight, std=0.02)
        nn.init.zeros_(self.score.bias)

    def forward(
        self,
        tokens: Int[Tensor, "batch len"],
        lengths: Int[Tensor, " batch"],
        starts: Int[Tensor, "batch sentences"],
    ) -> Float[Tensor, "batch sentences"]:
        """The score of every sentence, before the sigmoid.

        `starts` holds the place of each sentence's first token; past a row's last sentence
        it holds the row's length, and the score there means nothing.
        """
        states = self.encoder(tokens, lengths)
        within = _membership(lengths, starts, tokens.size(1)).to(states.dtype)
        sizes = within.sum(2, keepdim=True)
        means = within @ states / sizes.clamp(min=1)
        steps = (sizes.squeeze(2) / TOKENS_PER_STEP).long().clamp(max=NUM_LENGTHS - 1)
        hidden = means + self.lengths(steps)
        num_sentences = (starts < lengths[:, None]).sum(1)
        visible = padding_mask(num_sentences, starts.size(1))
        for layer in self.layers:
            hidden = layer(hidden, visible=visible)
        scores: Tensor = self.score(self.dropout(hidden))
        return scores.squeeze(2)


def _membership(
    lengths: Int[Tensor, " batch"], starts: Int[Tensor, "batch sentences"], num_tokens: int
) -> Bool[Tensor, "batch sentences len"]:
    """Which tokens belong to which sentence: those from its start to the next one's."""
    ends = torch.cat([starts[:, 1:], lengths[:, None]], dim=1)
    places = torch.arange(num_tokens, device=starts.device)
    return (places >= starts[:, :, None]) & (places < ends[:, :, None])


def load_sentence_ranker(weights: Path, size: SentenceRankerSize) -> SentenceRanker:
    """A ranker with stored weights, in single precision, ready to predict."""
    network = SentenceRanker(size)
    network.load_state_dict(load_weights(weights))
    return network.eval()
