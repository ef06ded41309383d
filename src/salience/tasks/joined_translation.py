"""The translation of a text, put together from those of its sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

from salience.v1.translation_pb2 import AlternativeTranslation, Suspicion, Translation


@dataclass(frozen=True)
class Version:
    """One way to say a sentence: its text, and the log-probability of its tokens together."""

    text: str
    log_probability: float = 0.0
    num_tokens: int = 0


@dataclass(frozen=True)
class TranslatedSentence:
    """What became of a sentence; what was not translated has one version, of no tokens."""

    versions: Sequence[Version]
    suspicions: Sequence[Suspicion] = ()

    def version(self, rank: int) -> Version:
        """The version of that rank, or the best when there are fewer."""
        return self.versions[rank] if rank < len(self.versions) else self.versions[0]


def joined_translation(sentences: Sequence[TranslatedSentence]) -> Translation:
    """Alternative number k has the version of rank k of every sentence."""
    num_versions = max(len(sentence.versions) for sentence in sentences)
    best, *others = [
        _joined([sentence.version(rank) for sentence in sentences]) for rank in range(num_versions)
    ]
    doubts = {doubt for sentence in sentences for doubt in sentence.suspicions}
    return Translation(
        text=best.text, score=best.score, alternatives=others, suspicions=sorted(doubts)
    )


def _joined(versions: Sequence[Version]) -> AlternativeTranslation:
    num_tokens = sum(version.num_tokens for version in versions)
    log_probability = sum(version.log_probability for version in versions)
    return AlternativeTranslation(
        text="".join(version.text for version in versions),
        score=log_probability / num_tokens if num_tokens else 0.0,
    )
