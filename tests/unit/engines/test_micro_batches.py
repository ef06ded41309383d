from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from salience.engines.engine import Tokens
from salience.engines.micro_batches import run_in_micro_batches


class SummingEngine:
    """Implements Engine: the sum of each sequence; remembers its batches."""

    name, device = "summing", "cpu"

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    def run(self, batch: Sequence[Tokens]) -> list[int]:
        self.batches.append([len(tokens) for tokens in batch])
        return [sum(tokens) for tokens in batch]


@given(st.lists(st.lists(st.integers(0, 9), max_size=30), max_size=40), st.integers(1, 64))
def test_every_sequence_gets_its_own_output_within_the_budget(
    sequences: list[list[int]], max_tokens: int
) -> None:
    engine = SummingEngine()

    outputs = run_in_micro_batches(engine, sequences, max_tokens=max_tokens)

    assert outputs == [sum(tokens) for tokens in sequences]
    for lengths in engine.batches:
        assert len(lengths) == 1 or len(lengths) * max(lengths) <= max_tokens


def test_sequences_of_like_length_share_a_batch() -> None:
    engine = SummingEngine()

    run_in_micro_batches(engine, [[1] * n for n in (2, 30, 2, 29, 2)], max_tokens=60)

    assert engine.batches == [[2, 2, 2], [29, 30]]
