"""SciTLDR's test set, and what summaries of it are compared to."""

from pathlib import Path
from typing import Any

from salience.evaluation.evaluation_set import Compared, EvaluationSet

PAPER = "https://aclanthology.org/2020.findings-emnlp.428"
FIRST_SENTENCE = Compared("first sentence", {"rouge1": 31.4, "rouge2": 11.3, "rougeL": 24.0})
"""Of the sentences that our splitter finds; the corpus cuts a few elsewhere."""


def scitldr(**options: Any) -> EvaluationSet:
    """The test set, asked with those options."""
    return EvaluationSet(
        "SciTLDR",
        Path("summarization/scitldr.tar.xz"),
        options=options,
        baselines=[FIRST_SENTENCE],
        literature=[
            Compared("BERTSumExt", {"rouge1": 38.5}, PAPER),
            Compared("CATTS", {"rouge1": 43.8}, PAPER),
        ],
    )
