"""The reference engine for translation: our networks, on a CPU or a GPU."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from salience.decoding.beam_search import BeamSettings, beam_search
from salience.decoding.generated import Generated
from salience.decoding.options import DecodingOptions
from salience.decoding.output_length import max_output_length
from salience.engines.engine import Tokens
from salience.models.translation_network import (
    AligningNetwork,
    Encoded,
    Memory,
    TranslationNetwork,
)
from salience.text.subwords import END, START


class _Position(NamedTuple):
    """What the decoder carries from one step to the next."""

    encoded: Encoded
    past: Memory | None


@dataclass(frozen=True)
class PyTorchTranslator:
    """Implements Translator with a network and a beam search."""

    network: TranslationNetwork
    device: str = "cpu"
    name: str = "pytorch"

    @property
    def explains(self) -> bool:
        """Whether the network attends to its source."""
        return isinstance(self.network, AligningNetwork)

    @torch.inference_mode()
    def run(self, batch: Sequence[Tokens], options: DecodingOptions) -> list[Generated]:
        """Translate a padded batch; every source ends with END."""
        outputs = self._search(batch, options)
        if not options.explain:
            return outputs
        return [
            output._replace(attention=self._attention(source, output.tokens))
            for source, output in zip(batch, outputs, strict=True)
        ]

    def _search(self, batch: Sequence[Tokens], options: DecodingOptions) -> list[Generated]:
        lengths = torch.tensor([len(tokens) for tokens in batch], device=self.device)
        sources = [torch.tensor(tokens) for tokens in batch]
        padded = torch.nn.utils.rnn.pad_sequence(sources, batch_first=True).to(self.device)
        max_length = max_output_length(padded.size(1), self.network.size.max_len)
        encoded = self.network.encode(padded, lengths)
        rows = torch.arange(len(batch), device=self.device).repeat_interleave(options.beam_size)
        return beam_search(
            self._step,
            self._continued,
            _Position(encoded.rows(rows), None),
            batch=len(batch),
            settings=BeamSettings(START, END, max_length, options),
            device=self.device,
        )

    def _attention(self, source: Tokens, written: Tokens) -> list[list[float]]:
        """Where the network looks before each token that it wrote, read off it once more."""
        assert isinstance(self.network, AligningNetwork)
        weights = self.network.alignment(
            torch.tensor([source], device=self.device),
            torch.tensor([len(source)], device=self.device),
            torch.tensor([[START, *written[:-1]]], device=self.device),
        )
        return weights[0].tolist()

    def _step(self, newest: Tensor, position: _Position) -> tuple[Tensor, _Position]:
        scores, past = self.network.step(newest, position.encoded, position.past)
        return scores.log_softmax(dim=-1), position._replace(past=past)

    def _continued(self, position: _Position, rows: Tensor) -> _Position:
        """Each row goes on from another of the same sentence, so the source stays."""
        return position._replace(past=self.network.continued(position.past, rows))
