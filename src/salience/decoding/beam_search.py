"""Beam search over any model that scores the next token; a beam of one is greedy.

Source: Sutskever et al. (2014), with the length penalty of Wu et al., "Google's Neural
Machine Translation System" (2016), equation 14, at its plainest: log-probability over
length to the power of `length_penalty`. As in CTranslate2 and fairseq a hypothesis that
ends leaves its place to another, until as many have ended as the beam is wide.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import torch
from jaxtyping import Float, Int
from torch import Tensor

from salience.decoding.generated import Generated, with_alternatives
from salience.decoding.options import DecodingOptions

State = TypeVar("State")
Step = Callable[[Tensor, State], tuple[Tensor, State]]
"""`(newest tokens [rows, 1], state)` to `(log-probabilities [rows, vocabulary], state)`."""
Reorder = Callable[[State, Tensor], State]
"""`(state, rows)` to the state of those rows, in that order."""


@dataclass(frozen=True)
class BeamSettings:
    """How to search, and how far: `max_length` tokens, the END included."""

    start: int
    end: int
    max_length: int
    options: DecodingOptions


class _Beams(NamedTuple):
    """Hypotheses of every sentence and their log-probabilities, the best first."""

    tokens: Int[Tensor, "batch beam length"]
    totals: Float[Tensor, "batch beam"]

    def picked(self, places: Int[Tensor, "batch kept"]) -> "_Beams":
        return _Beams(_picked_tokens(self.tokens, places), self.totals.gather(1, places))

    def best(self, count: int) -> "_Beams":
        return _Beams(self.tokens[:, :count], self.totals[:, :count])


class _Hypothesis(NamedTuple):
    tokens: list[int]
    total: float


class _Endings:
    """What has ended of one sentence."""

    def __init__(self, settings: BeamSettings) -> None:
        self._settings = settings
        self._hypotheses: list[_Hypothesis] = []
        self._top_ended = False

    @property
    def complete(self) -> bool:
        """Whether the search may stop: without a penalty no later ending beats the top's."""
        options = self._settings.options
        if options.length_penalty == 0:
            return self._top_ended and len(self._hypotheses) >= options.num_hypotheses
        return len(self._hypotheses) >= options.beam_size

    def add(self, hypothesis: _Hypothesis, *, is_top: bool) -> None:
        self._hypotheses.append(hypothesis)
        self._top_ended |= is_top

    def ranked(self) -> Generated:
        power = self._settings.options.length_penalty
        by_rank = sorted(self._hypotheses, key=lambda one: -one.total / len(one.tokens) ** power)
        kept = by_rank[: self._settings.options.num_hypotheses]
        return with_alternatives([self._generated(hypothesis) for hypothesis in kept])

    def _generated(self, hypothesis: _Hypothesis) -> Generated:
        tokens, total = hypothesis
        finished = tokens[-1] == self._settings.end
        return Generated(tokens[:-1] if finished else tokens, total / len(tokens), finished)


def beam_search(
    step: Step[State],
    reorder: Reorder[State],
    state: State,
    *,
    batch: int,
    settings: BeamSettings,
    device: str = "cpu",
) -> list[Generated]:
    """The best sequence for each of `batch` sentences, never empty, with its alternatives.

    `state` has `beam_size` equal rows for the first sentence, then as many for the next;
    `reorder` is asked only for rows of the same sentence. What has no END after
    `settings.max_length` tokens is returned unfinished.
    """
    beam = settings.options.beam_size
    endings = [_Endings(settings) for _ in range(batch)]
    beams = _first_beams(batch, beam, settings.start, device)
    for length in range(1, settings.max_length + 1):
        scores, state = step(beams.tokens[:, :, -1].reshape(-1, 1), state)
        if length == 1:
            scores = _never(scores, settings.end)
        grown, parents = _grow(beams, scores.view(batch, beam, -1))
        _note_endings(
            endings, grown.best(beam), settings.end, is_last=length == settings.max_length
        )
        if all(of_sentence.complete for of_sentence in endings):
            break
        alive = _alive(grown, beam, settings.end)
        beams = grown.picked(alive)
        state = reorder(state, _rows(parents.gather(1, alive)))
    return [of_sentence.ranked() for of_sentence in endings]


def _first_beams(batch: int, beam: int, start: int, device: str) -> _Beams:
    """The START alone; all but one of the equal hypotheses are impossible."""
    totals = torch.full((batch, beam), -torch.inf, device=device)
    totals[:, 0] = 0.0
    return _Beams(torch.full((batch, beam, 1), start, device=device), totals)


def _never(scores: Tensor, token: int) -> Tensor:
    """The log-probabilities of the other tokens when `token` is ruled out."""
    return scores.index_fill(-1, torch.tensor(token, device=scores.device), -torch.inf).log_softmax(
        dim=-1
    )


def _grow(beams: _Beams, scores: Float[Tensor, "batch beam vocabulary"]) -> tuple[_Beams, Tensor]:
    """The best extensions, enough for as many as there are beams to end, and their parents."""
    _, beam, vocabulary = scores.shape
    totals, best = (beams.totals[:, :, None] + scores).flatten(1).topk(2 * beam)
    parents = best // vocabulary
    history = _picked_tokens(beams.tokens, parents)
    return _Beams(torch.cat([history, (best % vocabulary)[:, :, None]], dim=2), totals), parents


def _note_endings(endings: Sequence[_Endings], top: _Beams, end: int, *, is_last: bool) -> None:
    incomplete = [not of_sentence.complete for of_sentence in endings]
    ended = (top.tokens[:, :, -1] == end) | is_last
    for sentence, place in (ended & top.totals.isfinite()).nonzero().tolist():
        if incomplete[sentence]:
            tokens = top.tokens[sentence, place, 1:].tolist()
            hypothesis = _Hypothesis(tokens, float(top.totals[sentence, place]))
            endings[sentence].add(hypothesis, is_top=place == 0)


def _alive(grown: _Beams, beam: int, end: int) -> Int[Tensor, "batch beam"]:
    """The places of the best extensions that go on."""
    ended = (grown.tokens[:, :, -1] == end).long()
    return ended.argsort(dim=1, stable=True)[:, :beam]


def _rows(parents: Int[Tensor, "batch beam"]) -> Int[Tensor, " rows"]:
    batch, beam = parents.shape
    return (torch.arange(batch, device=parents.device)[:, None] * beam + parents).flatten()


def _picked_tokens(tokens: Tensor, places: Tensor) -> Tensor:
    return tokens.gather(1, places[:, :, None].expand(-1, -1, tokens.size(2)))
