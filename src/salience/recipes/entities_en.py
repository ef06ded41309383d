"""entities-en: people, places and organizations in English text.

Must reach 80 span F1 (strict IOB2) on the test set of Universal NER's EWT.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from salience.data.conll import TaggedSentence, read_conll
from salience.data.iob2 import iob2_tags, without_bare_at_signs
from salience.evaluation.evaluation_set import Compared, EvaluationSet
from salience.models.bert_encoder import minilm_l6
from salience.models.token_classifier import TokenClassifier
from salience.recipes.minilm import load_minilm, minilm_pieces
from salience.text.letter_case import LetterCase
from salience.text.word_pieces import WordPieces
from salience.training.batches import length_batches
from salience.training.fine_tuning import layerwise_adamw
from salience.training.loop import LoopSettings, train
from salience.training.model_files import write_model
from salience.training.precision import fastest_autocast
from salience.training.schedule import WarmupStableDecay
from salience.training.sentence_variety import SentenceVariety, Variety
from salience.training.tagged_examples import (
    IGNORED,
    TaggedBatch,
    tagged_batch,
    tagged_examples,
)

LABELS = ("PER", "LOC", "ORG")
TAGS = iob2_tags(LABELS)

DESCRIPTION = {
    "name": "entities-en",
    "task": "entities",
    "version": "1.0",
    "source_languages": ["en"],
    "target_languages": [],
    "labels": LABELS,
    "default": True,
    "limits": {"max_items": 256, "max_characters": 100_000},
    "default_engine": "onnxruntime-int8",
}

TWEETS = Path("ner/btc.tar.xz")
TEST_SETS = (
    EvaluationSet(
        "EWT",
        Path("ner/uner_en_ewt.tar.xz"),
        literature=[Compared("XLM-R-large", {"f1": 86.0}, "https://www.universalner.org")],
    ),
    EvaluationSet("BTC without bare @", TWEETS, change=without_bare_at_signs),
    EvaluationSet("BTC", TWEETS),
)
SAMPLE = EvaluationSet("sample", Path("tests/data/ewt_test_every_tenth.conll"))

TOKENS_PER_BATCH = 1_024
LEARNING_RATE = 1.5e-4
SEED = 1


def run(data_dir: Path, run_dir: Path, *, steps: int = 2_400) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    run_dir.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    pieces = minilm_pieces(run_dir / "tokenizer.json")
    corpora = training_corpora(data_dir / "ner")
    model = pretrained_classifier()
    optimizer = layerwise_adamw(
        model, learning_rate=LEARNING_RATE, layer_decay=0.9, weight_decay=0.01
    )
    averaged = train(
        model,
        [optimizer],
        WarmupStableDecay(total=steps, warmup=1 + steps // 10, decay=1 + steps * 9 // 10),
        lambda start: batches(corpora, pieces, start),
        mean_loss,
        settings=LoopSettings(run_dir, average_decay=0.995),
    )
    assert isinstance(averaged, TokenClassifier)
    settings = {**DESCRIPTION, "size": asdict(averaged.size)}
    write_model(averaged, settings, run_dir, eight_bits=True)


def training_corpora(folder: Path) -> list[list[TaggedSentence]]:
    """Each corpus's sentences in their order.

    WNUT-17 is left out: it takes Twitter handles for no names, which BTC takes for names.
    """
    web = list(read_conll(folder / "uner_en_ewt.tar.xz", "train"))
    tweets = [without_bare_at_signs(s) for s in read_conll(folder / "btc.tar.xz", "train")]
    return [web, tweets]


def pretrained_classifier() -> TokenClassifier:
    """MiniLM with a new classifier on top."""
    model = TokenClassifier(minilm_l6(num_cases=len(LetterCase)), num_tags=len(TAGS))
    load_minilm(model.encoder)
    return model


def batches(
    corpora: Sequence[Sequence[TaggedSentence]], pieces: WordPieces, start: int
) -> Iterator[TaggedBatch]:
    """Batches without end, from number `start`; each epoch varies the sentences anew."""
    seen = 0
    varieties = [SentenceVariety(corpus, Variety()) for corpus in corpora]
    for epoch in range(10_000):
        generator = np.random.default_rng([SEED, epoch])
        sentences = [s for variety in varieties for s in variety.version(generator)]
        examples = tagged_examples(sentences, pieces, TAGS)
        lengths = [(len(example.tokens), 0) for example in examples]
        for rows in length_batches(lengths, tokens=TOKENS_PER_BATCH, generator=generator):
            seen += 1
            if seen > start:
                yield tagged_batch([examples[row] for row in rows])


def mean_loss(model: nn.Module, batch: TaggedBatch) -> tuple[Tensor, int]:
    """Cross entropy per tagged piece; counts all tokens, padding excepted."""
    with fastest_autocast():
        scores = model(batch.tokens, batch.lengths)
    loss = nn.functional.cross_entropy(
        scores.float().flatten(0, 1), batch.tags.flatten(), ignore_index=IGNORED
    )
    return loss, int(batch.lengths.sum())
