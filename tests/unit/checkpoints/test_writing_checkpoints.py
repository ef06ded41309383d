import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from salience.checkpoints import BuiltModel, Checkpoint, build_model
from salience.checkpoints.building import conversion_of
from salience.checkpoints.samples import TEXTS
from salience.checkpoints.source_tokens import source_tokens
from salience.decoding.options import DecodingOptions
from salience.errors import InvalidInput, ServingError, Unsupported
from salience.models.hugging_face import load_tokenizer, transformers
from salience.tasks.checkpoint_seq2seq import generation_rules, load_subwords, load_translator
from salience.tasks.loading import load_task
from salience.tasks.model_folder import ModelFolder
from salience.tasks.summary_item import SummaryItem
from salience.tasks.translation_item import TranslationItem, TranslationOptions
from salience.text.summary_length import SummaryLength
from salience.v1.summarization_pb2 import Summary
from salience.v1.translation_pb2 import Translation
from tests.unit.checkpoints.tiny_checkpoints import write_classifier
from tests.unit.checkpoints.tiny_writers import WRITERS, write_writer

LENGTH = 20
EXPECTED_START = {"MBart": "fr_XX", "MBart50": "</s> fr_XX", "M2M100": "</s> __fr__"}


def checkpoint_of(folder: Path, kind: str, task: str = "translation") -> Checkpoint:
    writer = WRITERS[kind]
    target = writer.target if task == "translation" else ()
    return Checkpoint(folder, task, f"{kind.lower()}-{task}", writer.source, target)


@pytest.fixture(scope="module", params=WRITERS)
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Checkpoint, BuiltModel]:
    folder = tmp_path_factory.mktemp("checkpoint")
    checkpoint = checkpoint_of(write_writer(folder / "original", request.param), request.param)
    return request.param, checkpoint, build_model(checkpoint, folder / "models")


def original_outputs(checkpoint: Checkpoint, model: ModelFolder, beam_size: int) -> list[list[int]]:
    """What the library itself writes for the samples, told the target language its own way."""
    library, tokenizer = transformers(), load_tokenizer(checkpoint.path)
    start = model.settings["generation"]["start"]
    if hasattr(tokenizer, "src_lang"):
        tokenizer.src_lang = {"NllbTokenizer": "eng_Latn", "M2M100Tokenizer": "en"}.get(
            type(tokenizer).__name__, "en_XX"
        )
    network = library.AutoModelForSeq2SeqLM.from_pretrained(checkpoint.path).eval()
    prefix = "translate English to German: " if network.config.model_type == "t5" else ""
    outputs = []
    for text in TEXTS[:4]:
        with torch.inference_mode():
            written = network.generate(
                **tokenizer(prefix + text, return_tensors="pt"),
                decoder_start_token_id=start[0],
                forced_bos_token_id=start[1] if start[1:] else None,
                forced_eos_token_id=None,
                max_new_tokens=LENGTH + len(start) - 1,
                num_beams=beam_size,
                length_penalty=1.0,
                early_stopping=True,
            )[0]
        kept = written[len(start) :].tolist()
        end = model.settings["generation"]["end"]
        outputs.append(kept[: kept.index(end)] if end in kept else kept)
    return outputs


def served_outputs(model: ModelFolder, engine: str, beam_size: int) -> list[list[int]]:
    rules = replace(generation_rules(model), max_length=LENGTH, follows_source=False)
    translator, subwords = load_translator(model, engine, rules=rules), load_subwords(model)
    sources = [subwords.framed(tokens) for tokens in subwords.encode(TEXTS[:4])]
    return [translator.run([source], DecodingOptions(beam_size))[0].tokens for source in sources]


def test_every_architecture_runs_on_the_fast_engine(
    built: tuple[str, Checkpoint, BuiltModel],
) -> None:
    kind, _, model = built

    assert model.folder.settings["default_engine"].startswith("ctranslate2"), model.remarks
    tokenizer = load_tokenizer(model.folder.path)
    start = tokenizer.convert_ids_to_tokens(model.folder.settings["generation"]["start"])
    assert " ".join(start) == EXPECTED_START.get(kind, " ".join(start))


@pytest.mark.parametrize("engine", ["ctranslate2", "pytorch"])
@pytest.mark.parametrize("beam_size", [1, 3])
def test_the_same_tokens_are_written_as_by_the_original(
    built: tuple[str, Checkpoint, BuiltModel], engine: str, beam_size: int
) -> None:
    _, checkpoint, model = built

    served = served_outputs(model.folder, engine, beam_size)

    assert served == original_outputs(checkpoint, model.folder, beam_size)


def test_a_text_is_translated_with_its_alternatives(
    built: tuple[str, Checkpoint, BuiltModel],
) -> None:
    task = load_task(built[2].folder.path)
    item = TranslationItem("Good morning. How are you?", TranslationOptions(3, 2))

    (answer,) = task.answer([item])

    assert isinstance(answer, Translation)
    assert answer.score < 0
    assert len(answer.alternatives) <= 2


def test_an_explained_translation_aligns_its_tokens(
    built: tuple[str, Checkpoint, BuiltModel],
) -> None:
    text = "Good morning. How are you?"
    item = TranslationItem(text, TranslationOptions(beam_size=3, explain=True))
    exact, reference = (
        load_task(built[2].folder.path, engine=engine).answer([item])[0]
        for engine in ("ctranslate2", "pytorch")
    )

    assert isinstance(exact, Translation)
    assert isinstance(reference, Translation)
    assert len(exact.alignments) == 2
    for ours, theirs in zip(exact.alignments, reference.alignments, strict=True):
        assert [piece.text for piece in ours.target] == [piece.text for piece in theirs.target]
        assert ours.weights == pytest.approx(list(theirs.weights), abs=1e-4)
        rows = np.array(ours.weights).reshape(len(ours.target), len(ours.source))
        assert rows.sum(axis=1) == pytest.approx(1.0, abs=1e-4)
        assert all(text[piece.start : piece.end] == piece.text for piece in ours.source)


def test_languages_are_those_the_checkpoint_names_or_the_given_ones(
    built: tuple[str, Checkpoint, BuiltModel],
) -> None:
    kind, _, model = built

    expected = "de" if kind in ("Marian", "T5") else "fr"
    assert model.folder.settings["source_languages"] == ["en"]
    assert model.folder.settings["target_languages"] == [expected]


@pytest.mark.parametrize("kind", ["T5", "Bart"])
def test_a_long_text_is_summarized_in_parts(tmp_path: Path, kind: str) -> None:
    original = write_writer(tmp_path / "original", kind)
    model = build_model(checkpoint_of(original, kind, "summarization"), tmp_path / "models")
    task = load_task(model.folder.path)
    text = " ".join(TEXTS)

    whole, short, bad, explained = task.answer(
        [
            text,
            SummaryItem(text, SummaryLength(sentences=1)),
            SummaryItem(""),
            SummaryItem(text, explain=True),
        ]
    )

    assert model.folder.settings["kind"] == "abstractive"
    assert isinstance(whole, Summary)
    assert isinstance(short, Summary)
    assert len(short.text) <= len(whole.text)
    assert isinstance(bad, ServingError)
    assert isinstance(explained, Summary)
    assert explained.text == whole.text
    assert all(text[piece.start : piece.end] == piece.text for piece in explained.pieces)
    starts = [piece.start for piece in explained.pieces]
    assert starts == sorted(starts)
    assert explained.pieces[-1].end == len(text)
    assert len(explained.piece_weights) == len(explained.pieces)
    assert 0.3 < sum(explained.piece_weights) <= 1.0


def test_what_t5_says_about_summaries_is_kept(tmp_path: Path) -> None:
    original = write_writer(tmp_path / "original", "T5")
    model = build_model(checkpoint_of(original, "T5", "summarization"), tmp_path / "models")

    generation = model.folder.settings["generation"]
    assert (generation["max_length"], generation["min_length"]) == (59, 10)
    assert generation["blocked_repeat"] == 3
    assert model.folder.settings["length_penalty"] == 2.0
    prefix = load_tokenizer(original)("summarize:", add_special_tokens=False)["input_ids"]
    assert model.folder.settings["source_tokens"]["before"] == prefix


def test_other_weights_are_told_from_the_same(tmp_path: Path) -> None:
    checkpoint = checkpoint_of(write_writer(tmp_path / "original", "Bart"), "Bart")
    model = build_model(checkpoint, tmp_path / "models").folder
    conversion = conversion_of(checkpoint)
    assert conversion.disagreement(model, "pytorch") == ""
    weights = load_file(model.path / "weights.safetensors")
    weights["model.decoder.layers.1.fc2.weight"] *= 5

    save_file(weights, model.path / "weights.safetensors")

    assert "log-probabilities move" in conversion.disagreement(model, "pytorch")


UNSAID: dict[str, tuple[Any, str]] = {
    "no languages": (Checkpoint(Path(), "translation"), "give --from and --to"),
    "unknown": (
        Checkpoint(Path(), "translation", "", ("en",), ("xx",)),
        "does not know the language 'xx'",
    ),
    "ambiguous": (
        Checkpoint(Path(), "translation", "", ("en",), ("zh",)),
        "zh may be zho_Hans or zho_Hant",
    ),
    "several": (
        Checkpoint(Path(), "translation", "", ("en", "fr"), ("zh",)),
        "one language from one other",
    ),
}


@pytest.fixture(scope="module")
def nllb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_writer(tmp_path_factory.mktemp("nllb") / "original", "Nllb")


@pytest.mark.parametrize(("asked", "message"), UNSAID.values(), ids=UNSAID)
def test_languages_that_are_unclear_are_asked_for(
    nllb: Path, tmp_path: Path, asked: Checkpoint, message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        build_model(replace(asked, path=nllb), tmp_path)


def test_a_token_says_which_script(nllb: Path, tmp_path: Path) -> None:
    asked = Checkpoint(nllb, "translation", "", ("en",), ("zho_Hant",))

    assert build_model(asked, tmp_path).folder.settings["target_languages"] == ["zh"]


def test_marian_for_several_languages_reads_the_target_first(tmp_path: Path) -> None:
    folder = write_writer(tmp_path / "original", "Marian")
    vocabulary = json.loads((folder / "vocab.json").read_text())
    # A piece gives up its number to the token of a language.
    vocabulary[">>fra<<"] = vocabulary.pop("🚀")
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    asked = Checkpoint(folder, "translation", "", ("en",), ("fr",))

    source = source_tokens(asked)

    assert (source.before, source.after) == ([vocabulary[">>fra<<"]], [vocabulary["</s>"]])
    with pytest.raises(InvalidInput, match="give --from and --to"):
        source_tokens(Checkpoint(folder, "translation"))


def test_a_classifier_writes_nothing(tmp_path: Path) -> None:
    bert = write_classifier(tmp_path / "bert", "Bert")

    with pytest.raises(Unsupported, match="BertForTokenClassification cannot do translation"):
        build_model(Checkpoint(bert, "translation"), tmp_path / "models")
