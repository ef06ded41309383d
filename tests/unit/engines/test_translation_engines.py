"""Both translation engines on one random network: they must say the same."""

from dataclasses import asdict
from pathlib import Path
from typing import cast

import pytest
import torch
from safetensors.torch import save_file

from salience.decoding.generated import Generated
from salience.decoding.options import DecodingOptions
from salience.engines.ctranslate2_converter import convert_to_ctranslate2
from salience.engines.ctranslate2_translator import CTranslate2Translator
from salience.engines.int8_arithmetic import int8_is_exact
from salience.engines.pytorch_translator import PyTorchTranslator
from salience.models.translation_networks import load_translation_network
from salience.models.translation_transformer import (
    DecoderLayer,
    TransformerSize,
    TranslationTransformer,
)
from salience.text.subwords import END, START

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
GREEDY = DecodingOptions()


@pytest.fixture
def network() -> TranslationTransformer:
    """Random weights that eight bits hold exactly; it is often done after a few words."""
    torch.manual_seed(0)
    network = TranslationTransformer(SIZE).eval()
    with torch.no_grad():
        for name, weights in network.named_parameters():
            if weights.ndim == 2:
                weights.mul_(1 if name == "embedding.weight" else 3)
                steps = 127 / weights.abs().amax(dim=1, keepdim=True)
                weights.copy_((weights * steps).round() / steps)
        network.decoder_norm.bias.copy_(4 * network.embedding.weight[END])
    return network


@pytest.fixture
def converted(network: TranslationTransformer, tmp_path: Path) -> Path:
    convert_to_ctranslate2(network, PIECES, tmp_path)
    return tmp_path


def ctranslate2_translator(folder: Path, compute_type: str) -> CTranslate2Translator:
    return CTranslate2Translator(
        folder, PIECES, max_len=SIZE.max_len, threads=1, compute_type=compute_type
    )


def hypotheses(output: Generated) -> list[Generated]:
    return [output, *output.alternatives]


@pytest.mark.parametrize("length_penalty", [0.0, 0.6, 1.0, 2.0])
@pytest.mark.parametrize(("beam_size", "num_hypotheses"), [(1, 1), (3, 3), (4, 2), (8, 8)])
def test_ctranslate2_searches_as_the_reference_does(
    network: TranslationTransformer,
    converted: Path,
    beam_size: int,
    num_hypotheses: int,
    length_penalty: float,
) -> None:
    options = DecodingOptions(beam_size, num_hypotheses, length_penalty)
    fast = ctranslate2_translator(converted, "float32")

    for source in SOURCES:
        (reference,) = PyTorchTranslator(network).run([source], options)
        (output,) = fast.run([source], options)
        expected, found = hypotheses(reference), hypotheses(output)
        assert len(found) == num_hypotheses
        assert [(one.tokens, one.finished) for one in found] == [
            (one.tokens, one.finished) for one in expected
        ]
        assert [one.score for one in found] == pytest.approx([one.score for one in expected], 1e-4)


def test_eight_bits_change_scores_a_little(
    network: TranslationTransformer, converted: Path
) -> None:
    fast = ctranslate2_translator(converted, "int8")

    for source in SOURCES:
        (expected,), (got,) = (
            PyTorchTranslator(network).run([source], GREEDY),
            fast.run([source], GREEDY),
        )
        assert got.tokens == expected.tokens
        assert got.score == pytest.approx(expected.score, abs=0.05 if int8_is_exact() else 0.15)


@pytest.mark.parametrize("length_penalty", [0.0, 1.0, 2.0])
def test_a_score_is_the_mean_of_what_the_network_gives_each_token(
    network: TranslationTransformer, length_penalty: float
) -> None:
    options = DecodingOptions(4, 4, length_penalty)

    for source in SOURCES:
        (output,) = PyTorchTranslator(network).run([source], options)
        for one in hypotheses(output):
            tokens = [*one.tokens, END] if one.finished else one.tokens
            assert one.score == pytest.approx(mean_log_probability(network, source, tokens), 1e-4)


def mean_log_probability(
    network: TranslationTransformer, source: list[int], tokens: list[int]
) -> float:
    """Read off whole targets, as in training; nothing empty can be said."""
    target = torch.tensor([[START, *tokens[:-1]]])
    with torch.inference_mode():
        states = network(torch.tensor([source]), torch.tensor([len(source)]), target)
        scores = network.logits(states)[0]
        scores[0, END] = -torch.inf
        given = scores.log_softmax(dim=-1)[torch.arange(len(tokens)), tokens]
    return float(given.mean())


def test_converting_leaves_the_network_as_it_was(
    network: TranslationTransformer, tmp_path: Path
) -> None:
    before = network.embedding.weight.clone()

    convert_to_ctranslate2(network, PIECES, tmp_path)

    assert torch.equal(network.embedding.weight, before)


def test_a_sentence_is_translated_the_same_alone_and_among_others(
    network: TranslationTransformer,
) -> None:
    """Among longer ones it may only become longer."""
    translator = PyTorchTranslator(network)

    for source, output in zip(SOURCES, translator.run(SOURCES, GREEDY), strict=True):
        alone = translator.run([source], GREEDY)[0].tokens
        assert output.tokens[: len(alone)] == alone


def test_alternatives_are_the_same_alone_and_among_others(network: TranslationTransformer) -> None:
    translator, options = PyTorchTranslator(network), DecodingOptions(4, 3)

    among_others = [hypotheses(output) for output in translator.run(SOURCES, options)]

    ended = [number for number, found in enumerate(among_others) if all(f.finished for f in found)]
    assert ended
    for number in ended:
        (alone,) = translator.run([SOURCES[number]], options)
        assert [one.tokens for one in hypotheses(alone)] == [
            one.tokens for one in among_others[number]
        ]


def test_weights_stored_in_half_precision_load(
    network: TranslationTransformer, tmp_path: Path
) -> None:
    stored = {name: tensor.half() for name, tensor in network.state_dict().items()}
    save_file(stored, tmp_path / "weights.safetensors")

    loaded = load_translation_network({"size": asdict(SIZE)}, tmp_path / "weights.safetensors")

    assert isinstance(loaded, TranslationTransformer)
    assert torch.allclose(loaded.embedding.weight, network.embedding.weight, atol=1e-3)


@pytest.mark.parametrize("beam_size", [1, 4])
def test_both_engines_look_at_the_same_even_in_a_batch(
    network: TranslationTransformer, converted: Path, beam_size: int
) -> None:
    options = DecodingOptions(beam_size, explain=True)
    fast = ctranslate2_translator(converted, "float32")

    together = fast.run(SOURCES, options)

    for source, output in zip(SOURCES, together, strict=True):
        (expected,) = PyTorchTranslator(network).run([source], options)
        assert output.tokens[: len(expected.tokens)] == expected.tokens
        assert len(output.attention) == len(output.tokens)
        for row, expected_row in zip(output.attention, expected.attention, strict=False):
            assert row == pytest.approx(expected_row, abs=1e-5)
            assert sum(row) == pytest.approx(1)


def test_the_attention_is_the_mean_of_the_last_layers_heads(
    network: TranslationTransformer,
) -> None:
    (source,) = SOURCES[:1]
    looks: list[torch.Tensor] = []
    last = cast("DecoderLayer", network.decoder[-1])
    attend = last.cross_attention.weights
    last.cross_attention.weights = (  # type: ignore[method-assign]
        lambda *inputs, **visible: looks.append(attend(*inputs, **visible)) or looks[-1]  # type: ignore[func-returns-value]
    )

    (output,) = PyTorchTranslator(network).run([source], DecodingOptions(explain=True))

    told = torch.tensor(output.attention)
    steps = torch.cat([look.mean(1)[0] for look in looks[: len(told)]])
    torch.testing.assert_close(told, steps)


def test_no_attention_is_told_unless_asked(
    network: TranslationTransformer, converted: Path
) -> None:
    for translator in (PyTorchTranslator(network), ctranslate2_translator(converted, "float32")):
        assert all(not output.attention for output in translator.run(SOURCES, GREEDY))
