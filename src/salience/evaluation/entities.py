"""Names found in tagged sentences, exactly as they are tagged: seqeval."""

from bisect import bisect_left
from collections.abc import Sequence
from importlib.metadata import version
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from seqeval.metrics.v1 import precision_recall_fscore_support
from seqeval.scheme import IOB2

from salience.data.conll import TaggedSentence, read_conll
from salience.data.iob2 import OUTSIDE, continued, names
from salience.evaluation.evaluation import Figure
from salience.v1.entities_pb2 import Entities


class Judged(NamedTuple):
    """A sentence's tags as they should be, and as they were found."""

    expected: list[str]
    found: list[str]


class EvaluateEntities:
    """Implements Evaluation: a model reads each sentence as words between single spaces."""

    metrics = ("f1",)
    items_per_call = 256

    def read(self, file: Path, part: str) -> list[TaggedSentence]:
        """The sentences of a CoNLL file, or of an archive of them."""
        return list(read_conll(file, part))

    def item(self, example: TaggedSentence) -> str:
        """The sentence."""
        return " ".join(example.words)

    def labels(self, example: TaggedSentence) -> list[str]:
        """Those of its names."""
        return [label for label, _, _ in names(example.tags)]

    def judge(self, example: TaggedSentence, answer: Entities | None) -> Judged:
        """An error counts as having found nothing."""
        found = tags_of(answer or Entities(), example.words)
        return Judged(list(example.tags), found)

    def measure(self, judged: Sequence[Judged]) -> dict[str, Figure]:
        """Of all labels together, in percent."""
        expected, found = [one.expected for one in judged], [one.found for one in judged]
        precision, recall, f1, _ = precision_recall_fscore_support(
            expected, found, average="micro", scheme=IOB2, zero_division=0
        )
        signature = f"average:micro|mode:strict|scheme:IOB2|version:{version('seqeval')}"
        values = {"f1": f1, "precision": precision, "recall": recall}
        return {name: Figure(100 * float(value), signature) for name, value in values.items()}


def tags_of(entities: Entities, words: Sequence[str]) -> list[str]:
    """A tag for every word, of the name that covers its first character."""
    tags = [OUTSIDE] * len(words)
    starts = list(accumulate((len(word) + 1 for word in words), initial=0))
    for entity in entities.entities:
        covered = range(bisect_left(starts, entity.start), bisect_left(starts, entity.end))
        for index in covered:
            tag = f"B-{entity.label}"
            tags[index] = tag if index == covered.start else continued(tag)
    return tags
