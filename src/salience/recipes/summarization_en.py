"""summarization-en: the sentences of an English text that say what it is about.

Must reach ROUGE-1 38.5 on SciTLDR's test set (BERTSumExt) with one sentence, and not fall
under the first three sentences on GUMSum.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from salience.data.summaries import read_summaries
from salience.evaluation.evaluation_set import Compared, EvaluationSet
from salience.models.bert_encoder import minilm_l6
from salience.models.sentence_ranker import SentenceRanker, SentenceRankerSize
from salience.recipes.minilm import load_minilm, minilm_pieces
from salience.recipes.scitldr import scitldr
from salience.text.letter_case import LetterCase
from salience.text.word_pieces import WordPieces
from salience.training.batches import length_batches
from salience.training.fine_tuning import layerwise_adamw
from salience.training.loop import LoopSettings, train
from salience.training.model_files import write_model
from salience.training.precision import fastest_autocast
from salience.training.ranked_documents import (
    NO_SENTENCE,
    RankedBatch,
    RankedDocument,
    ranked_batch,
    ranked_documents,
)
from salience.training.schedule import WarmupStableDecay

DESCRIPTION = {
    "name": "summarization-en",
    "task": "summarization",
    "kind": "extractive",
    "default": True,
    "version": "1.0",
    "source_languages": ["en"],
    "target_languages": [],
    "labels": [],
    "limits": {"max_items": 64, "max_characters": 200_000},
    "default_engine": "onnxruntime-int8",
    "lead_preference": 0.2,
}

CORPORA = Path("summarization")
TEST_SETS = (
    scitldr(sentences=1),
    EvaluationSet(
        "GUMSum dev",
        CORPORA / "gumsum.tar.xz",
        part="dev",
        options={"sentences": 3},
        baselines=[Compared("first three", {"rouge1": 32.4, "rouge2": 12.3, "rougeL": 21.8})],
    ),
    EvaluationSet(
        "DialogSum",
        CORPORA / "dialogsum.tar.xz",
        options={"sentences": 2},
        baselines=[Compared("first two", {"rouge1": 30.4, "rouge2": 8.3, "rougeL": 24.2})],
    ),
)
SAMPLE = EvaluationSet(
    "sample", Path("tests/data/scitldr_test_every_20th.jsonl"), options={"sentences": 1}
)

NUM_SENTENCE_LAYERS = 2
FROZEN_LAYERS = 3
TOKENS_PER_BATCH = 1_536
LEARNING_RATE = 1e-4
TEMPERATURE = 0.1
SHARPNESS = 2.0
ALONE_WEIGHT = 0.2
NUM_TITLED = 3_000
TITLED_WEIGHT = 0.5
SEED = 1


@dataclass(frozen=True)
class Corpora:
    """Papers whose authors and reviewers summarized them, and papers with only a title."""

    summarized: Sequence[RankedDocument]
    titled: Sequence[RankedDocument]


def run(data_dir: Path, run_dir: Path, *, steps: int = 1_660) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    run_dir.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    corpora = training_corpora(
        data_dir / "summarization", minilm_pieces(run_dir / "tokenizer.json")
    )
    model = pretrained_ranker()
    optimizer = layerwise_adamw(
        model, learning_rate=LEARNING_RATE, layer_decay=0.9, weight_decay=0.01
    )
    averaged = train(
        model,
        [optimizer],
        WarmupStableDecay(total=steps, warmup=1 + steps // 16, decay=1 + steps * 3 // 4),
        lambda start: batches(corpora, start),
        mean_loss,
        settings=LoopSettings(run_dir, average_decay=0.99),
    )
    assert isinstance(averaged, SentenceRanker)
    settings = {**DESCRIPTION, "size": asdict(averaged.size)}
    write_model(averaged, settings, run_dir, eight_bits=True)


def training_corpora(folder: Path, pieces: WordPieces) -> Corpora:
    """SciTLDR, and some of the ACL's papers."""
    papers = read_summaries(folder / "scitldr.tar.xz", "train")
    summarized = ranked_documents(papers, pieces, weight=1.0)
    titles = list(read_summaries(folder / "acl_titles.tar.xz", "train"))
    np.random.default_rng(SEED).shuffle(titles)
    titled = ranked_documents(titles, pieces, weight=TITLED_WEIGHT)
    return Corpora(list(summarized), list(islice(titled, NUM_TITLED)))


def pretrained_ranker() -> SentenceRanker:
    """MiniLM, its lower layers as they are, with new layers on top."""
    size = SentenceRankerSize(minilm_l6(num_cases=len(LetterCase)), NUM_SENTENCE_LAYERS)
    model = SentenceRanker(size)
    load_minilm(model.encoder)
    for part in (model.encoder.embedding, *model.encoder.layers[:FROZEN_LAYERS]):
        part.requires_grad_(False)
    return model


def batches(corpora: Corpora, start: int) -> Iterator[RankedBatch]:
    """Batches from number `start` on; the first epoch reads the titled papers too."""
    seen = 0
    for epoch in range(10_000):
        documents = [*corpora.summarized, *(corpora.titled if epoch == 0 else ())]
        lengths = [(document.num_tokens, 0) for document in documents]
        generator = np.random.default_rng([SEED, epoch])
        for rows in length_batches(lengths, tokens=TOKENS_PER_BATCH, generator=generator):
            seen += 1
            if seen > start:
                yield ranked_batch([documents[row] for row in rows])


def mean_loss(model: nn.Module, batch: RankedBatch) -> tuple[Tensor, int]:
    """How unlike the scores and the closeness are; counts all tokens, padding excepted.

    Within a document scores are compared as one distribution over its sentences; each
    score alone is taught to be the closeness, so that scores of two documents compare.
    """
    with fastest_autocast():
        scores = model(batch.tokens, batch.lengths, batch.starts).float()
    real = batch.closeness != NO_SENTENCE
    hidden = torch.finfo(scores.dtype).min
    wanted = (batch.closeness / TEMPERATURE).masked_fill(~real, hidden).softmax(1)
    log_shares = (SHARPNESS * scores).masked_fill(~real, hidden).log_softmax(1)
    between = -(wanted * log_shares.masked_fill(~real, 0.0)).sum(1)
    alone = nn.functional.binary_cross_entropy_with_logits(
        scores, batch.closeness.clamp(min=0.0), weight=real.float(), reduction="none"
    ).sum(1)
    loss = (batch.weights * (between + ALONE_WEIGHT * alone)).mean()
    return loss, int(batch.lengths.sum())
