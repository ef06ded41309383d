"""Many sequences of any length, run as few well-filled batches."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from salience.engines.engine import Engine, Tokens

Output = TypeVar("Output")


def run_in_micro_batches(
    engine: Engine[Output], sequences: Sequence[Tokens], *, max_tokens: int
) -> list[Output]:
    """Run sequences of like length together; the outputs come in the order of the input.

    A batch holds at most `max_tokens` tokens, padding included; a longer sequence runs
    alone.
    """
    outputs: dict[int, Output] = {}
    for rows in _rows_of_like_length([len(tokens) for tokens in sequences], max_tokens):
        results = engine.run([sequences[row] for row in rows])
        outputs.update(zip(rows, results, strict=True))
    return [outputs[row] for row in range(len(sequences))]


def _rows_of_like_length(lengths: Sequence[int], max_tokens: int) -> Iterator[list[int]]:
    rows: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if rows and (len(rows) + 1) * lengths[row] > max_tokens:
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows
