"""translation-en-de: everyday English to German.

Must reach 25 sacreBLEU on tatoeba-test-v2021-08-07.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from salience.data.parallel_text import SentencePair, read_pairs
from salience.models.translation_transformer import (
    TranslationTransformer,
    small_translation_transformer,
)
from salience.tasks.loading import load_task
from salience.text.subwords import END, PADDING, START, Subwords, train_subwords
from salience.training.batches import length_batches
from salience.training.loop import LoopSettings, train
from salience.training.model_files import write_model
from salience.training.optimizers import muon_and_adamw
from salience.training.schedule import WarmupStableDecay
from salience.training.translation_metrics import measure_translation

CORPUS_SHARES = {
    "tatoeba": 1.0,
    "mlqe_pe_wiki": 0.5,
    "bcontrast_chat": 0.5,
    "cataclysm_dda": 0.25,
    "ding_dictionary": 0.5,
    "wesnoth": 0.5,
    "freeciv": 0.25,
    "libreoffice_help": 0.1,
    "gnome_user_docs": 0.1,
    "gimp_help": 0.1,
    "ding_terms": 0.04,
}
"""How much of each corpus an epoch reads; only corpora whose licence allows publishing."""

SERVING = {
    "name": "translation-en-de",
    "task": "translation",
    "version": "1.0",
    "source_languages": ["en"],
    "target_languages": ["de"],
    "labels": [],
    "limits": {"max_items": 256, "max_characters": 100_000},
    "default_engine": "ctranslate2-int8",
    "beam_size": 4,
    "max_source_tokens": 96,
}
"""What `model.json` says beside the network's size."""

TEST_SETS = ("tatoeba-test-v2021-08-07", "newstest2013")

VOCABULARY = 8_000
MAX_LEN = 96
TOKENS_PER_BATCH = 4_096
LEARNING_RATE = 2e-3
SEED = 1


@dataclass(frozen=True)
class EncodedPairs:
    """Sentence pairs as subword ids, END included, with the corpus of each."""

    corpora: Sequence[str]
    sources: Sequence[list[int]]
    targets: Sequence[list[int]]


@dataclass(frozen=True)
class TranslationBatch:
    """Padded ids of one batch."""

    source: Tensor
    source_lengths: Tensor
    target: Tensor


def run(data_dir: Path, run_dir: Path, *, steps: int = 5_000) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    run_dir.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    pairs = list(publishable_pairs(data_dir / "translation"))
    subwords = _subwords(run_dir / "subwords.model", pairs)
    encoded = _encode(pairs, subwords)
    model = TranslationTransformer(small_translation_transformer(len(subwords)))
    averaged = train(
        model,
        muon_and_adamw(model, learning_rate=LEARNING_RATE, weight_decay=0.01),
        WarmupStableDecay(total=steps, warmup=300, decay=int(steps * 0.6)),
        lambda start: _batches(encoded, start),
        mean_loss,
        settings=LoopSettings(run_dir),
    )
    assert isinstance(averaged, TranslationTransformer)
    write_model(averaged, {**SERVING, "size": asdict(averaged.size)}, run_dir)


def evaluate(
    folder: Path, data_dir: Path, *, engine: str, limit: int | None = None
) -> dict[str, float]:
    """BLEU and chrF on the test sets, at most `limit` sentences of each."""
    task = load_task(folder, engine=engine, threads=os.cpu_count() or 1)
    return {
        f"{name} {metric}": value
        for name in TEST_SETS
        for metric, value in measure_translation(
            task, data_dir / "translation" / f"{name}.en-de.tsv.xz", limit=limit
        ).items()
    }


def publishable_pairs(folder: Path) -> Iterator[SentencePair]:
    """The pairs of every corpus that a published model may learn from."""
    for pair in read_pairs(folder / "en-de.train.tsv.xz"):
        if pair.corpus in CORPUS_SHARES:
            yield pair
    for pair in read_pairs(folder / "ding-terms.en-de.tsv.xz"):
        yield pair._replace(corpus="ding_terms")


def mean_loss(model: nn.Module, batch: TranslationBatch) -> tuple[Tensor, int]:
    """Cross entropy per target subword, with label smoothing."""
    assert isinstance(model, TranslationTransformer)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = model(batch.source, batch.source_lengths, batch.target[:, :-1])
        expected = batch.target[:, 1:]
        real = expected != PADDING
        logits = model.logits(hidden[real])
        loss = nn.functional.cross_entropy(logits.float(), expected[real], label_smoothing=0.1)
    return loss, int(real.sum())


def _subwords(model_file: Path, pairs: Sequence[SentencePair]) -> Subwords:
    if not model_file.exists():
        sentences = (
            text
            for pair in pairs
            if pair.corpus != "ding_terms"
            for text in (pair.source, pair.target)
        )
        train_subwords(sentences, model_file, vocabulary=VOCABULARY)
    return Subwords(model_file)


def _encode(pairs: Sequence[SentencePair], subwords: Subwords) -> EncodedPairs:
    sources = subwords.encode([pair.source for pair in pairs])
    targets = subwords.encode([pair.target for pair in pairs])
    fits = [
        index
        for index, (source, target) in enumerate(zip(sources, targets, strict=True))
        if len(source) < MAX_LEN and len(target) < MAX_LEN
    ]
    return EncodedPairs(
        [pairs[index].corpus for index in fits],
        [[*sources[index], END] for index in fits],
        [[START, *targets[index], END] for index in fits],
    )


def _batches(pairs: EncodedPairs, start: int) -> Iterator[TranslationBatch]:
    seen = 0
    for epoch in range(10_000):
        generator = np.random.default_rng((SEED, epoch))
        shares = np.array([CORPUS_SHARES[corpus] for corpus in pairs.corpora])
        rows = np.flatnonzero(generator.random(len(shares)) < shares).tolist()
        lengths = [(len(pairs.sources[row]), len(pairs.targets[row])) for row in rows]
        for picked in length_batches(lengths, tokens=TOKENS_PER_BATCH, generator=generator):
            seen += 1
            if seen > start:
                yield _batch(pairs, [rows[index] for index in picked])


def _batch(pairs: EncodedPairs, rows: Sequence[int]) -> TranslationBatch:
    sources = [torch.tensor(pairs.sources[row]) for row in rows]
    targets = [torch.tensor(pairs.targets[row]) for row in rows]
    pad = nn.utils.rnn.pad_sequence
    return TranslationBatch(
        pad(sources, batch_first=True, padding_value=PADDING),
        torch.tensor([len(source) for source in sources]),
        pad(targets, batch_first=True, padding_value=PADDING),
    )
