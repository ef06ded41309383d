"""Summaries against what people wrote: ROUGE, and what the text does not support."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from salience.data.summaries import SummarizedDocument, read_summaries
from salience.evaluation.evaluation import Figure
from salience.evaluation.rouge import KINDS, SIGNATURE, best_rouge
from salience.v1.summarization_pb2 import Summary


class Judged(NamedTuple):
    """The ROUGE of a summary, and whether it has numbers or names that its text lacks."""

    rouge: dict[str, float]
    unsupported: bool


class EvaluateSummarization:
    """Implements Evaluation: of several references the closest counts."""

    metrics = KINDS
    items_per_call = 64

    def read(self, file: Path, part: str) -> list[SummarizedDocument]:
        """The documents of a file of JSON lines, or of an archive of them."""
        return list(read_summaries(file, part))

    def item(self, example: SummarizedDocument) -> str:
        """The document."""
        return example.document

    def labels(self, example: SummarizedDocument) -> Sequence[str]:
        """None."""
        return ()

    def judge(self, example: SummarizedDocument, answer: Summary | None) -> Judged:
        """An error counts as an empty summary."""
        summary = answer or Summary()
        rouge = best_rouge(summary.text, example.references)
        return Judged(rouge, bool(summary.unsupported))

    def measure(self, judged: Sequence[Judged]) -> dict[str, Figure]:
        """Means over the documents; `unsupported` is the share of such summaries. In percent."""
        figures = {
            kind: Figure(sum(one.rouge[kind] for one in judged) / len(judged), SIGNATURE)
            for kind in KINDS
        }
        share = 100 * sum(one.unsupported for one in judged) / len(judged)
        return {**figures, "unsupported": Figure(share, "summaries with such a number or name")}
