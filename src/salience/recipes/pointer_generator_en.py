"""pointer-generator-en: the recurrent network that first copied what it could not write.

Reads the corpora of headline-en. Of MiniLM it has the table of word pieces alone, in its
main directions. Looking at a place again costs from the start.
"""

from dataclasses import asdict
from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.optim import AdamW

from salience.models.bert_encoder import BertEncoder, minilm_l6
from salience.models.pointer_generator import PointerGenerator, small_pointer_generator
from salience.models.recurrent_tagger import principal_components
from salience.recipes import headline_en
from salience.recipes.minilm import load_minilm, minilm_pieces
from salience.training.headline_batches import HeadlineBatch, batches
from salience.training.headline_examples import Style
from salience.training.loop import LoopSettings, train
from salience.training.model_files import write_model
from salience.training.precision import fastest_autocast
from salience.training.schedule import WarmupStableDecay

DESCRIPTION = {
    **headline_en.DESCRIPTION,
    "name": "pointer-generator-en",
    "network": "recurrent",
    "demonstration": True,
}
TEST_SETS = headline_en.TEST_SETS
SAMPLE = headline_en.SAMPLE
LEARNING_RATE = 2e-3
COVERAGE = 1.0
"""What a look at a place again costs, beside a nat of likelihood."""


def run(data_dir: Path, run_dir: Path, *, steps: int = 3_000) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    run_dir.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(headline_en.SEED)
    pieces = minilm_pieces(run_dir / "tokenizer.json")
    corpora, generated = headline_en.prepare(data_dir, run_dir, pieces, steps)
    model = network_with_minilms_pieces(torch.tensor(generated))
    averaged = train(
        model,
        [AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=0.01)],
        WarmupStableDecay(
            total=steps, warmup=1 + steps // 20, decay=headline_en.decay_steps(steps)
        ),
        lambda start: batches(corpora, pieces, start),
        partial(mean_loss, coverage=COVERAGE),
        settings=LoopSettings(run_dir, report_every=25, save_every=100, average_decay=0.995),
    )
    assert isinstance(averaged, PointerGenerator)
    settings = {**DESCRIPTION, "size": asdict(averaged.size)}
    write_model(averaged, settings, run_dir, eight_bits=True)


def network_with_minilms_pieces(generated: Tensor) -> PointerGenerator:
    """A new network whose table of word pieces is MiniLM's, made narrower."""
    encoder = BertEncoder(minilm_l6(num_cases=1))
    load_minilm(encoder)
    table = encoder.embedding.pieces.weight.detach()
    size = small_pointer_generator(vocabulary=len(table), num_styles=len(Style))
    model = PointerGenerator(size, generated)
    model.embedding.weight.data.copy_(principal_components(table, size.width))
    model.written.weight.data.copy_(0.1 * model.embedding.weight.data[generated])
    return model


def mean_loss(model: nn.Module, batch: HeadlineBatch, *, coverage: float) -> tuple[Tensor, int]:
    """Cross entropy per piece that can be said, and looks repeated; counts the texts' pieces."""
    assert isinstance(model, PointerGenerator)
    expected = batch.targets[:, 1:]
    with fastest_autocast():
        states = model.read(batch.texts, batch.lengths)
        texts = model.remember(states[:, 1:], batch.texts[:, 1:], batch.lengths - 2)
        texts = texts.rows(batch.rows)
        written = model(texts, batch.targets[:, :-1], batch.styles)
    visible = texts.pieces * texts.visible
    likelihood = model.pointer.log_likelihood(written.choices, visible, expected)
    counted = (expected != 0) & model.pointer.can_say(visible, expected)
    loss = coverage * written.repeated[counted].mean() - likelihood[counted].mean()
    return loss, int(batch.lengths.sum())
