"""Beam search over any model that scores the next token; a beam of one is greedy.

Source: Sutskever et al. (2014), with the length penalty of Wu et al., "Google's Neural
Machine Translation System" (2016), equation 14, at its plainest: log-probability over
length to the power of `length_penalty`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from salience.decoding.generated import Generated

State = TypeVar("State")
Step = Callable[[Tensor, State], tuple[Tensor, State]]
"""`(newest tokens [rows, 1], state)` to `(log-probabilities [rows, vocabulary], state)`."""
Reorder = Callable[[State, Tensor], State]
"""`(state, rows)` to the state of those rows, in that order."""


@dataclass(frozen=True)
class BeamSettings:
    """How wide and how far to search; lengths are in tokens."""

    start: int
    end: int
    max_length: int
    beam_size: int = 4
    length_penalty: float = 1.0


@dataclass(frozen=True)
class _Beams:
    """The hypotheses of every sentence: `[batch, beam]`, best first."""

    tokens: Int[Tensor, "batch beam length"]
    totals: Float[Tensor, "batch beam"]
    ended: Bool[Tensor, "batch beam"]

    def lengths(self, end: int) -> Tensor:
        """Tokens written, the END included."""
        return (self.tokens[:, :, 1:] != end).sum(dim=-1) + self.ended.long()


def beam_search(
    step: Step[State],
    reorder: Reorder[State],
    state: State,
    *,
    batch: int,
    settings: BeamSettings,
    device: str = "cpu",
) -> list[Generated]:
    """The best sequence for each of `batch` sentences.

    `state` has `beam_size` equal rows for the first sentence, then as many for the next;
    `reorder` is asked only for rows of the same sentence. What has no END after
    `settings.max_length` tokens is returned unfinished.
    """
    beam = settings.beam_size
    totals = torch.full((batch, beam), -torch.inf, device=device)
    totals[:, 0] = 0.0
    tokens = torch.full((batch, beam, 1), settings.start, device=device)
    beams = _Beams(tokens, totals, torch.zeros_like(totals, dtype=torch.bool))
    for _ in range(settings.max_length):
        scores, state = step(beams.tokens[:, :, -1].reshape(-1, 1), state)
        beams, rows = _grow(beams, scores.view(batch, beam, -1), settings)
        state = reorder(state, rows)
        if bool(beams.ended.all()):
            break
    return [_best(beams, row, settings) for row in range(batch)]


def _grow(beams: _Beams, scores: Tensor, settings: BeamSettings) -> tuple[_Beams, Tensor]:
    """Extend every hypothesis by its best tokens and keep the best of all."""
    batch, beam, vocabulary = scores.shape
    only_end = torch.full_like(scores[0, 0], -torch.inf)
    only_end[settings.end] = 0.0
    scores = torch.where(beams.ended[:, :, None], only_end, scores)
    totals, picked = (beams.totals[:, :, None] + scores).flatten(1).topk(beam)
    parents, tokens = picked // vocabulary, picked % vocabulary
    history = beams.tokens.gather(1, parents[:, :, None].expand(-1, -1, beams.tokens.size(2)))
    grown = torch.cat([history, tokens[:, :, None]], dim=2)
    rows = (torch.arange(batch, device=scores.device)[:, None] * beam + parents).flatten()
    return _Beams(grown, totals, tokens == settings.end), rows


def _best(beams: _Beams, row: int, settings: BeamSettings) -> Generated:
    lengths = beams.lengths(settings.end)[row]
    penalized = beams.totals[row] / lengths**settings.length_penalty
    best = int(penalized.argmax())
    tokens = [token for token in beams.tokens[row, best, 1:].tolist() if token != settings.end]
    score = float(beams.totals[row, best] / lengths[best])
    return Generated(tokens, score, finished=bool(beams.ended[row, best]))
