"""Signs that a translation went wrong, read off its tokens."""

from collections.abc import Iterator, Sequence

from salience.decoding.generated import Generated
from salience.v1.translation_pb2 import Suspicion

_LONGEST_PHRASE = 6


def suspicions(source: Sequence[int], output: Generated) -> Iterator[Suspicion]:
    """Why a reader should doubt this sentence; nothing when all looks well."""
    if not output.finished:
        yield Suspicion.SUSPICION_UNFINISHED
    if not _length_is_plausible(len(source), len(output.tokens)):
        yield Suspicion.SUSPICION_LENGTH
    if repeats_itself(output.tokens) and not repeats_itself(source):
        yield Suspicion.SUSPICION_REPETITION


def repeats_itself(tokens: Sequence[int]) -> bool:
    """Whether some phrase stands three times in a row."""
    return any(
        tokens[start : start + size]
        == tokens[start + size : start + 2 * size]
        == tokens[start + 2 * size : start + 3 * size]
        for size in range(1, _LONGEST_PHRASE + 1)
        for start in range(len(tokens) - 3 * size + 1)
    )


def _length_is_plausible(source: int, output: int) -> bool:
    """Translations between European languages keep within a factor of two or so.

    The room of five tokens lets short sentences differ.
    """
    return output <= 2 * source + 5 and source <= 2 * output + 5
