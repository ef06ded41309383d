"""The translation of a text, put together from those of its sentences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from salience.tasks.alignment import AlignedSpans, TextPieces
from salience.v1.explanations_pb2 import Alignment
from salience.v1.translation_pb2 import AlternativeTranslation, Suspicion, Translation


@dataclass(frozen=True)
class Version:
    """One way to say a sentence: its text, and the log-probability of its tokens together."""

    text: str
    log_probability: float = 0.0
    num_tokens: int = 0


@dataclass(frozen=True)
class TranslatedSentence:
    """What became of a sentence; what was not translated has one version, of no tokens.

    `alignment` is of the first version, the source in the places of the whole text.
    """

    versions: Sequence[Version]
    suspicions: Sequence[Suspicion] = ()
    alignment: AlignedSpans | None = None

    def version(self, rank: int) -> Version:
        """The version of that rank, or the best when there are fewer."""
        return self.versions[rank] if rank < len(self.versions) else self.versions[0]


def joined_translation(text: str, sentences: Sequence[TranslatedSentence]) -> Translation:
    """The translation of `text`; alternative number k has rank k of every sentence."""
    num_versions = max(len(sentence.versions) for sentence in sentences)
    best, *others = [
        _joined([sentence.version(rank) for sentence in sentences]) for rank in range(num_versions)
    ]
    doubts = {doubt for sentence in sentences for doubt in sentence.suspicions}
    return Translation(
        text=best.text,
        score=best.score,
        alternatives=others,
        suspicions=sorted(doubts),
        alignments=_alignments(text, best.text, sentences),
    )


def _alignments(
    text: str, translation: str, sentences: Sequence[TranslatedSentence]
) -> Iterator[Alignment]:
    if not any(sentence.alignment for sentence in sentences):
        return
    sources, targets = TextPieces(text), TextPieces(translation)
    place = 0
    for sentence in sentences:
        if sentence.alignment:
            yield sentence.alignment.written_at(place).message(sources, targets)
        place += len(sentence.version(0).text)


def _joined(versions: Sequence[Version]) -> AlternativeTranslation:
    num_tokens = sum(version.num_tokens for version in versions)
    log_probability = sum(version.log_probability for version in versions)
    return AlternativeTranslation(
        text="".join(version.text for version in versions),
        score=log_probability / num_tokens if num_tokens else 0.0,
    )
