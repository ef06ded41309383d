"""The reference engine for translation: our Transformer, on a CPU or a GPU."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from salience.attention import KeysValues
from salience.decoding.beam_search import BeamSettings, beam_search
from salience.decoding.generated import Generated
from salience.decoding.options import DecodingOptions
from salience.decoding.output_length import max_output_length
from salience.engines.engine import Tokens
from salience.models.stored_weights import load_weights
from salience.models.translation_transformer import (
    EncodedSource,
    TransformerSize,
    TranslationTransformer,
)
from salience.text.subwords import END, START


class _Position(NamedTuple):
    """What the decoder carries from one step to the next."""

    encoded: EncodedSource
    past: tuple[KeysValues, ...] | None

    def continuing(self, rows: Tensor) -> "_Position":
        """Each row goes on from another of the same sentence, so the source stays."""
        return self._replace(past=tuple(memory.rows(rows) for memory in self.past or ()))


def load_network(weights: Path, size: TransformerSize) -> TranslationTransformer:
    """Our Transformer with stored weights, in single precision, ready to predict."""
    network = TranslationTransformer(size)
    stored = load_weights(weights)
    network.load_state_dict(stored)
    return network.eval()


@dataclass(frozen=True)
class PyTorchTranslator:
    """Implements Translator with a network and a beam search."""

    network: TranslationTransformer
    device: str = "cpu"
    name: str = "pytorch"

    @torch.inference_mode()
    def run(self, batch: Sequence[Tokens], options: DecodingOptions) -> list[Generated]:
        """Translate a padded batch; every source ends with END."""
        lengths = torch.tensor([len(tokens) for tokens in batch], device=self.device)
        sources = [torch.tensor(tokens) for tokens in batch]
        padded = torch.nn.utils.rnn.pad_sequence(sources, batch_first=True).to(self.device)
        max_length = max_output_length(padded.size(1), self.network.size.max_len)
        encoded = self.network.encode(padded, lengths)
        rows = torch.arange(len(batch), device=self.device).repeat_interleave(options.beam_size)
        return beam_search(
            self._step,
            _Position.continuing,
            _Position(encoded.rows(rows), None),
            batch=len(batch),
            settings=BeamSettings(START, END, max_length, options),
            device=self.device,
        )

    def _step(self, newest: Tensor, position: _Position) -> tuple[Tensor, _Position]:
        scores, past = self.network.step(newest, position.encoded, position.past)
        return scores.log_softmax(dim=-1), position._replace(past=past)
