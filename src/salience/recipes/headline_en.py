"""headline-en: one line that says what an English text is about.

Must reach ROUGE-1 38 on SciTLDR's test set, and neither numbers nor names of its own.
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer

from salience.data.summaries import read_summaries
from salience.evaluation.evaluation_set import EvaluationSet
from salience.models.headline_network import (
    HeadlineNetwork,
    minilm_headline,
    start_decoder_from_encoder,
)
from salience.recipes.minilm import load_minilm, minilm_pieces
from salience.recipes.scitldr import scitldr
from salience.text.word_pieces import WordPieces
from salience.training.headline_batches import Corpora, HeadlineBatch, batches
from salience.training.headline_examples import Style, headline_examples
from salience.training.headline_vocabulary import write_vocabulary
from salience.training.loop import LoopSettings, train
from salience.training.model_files import write_model
from salience.training.muon import Muon
from salience.training.precision import fastest_autocast
from salience.training.schedule import WarmupStableDecay

DESCRIPTION = {
    "name": "headline-en",
    "task": "summarization",
    "kind": "abstractive",
    "version": "1.0",
    "source_languages": ["en"],
    "target_languages": [],
    "labels": [],
    "limits": {"max_items": 64, "max_characters": 100_000},
    "default_engine": "pytorch",
    "reading": {"window": 222, "overlap": 62, "most_windows": 8},
    "decoding": {
        "style": Style.SUMMARY,
        "beam_size": 4,
        "length_penalty": 1.0,
        "max_length": 64,
        "min_length": 20,
        "blocked_repeat": 3,
    },
}

TEST_SETS = (scitldr(),)
SAMPLE = EvaluationSet("sample", Path("tests/data/scitldr_test_every_20th.jsonl"))

LONGEST_TEXT = 222
LONGEST_TITLED_TEXT = 160
GENERATED_PIECES = 8_000
FROZEN_LAYERS = 3
DECODER_STARTS_FROM = (0, 2, 4)
SEED = 1


def run(data_dir: Path, run_dir: Path, *, steps: int = 1_400) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    run_dir.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    pieces = minilm_pieces(run_dir / "tokenizer.json")
    corpora, generated = prepare(data_dir, run_dir, pieces, steps)
    model = pretrained_network(generated)
    averaged = train(
        model,
        optimizers(model),
        WarmupStableDecay(total=steps, warmup=1 + steps // 20, decay=decay_steps(steps)),
        lambda start: batches(corpora, pieces, start),
        mean_loss,
        settings=LoopSettings(run_dir, report_every=25, save_every=100, average_decay=0.995),
    )
    assert isinstance(averaged, HeadlineNetwork)
    settings = {**DESCRIPTION, "size": asdict(averaged.size)}
    write_model(averaged, settings, run_dir, eight_bits=True)


def prepare(
    data_dir: Path, run_dir: Path, pieces: WordPieces, steps: int
) -> tuple[Corpora, list[int]]:
    """The corpora as examples, and the ids of the pieces that may be written, which go to disk."""
    titled = list(read_summaries(data_dir / "summarization" / "acl_titles.tar.xz", "train"))
    summarized = list(read_summaries(data_dir / "summarization" / "scitldr.tar.xz", "train"))
    corpora = Corpora(
        headline_examples(titled, pieces, longest=LONGEST_TITLED_TEXT, style=Style.TITLE),
        headline_examples(summarized, pieces, longest=LONGEST_TEXT, style=Style.SUMMARY),
        last_part=steps - decay_steps(steps),
    )
    generated = write_vocabulary([*titled, *summarized], pieces, run_dir, at_most=GENERATED_PIECES)
    return corpora, generated


def decay_steps(steps: int) -> int:
    """The last part of a run: the rate falls, and only summaries are read."""
    return 1 + steps // 4


def pretrained_network(generated: Sequence[int]) -> HeadlineNetwork:
    """MiniLM, its lower half frozen, with a decoder that starts from some of its layers."""
    model = HeadlineNetwork(minilm_headline(num_styles=len(Style)), torch.tensor(generated))
    load_minilm(model.encoder)
    start_decoder_from_encoder(model, DECODER_STARTS_FROM)
    for part in (model.encoder.embedding, *model.encoder.layers[:FROZEN_LAYERS]):
        part.requires_grad_(requires_grad=False)
        for module in part.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0
    return model


def optimizers(model: HeadlineNetwork) -> Sequence[Optimizer]:
    """Gentle steps for what was pretrained, Muon for the matrices that write."""
    tuned = [p for p in model.encoder.parameters() if p.requires_grad]
    writing = [p for name, p in model.named_parameters() if not name.startswith("encoder.")]
    tables = {id(model.styles.weight), id(model.pointer.scores.weight)}
    matrices = [p for p in writing if p.ndim == 2 and p.size(0) > 1 and id(p) not in tables]
    chosen = {id(p) for p in matrices}
    others = [p for p in writing if id(p) not in chosen]
    groups = [{"params": tuned, "lr": 1.5e-4}, {"params": others, "lr": 1e-3}]
    return [
        Muon(matrices, learning_rate=1e-3, weight_decay=0.01),
        AdamW(groups, betas=(0.9, 0.98), weight_decay=0.01, fused=True),
    ]


def mean_loss(model: nn.Module, batch: HeadlineBatch) -> tuple[Tensor, int]:
    """Cross entropy per piece that can be said at all; counts the texts' pieces."""
    assert isinstance(model, HeadlineNetwork)
    expected = batch.targets[:, 1:]
    with fastest_autocast():
        states = model.read(batch.texts, batch.lengths)
        texts = model.remember(states[:, 1:], batch.texts[:, 1:], batch.lengths - 2)
        texts = texts.rows(batch.rows)
        choices = model(texts, batch.targets[:, :-1], batch.styles)
    visible = texts.pieces * texts.visible[:, 0, 0]
    likelihood = model.pointer.log_likelihood(choices, visible, expected)
    counted = (expected != 0) & model.pointer.can_say(visible, expected)
    return -likelihood[counted].mean(), int(batch.lengths.sum())
