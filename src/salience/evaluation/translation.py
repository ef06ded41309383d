"""Translations against one reference each: sacreBLEU and chrF."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from salience.data.parallel_text import SentencePair, read_pairs
from salience.evaluation.evaluation import Figure
from salience.v1.translation_pb2 import Translation


class Judged(NamedTuple):
    """A translation and what it should have been."""

    translation: str
    reference: str


class EvaluateTranslation:
    """Implements Evaluation: cased, tokenized as mteval-v13a does."""

    metrics = ("bleu",)
    items_per_call = 256

    def read(self, file: Path, part: str) -> list[SentencePair]:
        """The pairs of a tab-separated file, `.xz` or plain; it has no parts."""
        return list(read_pairs(file))

    def item(self, example: SentencePair) -> str:
        """The source."""
        return example.source

    def labels(self, example: SentencePair) -> Sequence[str]:
        """None."""
        return ()

    def judge(self, example: SentencePair, answer: Translation | None) -> Judged:
        """An error counts as an empty translation."""
        return Judged(answer.text if answer else "", example.target)

    def measure(self, judged: Sequence[Judged]) -> dict[str, Figure]:
        """Of the whole corpus, in percent."""
        translations = [one.translation for one in judged]
        references = [[one.reference for one in judged]]
        figures = {}
        for name, metric in (("bleu", BLEU()), ("chrf", CHRF())):
            value = float(metric.corpus_score(translations, references).score)
            figures[name] = Figure(value, str(metric.get_signature()))
        return figures
