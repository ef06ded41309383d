"""Reads texts longer than the encoder's reach, in windows that the decoder sees together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from salience.models.writing_network import Rows, WritingNetwork
from salience.text.windows import windows

WINDOWS_AT_ONCE = 8


@dataclass(frozen=True)
class ReadingSettings:
    """How texts are read; sizes are in pieces.

    `start` and `end` are the special pieces around every window. All windows are read;
    where there are more than `most_windows`, the decoder sees the first and those that
    are most like the text as a whole.
    """

    start: int
    end: int
    window: int
    overlap: int
    most_windows: int


class ReadTexts(NamedTuple):
    """Texts as the decoder sees them, and which pieces of each those are."""

    texts: Rows
    seen: list[list[int]]


class _Seen(NamedTuple):
    """The places of the pieces that the decoder will see, and their states."""

    places: list[int]
    states: Tensor


@torch.inference_mode()
def read_texts(
    network: WritingNetwork,
    texts: Sequence[Sequence[int]],
    settings: ReadingSettings,
    device: str,
) -> ReadTexts:
    """The texts, each as long as it is or as its chosen windows are, side by side."""
    read = [_read(network, text, settings, device) for text in texts]
    lengths = torch.tensor([len(seen.places) for seen in read], device=device)
    pad = torch.nn.utils.rnn.pad_sequence
    chosen = [
        torch.tensor([text[place] for place in seen.places], device=device)
        for text, seen in zip(texts, read, strict=True)
    ]
    pieces = pad(chosen, batch_first=True)
    states = pad([seen.states for seen in read], batch_first=True)
    return ReadTexts(network.remember(states, pieces, lengths), [seen.places for seen in read])


def _read(
    network: WritingNetwork, text: Sequence[int], settings: ReadingSettings, device: str
) -> _Seen:
    cuts = list(windows(len(text), size=settings.window, overlap=settings.overlap))
    sequences = [[settings.start, *text[cut.start : cut.end], settings.end] for cut in cuts]
    states = [state for some in _chunks(sequences) for state in _states(network, some, device)]
    kept = [
        state[1 + cut.keep_start - cut.start : 1 + cut.keep_end - cut.start]
        for state, cut in zip(states, cuts, strict=True)
    ]
    chosen = central_windows(kept, settings.most_windows)
    places = [
        place for index in chosen for place in range(cuts[index].keep_start, cuts[index].keep_end)
    ]
    return _Seen(places, torch.cat([kept[index] for index in chosen]))


def central_windows(states: Sequence[Tensor], most: int) -> list[int]:
    """The first window and those whose mean state is closest to the whole text's, in order."""
    if len(states) <= most:
        return list(range(len(states)))
    whole = torch.cat(list(states)).mean(0)
    means = torch.stack([state.mean(0) for state in states])
    likeness = torch.nn.functional.cosine_similarity(means, whole[None])
    likeness[0] = torch.inf
    return sorted(likeness.argsort(descending=True)[:most].tolist())


def _states(
    network: WritingNetwork, sequences: Sequence[Sequence[int]], device: str
) -> list[Tensor]:
    lengths = torch.tensor([len(sequence) for sequence in sequences])
    rows = [torch.tensor(sequence) for sequence in sequences]
    tokens = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    states = network.read(tokens.to(device), lengths.to(device))
    return [state[:length] for state, length in zip(states, lengths.tolist(), strict=True)]


def _chunks(sequences: Sequence[list[int]]) -> list[Sequence[list[int]]]:
    starts = range(0, len(sequences), WINDOWS_AT_ONCE)
    return [sequences[start : start + WINDOWS_AT_ONCE] for start in starts]
