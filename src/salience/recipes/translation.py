"""What every translation model's recipe shares: one way to train, and where to measure."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from salience.data.parallel_text import SentencePair, read_pairs, turned_round
from salience.evaluation.evaluation_set import Compared, EvaluationSet
from salience.models.stored_weights import load_weights
from salience.models.translation_network import TranslationNetwork
from salience.models.translation_transformer import (
    TranslationTransformer,
    small_translation_transformer,
)
from salience.tasks.model_folder import WEIGHTS
from salience.text.subwords import END, PADDING, START, Subwords, train_subwords
from salience.training.batches import length_batches
from salience.training.joined_rows import joined_rows
from salience.training.loop import LoopSettings, train
from salience.training.model_files import write_model
from salience.training.optimizers import muon_and_adamw
from salience.training.precision import fastest_autocast
from salience.training.schedule import WarmupStableDecay
from salience.training.warm_start import start_from

logger = logging.getLogger(__name__)

MAX_LEN = 96
LEARNING_RATE = 2e-3
SEED = 1
CHALLENGE = "https://github.com/Helsinki-NLP/Tatoeba-Challenge"


def usual_optimizers(model: nn.Module) -> Sequence[Optimizer]:
    """Muon where it can be used, AdamW for the rest."""
    return muon_and_adamw(model, learning_rate=LEARNING_RATE, weight_decay=0.01)


def usual_network(vocabulary: int) -> TranslationNetwork:
    """The Transformer of the models that are served by default."""
    return TranslationTransformer(small_translation_transformer(vocabulary))


@dataclass(frozen=True)
class TranslationRecipe:
    """What is particular to one pair of languages (ISO 639-1).

    `files` is the pair as it stands in the names of the data files, whose columns are in
    that order. `shares` says how much of each corpus an epoch reads, and names only
    corpora whose licence allows publishing. `starts_from` is the folder of a model whose
    weights training begins with. A batch has at most `tokens_per_batch` of either language,
    and `share_joined` of its examples are several sentences in a row. `described` replaces
    what `model.json` says otherwise.
    """

    source: str
    target: str
    files: str
    shares: Mapping[str, float]
    starts_from: Path | None = None
    tokens_per_batch: int = 4_096
    share_joined: float = 0.2
    label_smoothing: float = 0.1
    optimizers: Callable[[nn.Module], Sequence[Optimizer]] = usual_optimizers
    vocabulary: int = 8_000
    network: Callable[[int], TranslationNetwork] = usual_network
    described: Mapping[str, object] = field(default_factory=dict)

    @property
    def serving(self) -> dict[str, object]:
        """What `model.json` says beside the network's size."""
        return {
            "name": f"translation-{self.source}-{self.target}",
            "task": "translation",
            "version": "1.0",
            "source_languages": [self.source],
            "target_languages": [self.target],
            "labels": [],
            "limits": {"max_items": 256, "max_characters": 100_000},
            "default_engine": "ctranslate2-int8",
            "beam_size": 4,
            "length_penalty": 1.4,
            "max_source_tokens": MAX_LEN,
            **self.described,
        }

    def in_direction(self, pair: SentencePair) -> SentencePair:
        """A pair as it stands in the files, in the direction of this recipe."""
        return pair if self.files.startswith(self.source) else turned_round(pair)

    def read(self, file: Path) -> Iterator[SentencePair]:
        """A file's pairs, in the direction of this recipe."""
        return map(self.in_direction, read_pairs(file))

    def test_set(self, name: str, *literature: Compared) -> EvaluationSet:
        """The test set of that name, for this pair of languages."""
        file = Path("translation") / f"{name}.{self.files}.tsv.xz"
        return EvaluationSet(name, file, change=self.in_direction, literature=literature)

    @property
    def sample(self) -> EvaluationSet:
        """A few of the pairs of a test set, which the project's own tests translate."""
        file = Path("tests/data") / f"tatoeba-sample.{self.files}.tsv"
        return EvaluationSet("sample", file, change=self.in_direction)

    def publishable_pairs(self, folder: Path) -> Iterator[SentencePair]:
        """The pairs of every corpus that a published model may learn from."""
        for pair in self.read(folder / f"{self.files}.train.tsv.xz"):
            if pair.corpus in self.shares:
                yield pair
        if "ding_terms" in self.shares:
            for pair in self.read(folder / f"ding-terms.{self.files}.tsv.xz"):
                yield pair._replace(corpus="ding_terms")


@dataclass(frozen=True)
class EncodedPairs:
    """Sentence pairs as subword ids, END included, with the share an epoch reads of each."""

    shares: Sequence[float]
    sources: Sequence[Sequence[int]]
    targets: Sequence[Sequence[int]]


@dataclass(frozen=True)
class TranslationBatch:
    """Padded ids of one batch."""

    source: Tensor
    source_lengths: Tensor
    target: Tensor


def train_translation(
    recipe: TranslationRecipe, data_dir: Path, run_dir: Path, *, steps: int
) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    run_dir.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    pairs = list(recipe.publishable_pairs(data_dir / "translation"))
    subwords = _subwords(run_dir / "subwords.model", pairs, recipe.vocabulary)
    encoded = _encode(pairs, subwords, recipe.shares)
    model = recipe.network(len(subwords))
    if recipe.starts_from:
        _start_from(model, subwords, recipe.starts_from)
    averaged = train(
        model,
        recipe.optimizers(model),
        WarmupStableDecay(total=steps, warmup=300, decay=int(steps * 0.6)),
        lambda start: _batches(recipe, encoded, start),
        partial(mean_loss, label_smoothing=recipe.label_smoothing),
        settings=LoopSettings(run_dir),
    )
    assert isinstance(averaged, TranslationNetwork)
    settings = {**recipe.serving, "size": asdict(averaged.size)}
    write_model(averaged, settings, run_dir, eight_bits=True)


def mean_loss(
    model: nn.Module, batch: TranslationBatch, *, label_smoothing: float
) -> tuple[Tensor, int]:
    """Cross entropy per target subword."""
    assert isinstance(model, TranslationNetwork)
    with fastest_autocast():
        hidden = model(batch.source, batch.source_lengths, batch.target[:, :-1])
        expected = batch.target[:, 1:]
        real = expected != PADDING
        logits = model.logits(hidden[real])
        loss = nn.functional.cross_entropy(
            logits.float(), expected[real], label_smoothing=label_smoothing
        )
    return loss, int(real.sum())


def _start_from(model: TranslationNetwork, subwords: Subwords, folder: Path) -> None:
    their_pieces = Subwords(folder / "subwords.model").pieces
    weights = load_weights(folder / WEIGHTS)
    shared = start_from(model, weights, pieces=subwords.pieces, their_pieces=their_pieces)
    logger.info("%d of %d subwords start from %s", shared, len(subwords), folder.name)


def _subwords(model_file: Path, pairs: Sequence[SentencePair], vocabulary: int) -> Subwords:
    if not model_file.exists():
        sentences = (
            text
            for pair in pairs
            if pair.corpus != "ding_terms"
            for text in (pair.source, pair.target)
        )
        train_subwords(sentences, model_file, vocabulary=vocabulary)
    return Subwords(model_file)


def _encode(
    pairs: Sequence[SentencePair], subwords: Subwords, shares: Mapping[str, float]
) -> EncodedPairs:
    sources = subwords.encode([pair.source for pair in pairs])
    targets = subwords.encode([pair.target for pair in pairs])
    fits = [
        index
        for index, (source, target) in enumerate(zip(sources, targets, strict=True))
        if len(source) < MAX_LEN and len(target) < MAX_LEN
    ]
    return EncodedPairs(
        [shares[pairs[index].corpus] for index in fits],
        [sources[index] for index in fits],
        [targets[index] for index in fits],
    )


def _batches(
    recipe: TranslationRecipe, pairs: EncodedPairs, start: int
) -> Iterator[TranslationBatch]:
    """Batches from number `start` on; each epoch picks and joins its rows anew."""
    seen = 0
    for epoch in range(10_000):
        generator = np.random.default_rng((SEED, epoch))
        picked = np.flatnonzero(generator.random(len(pairs.shares)) < pairs.shares)
        generator.shuffle(picked)
        lengths = [max(len(pairs.sources[row]), len(pairs.targets[row])) for row in picked.tolist()]
        joined = joined_rows(
            lengths, share=recipe.share_joined, longest=MAX_LEN, generator=generator
        )
        examples = [[int(picked[index]) for index in rows] for rows in joined]
        sizes = [_length(pairs, rows) for rows in examples]
        for batch in length_batches(sizes, tokens=recipe.tokens_per_batch, generator=generator):
            seen += 1
            if seen > start:
                yield _batch(pairs, [examples[index] for index in batch])


def _length(pairs: EncodedPairs, rows: Sequence[int]) -> tuple[int, int]:
    return (
        1 + sum(len(pairs.sources[row]) for row in rows),
        2 + sum(len(pairs.targets[row]) for row in rows),
    )


def _batch(pairs: EncodedPairs, examples: Sequence[Sequence[int]]) -> TranslationBatch:
    sources = [
        torch.tensor([token for row in rows for token in pairs.sources[row]] + [END])
        for rows in examples
    ]
    targets = [
        torch.tensor([START, *(token for row in rows for token in pairs.targets[row]), END])
        for rows in examples
    ]
    pad = nn.utils.rnn.pad_sequence
    return TranslationBatch(
        pad(sources, batch_first=True, padding_value=PADDING),
        torch.tensor([len(source) for source in sources]),
        pad(targets, batch_first=True, padding_value=PADDING),
    )
