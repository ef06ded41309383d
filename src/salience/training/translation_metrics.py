"""How well a translation model does on a set of sentence pairs."""

from collections.abc import Sequence
from typing import Any

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from salience.data.parallel_text import SentencePair
from salience.errors import ServingError
from salience.tasks.task import TextTask

SENTENCES_AT_ONCE = 256


def measure_translation(task: TextTask[Any], pairs: Sequence[SentencePair]) -> dict[str, float]:
    """SacreBLEU (13a, cased) and chrF of the task on these pairs."""
    hypotheses: list[str] = []
    for start in range(0, len(pairs), SENTENCES_AT_ONCE):
        chunk = [pair.source for pair in pairs[start : start + SENTENCES_AT_ONCE]]
        for answer in task.answer(chunk):
            hypotheses.append("" if isinstance(answer, ServingError) else answer.text)
    references = [[pair.target for pair in pairs]]
    return {
        "bleu": BLEU().corpus_score(hypotheses, references).score,
        "chrf": CHRF().corpus_score(hypotheses, references).score,
        "sentences": len(pairs),
    }
