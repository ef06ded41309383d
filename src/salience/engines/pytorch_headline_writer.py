"""Writes lines about texts in PyTorch: the reference, and the engine for a GPU."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from salience.decoding.allowed_words import Lexicon
from salience.decoding.beam_search import BeamSettings, beam_search
from salience.decoding.generated import Generated
from salience.decoding.line_rules import LineRules, LineSettings
from salience.engines.engine import Tokens
from salience.engines.headline_request import HeadlineRequest
from salience.engines.text_windows import ReadingSettings, ReadTexts, read_texts
from salience.models.writing_network import Rows, WritingNetwork

_LEAST_PROBABILITY = 1e-9


class _Position(NamedTuple):
    """What the decoder carries from one step to the next."""

    texts: Rows
    styles: Tensor
    rules: Sequence[LineRules]
    written: list[list[int]]
    past: tuple[Rows, ...] | None

    def continuing(self, rows: Tensor) -> "_Position":
        """Each row goes on from another of the same text, so the text stays."""
        return self._replace(
            past=tuple(memory.rows(rows) for memory in self.past or ()),
            written=[self.written[row] for row in rows.tolist()],
        )


@dataclass(frozen=True)
class PyTorchHeadlineWriter:
    """Runs sequences that `HeadlineRequest` makes; a text may be of any length."""

    network: WritingNetwork
    lexicon: Lexicon
    reading: ReadingSettings
    line: LineSettings
    device: str = "cpu"
    name: str = "pytorch"

    @torch.inference_mode()
    def run(self, batch: Sequence[Tokens]) -> list[Generated]:
        """The best line about each text, with its alternatives."""
        requests = [HeadlineRequest.of(tokens) for tokens in batch]
        return self._written(requests, self._read(requests).texts)

    @torch.inference_mode()
    def explain(self, batch: Sequence[Tokens]) -> list[Generated]:
        """The same with where the network looked, by all pieces of each text."""
        requests = [HeadlineRequest.of(tokens) for tokens in batch]
        read = self._read(requests)
        return [
            line._replace(attention=self._attention(read, row, requests[row], line))
            for row, line in enumerate(self._written(requests, read.texts))
        ]

    def _read(self, requests: Sequence[HeadlineRequest]) -> ReadTexts:
        return read_texts(self.network, [r.pieces for r in requests], self.reading, self.device)

    def _attention(
        self, read: ReadTexts, row: int, request: HeadlineRequest, line: Generated
    ) -> list[list[float]]:
        """Read off the network once more; what the decoder did not see has no weight."""
        seen = read.seen[row]
        looks = self.network.looks(
            read.texts.rows(torch.tensor([row], device=self.device)),
            torch.tensor([[self.reading.start, *line.tokens[:-1]]], device=self.device),
            torch.tensor([request.style], device=self.device),
        )
        weights = torch.zeros(len(line.tokens), len(request.pieces))
        weights[:, seen] = looks[0, :, : len(seen)].float().cpu()
        return weights.tolist()

    def _written(self, requests: Sequence[HeadlineRequest], texts: Rows) -> list[Generated]:
        beam = self.line.options.beam_size
        rows = torch.arange(len(requests), device=self.device).repeat_interleave(beam)
        styles = torch.tensor([request.style for request in requests], device=self.device)
        rules = [LineRules(self.lexicon, self.line, r.pieces, r.max_words) for r in requests]
        return beam_search(
            self._step,
            _Position.continuing,
            _Position(texts.rows(rows), styles[rows], rules, [[] for _ in rows], None),
            batch=len(requests),
            settings=BeamSettings(
                self.reading.start, self.line.end, self.line.max_length, self.line.options
            ),
            device=self.device,
        )

    def _step(self, newest: Tensor, position: _Position) -> tuple[Tensor, _Position]:
        written = position.written
        if position.past:
            pairs = zip(written, newest[:, 0].tolist(), strict=True)
            written = [[*line, token] for line, token in pairs]
        probabilities, past = self.network.step(
            position.texts, newest, position.styles, position.past
        )
        scores = probabilities.clamp(min=_LEAST_PROBABILITY).log()
        for row, line in enumerate(written):
            rules = position.rules[row // self.line.options.beam_size]
            scores[row] = rules.applied(scores[row], line)
        return scores, position._replace(past=past, written=written)
