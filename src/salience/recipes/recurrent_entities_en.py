"""recurrent-entities-en: names in English text by a recurrent network with self-attention.

What was usual before pretrained Transformers: a BiLSTM and a conditional random field over
the tags. Of MiniLM it has the table of word pieces alone, in its main directions.
"""

from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.optim import AdamW

from salience.models.bert_encoder import BertEncoder, minilm_l6
from salience.models.recurrent_tagger import (
    RecurrentTagger,
    principal_components,
    small_recurrent_tagger,
)
from salience.recipes import entities_en
from salience.recipes.minilm import load_minilm, minilm_pieces
from salience.text.letter_case import LetterCase
from salience.training.loop import LoopSettings, train
from salience.training.model_files import write_model
from salience.training.schedule import WarmupStableDecay
from salience.training.tagged_examples import IGNORED, TaggedBatch

DESCRIPTION = {
    **entities_en.DESCRIPTION,
    "name": "recurrent-entities-en",
    "network": "recurrent",
    "default": False,
    "demonstration": True,
    "default_engine": "pytorch",
}
TEST_SETS = entities_en.TEST_SETS[:1]
SAMPLE = entities_en.SAMPLE
LEARNING_RATE = 3e-3


def run(data_dir: Path, run_dir: Path, *, steps: int = 4_000) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    run_dir.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(entities_en.SEED)
    pieces = minilm_pieces(run_dir / "tokenizer.json")
    corpora = entities_en.training_corpora(data_dir / "ner")[:1]
    model = tagger_with_minilms_pieces()
    averaged = train(
        model,
        [AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=0.01)],
        WarmupStableDecay(total=steps, warmup=1 + steps // 20, decay=1 + steps // 2),
        lambda start: entities_en.batches(corpora, pieces, start),
        mean_loss,
        settings=LoopSettings(run_dir, average_decay=0.995),
    )
    assert isinstance(averaged, RecurrentTagger)
    settings = {**DESCRIPTION, "size": asdict(averaged.size)}
    write_model(averaged, settings, run_dir, eight_bits=True)


def tagger_with_minilms_pieces() -> RecurrentTagger:
    """A new tagger whose table of word pieces is MiniLM's, made narrower."""
    encoder = BertEncoder(minilm_l6(num_cases=len(LetterCase)))
    load_minilm(encoder)
    table = encoder.embedding.pieces.weight.detach()
    size = small_recurrent_tagger(vocabulary=len(table), num_cases=len(LetterCase))
    model = RecurrentTagger(size, num_tags=len(entities_en.TAGS))
    model.pieces.weight.data.copy_(principal_components(table, size.width))
    return model


def mean_loss(model: nn.Module, batch: TaggedBatch) -> tuple[Tensor, int]:
    """The field's negative log-likelihood per word; counts all tokens, padding excepted."""
    assert isinstance(model, RecurrentTagger)
    scores = model(batch.tokens, batch.lengths)
    tagged = batch.tags != IGNORED
    order = (~tagged).long().argsort(dim=1, stable=True)[:, : int(tagged.sum(1).max())]
    words = scores.gather(1, order[..., None].expand(-1, -1, scores.size(2)))
    tags, real = batch.tags.gather(1, order).clamp(min=0), tagged.gather(1, order)
    likelihood = model.field.log_likelihood(words, tags, real)
    return -likelihood.sum() / real.sum(), int(batch.lengths.sum())
