"""How much of what people would say a summary says: ROUGE.

Source: Lin, "ROUGE" (2004); the implementation is Google's `rouge-score`.
"""

from collections.abc import Sequence
from functools import cache
from importlib.metadata import version

from rouge_score.rouge_scorer import RougeScorer

KINDS = ("rouge1", "rouge2", "rougeL")
SIGNATURE = f"refs:best by rouge1|stemmed:yes|average:mean|version:{version('rouge-score')}"


def best_rouge(summary: str, references: Sequence[str]) -> dict[str, float]:
    """ROUGE-1, 2 and L of one summary against the reference that ROUGE-1 finds closest."""
    return max((rouge(summary, one) for one in references), key=lambda score: score["rouge1"])


def rouge(summary: str, reference: str) -> dict[str, float]:
    """ROUGE-1, 2 and L of one summary against one reference: F1 in percent, words stemmed."""
    scores = _scorer().score(reference, summary)
    return {kind: 100 * float(scores[kind].fmeasure) for kind in KINDS}


@cache
def _scorer() -> RougeScorer:
    return RougeScorer(list(KINDS), use_stemmer=True)
