"""Both translation engines on one random network: they must say the same."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from salience.engines.ctranslate2_converter import convert_to_ctranslate2
from salience.engines.ctranslate2_translator import CTranslate2Translator
from salience.engines.pytorch_translator import PyTorchTranslator, load_network
from salience.models.translation_transformer import TransformerSize, TranslationTransformer
from salience.text.subwords import END

SIZE = TransformerSize(
    vocabulary=64,
    width=32,
    inner_width=64,
    num_heads=4,
    encoder_layers=2,
    decoder_layers=1,
    max_len=40,
    dropout=0.0,
)
PIECES = ["<unk>", "<s>", "</s>", "<pad>", *(f"w{number}" for number in range(60))]
SOURCES = [[5, 6, 7, END], [20, 21, END], [30, 31, 32, 33, 34, 35, END]]


@pytest.fixture
def network() -> TranslationTransformer:
    torch.manual_seed(3)
    return TranslationTransformer(SIZE).eval()


@pytest.mark.parametrize("beam_size", [1, 3])
def test_ctranslate2_agrees_with_the_reference(
    network: TranslationTransformer, tmp_path: Path, beam_size: int
) -> None:
    convert_to_ctranslate2(network, PIECES, tmp_path)
    reference = PyTorchTranslator(network, beam_size)
    fast = CTranslate2Translator(
        tmp_path, PIECES, max_len=SIZE.max_len, beam_size=beam_size, threads=1
    )

    for source in SOURCES:
        (expected,), (got,) = reference.run([source]), fast.run([source])
        assert got.tokens == expected.tokens
        assert got.finished == expected.finished
        assert got.score == pytest.approx(expected.score, abs=0.05)


def test_converting_leaves_the_network_as_it_was(
    network: TranslationTransformer, tmp_path: Path
) -> None:
    before = network.embedding.weight.clone()

    convert_to_ctranslate2(network, PIECES, tmp_path)

    assert torch.equal(network.embedding.weight, before)


def test_a_sentence_is_translated_the_same_alone_and_among_others(
    network: TranslationTransformer,
) -> None:
    engine = PyTorchTranslator(network, beam_size=1)

    for source, output in zip(SOURCES, engine.run(SOURCES), strict=True):
        alone = engine.run([source])[0].tokens
        assert output.tokens[: len(alone)] == alone


def test_weights_stored_in_half_precision_load(
    network: TranslationTransformer, tmp_path: Path
) -> None:
    stored = {name: tensor.half() for name, tensor in network.state_dict().items()}
    save_file(stored, tmp_path / "weights.safetensors")

    loaded = load_network(tmp_path / "weights.safetensors", SIZE)

    assert torch.allclose(loaded.embedding.weight, network.embedding.weight, atol=1e-3)
