"""`make decoding`: what a wider beam brings, and what it costs.

Every setting translates every batch in turn, so that all of them meet the machine in the
same state; time is the processor's, which others at work disturb less than the clock.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table
from sacrebleu.metrics.bleu import BLEU

from salience.data.parallel_text import SentencePair, read_pairs, turned_round
from salience.tasks.loading import load_task
from salience.tasks.task import Task
from salience.tasks.translation_item import TranslationItem, TranslationOptions

GREEDY = TranslationOptions(beam_size=1)


@dataclass
class Tried:
    """A setting, and what became of the pairs so far."""

    options: TranslationOptions
    translations: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """Sentences in a second of one processor."""
        return len(self.translations) / self.seconds


def settings(beams: Sequence[int], penalties: Sequence[float]) -> Iterator[TranslationOptions]:
    """Greedy search, which needs no penalty, and each of the wider beams with each penalty."""
    yield GREEDY
    for beam_size, penalty in product(sorted({*beams} - {1}), penalties):
        yield TranslationOptions(beam_size=beam_size, length_penalty=penalty)


def try_all(
    task: Task[Any, Any], sources: Sequence[str], tried: Sequence[Tried], *, batch: int
) -> None:
    """Translate everything with every setting, a batch with each in turn."""
    for one in tried:
        task.answer([TranslationItem(sources[0], one.options)])
    starts = range(0, len(sources), batch)
    for number, start in enumerate(track(starts, "translating", console=Console(stderr=True))):
        first = number % len(tried)
        for one in (*tried[first:], *tried[:first]):
            items = [TranslationItem(text, one.options) for text in sources[start : start + batch]]
            started = time.process_time()
            answers = task.answer(items)
            one.seconds += time.process_time() - started
            one.translations += [getattr(answer, "text", "") for answer in answers]


def table(tried: Sequence[Tried], references: Sequence[str]) -> Table:
    """A row for each setting, beside greedy search."""
    greedy = tried[0]
    shown = Table("beam", "length penalty", "BLEU", "length", "sentences/s", "speed", box=None)
    for one in tried:
        score = BLEU().corpus_score(one.translations, [list(references)])
        shown.add_row(
            str(one.options.beam_size),
            "" if one.options.length_penalty is None else f"{one.options.length_penalty:g}",
            f"{score.score:.2f}",
            f"{score.ratio:.3f}",
            f"{one.per_second:.0f}",
            f"{one.per_second / greedy.per_second:.2f}",
        )
    return shown


def main() -> None:
    """Translate the pairs with every setting and print the table."""
    options = _options()
    pairs = _pairs(options)
    task = load_task(options.model, engine=options.engine, threads=1)
    tried = [Tried(one) for one in settings(options.beams, options.penalties)]
    try_all(task, [pair.source for pair in pairs], tried, batch=options.batch)
    console = Console(width=100)
    console.print(f"{task.model.name} on {task.model.engine}, {len(pairs)} pairs")
    console.print(table(tried, [pair.target for pair in pairs]))
    console.print("length: of the references; speed: of greedy search, a thread, in batches")


def _pairs(options: argparse.Namespace) -> list[SentencePair]:
    """As many as wanted, spread over the file."""
    pairs = [pair for pair in read_pairs(options.pairs) if options.corpus in ("", pair.corpus)]
    if options.turned_round:
        pairs = [turned_round(pair) for pair in pairs]
    return pairs[:: max(1, len(pairs) // options.limit)][: options.limit]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="decoding", description=__doc__)
    parser.add_argument("--model", type=Path, default=Path("model_store/translation-en-de"))
    parser.add_argument("--engine", help="by default the model's own")
    parser.add_argument(
        "--pairs", type=Path, default=Path("tests/data/tatoeba-sample.en-de.tsv"), metavar="FILE"
    )
    parser.add_argument("--corpus", default="", help="only this one of the file")
    parser.add_argument("--turned-round", action="store_true", help="translate the second column")
    parser.add_argument("--limit", type=int, default=2_000, help="pairs")
    parser.add_argument("--beams", nargs="+", type=int, default=[1, 2, 4, 6])
    parser.add_argument("--penalties", nargs="+", type=float, default=[0.6, 1.0, 1.4])
    parser.add_argument("--batch", type=int, default=32, help="texts at a time")
    return parser.parse_args()


if __name__ == "__main__":
    main()
