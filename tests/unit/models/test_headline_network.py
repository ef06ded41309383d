from pathlib import Path

import pytest
import torch

from salience.models.bert_encoder import BertLayer, BertSize
from salience.models.headline_network import (
    HeadlineNetwork,
    HeadlineSize,
    RememberedTexts,
    load_headline_network,
    start_decoder_from_encoder,
)
from salience.models.stored_weights import save_weights

SIZE = HeadlineSize(
    BertSize(
        vocabulary=30,
        width=16,
        inner_width=32,
        num_heads=2,
        num_layers=2,
        max_len=24,
        num_cases=1,
        dropout=0.1,
    ),
    decoder_layers=2,
    num_styles=2,
)
GENERATED = [1, 4, 6]
TOKENS = torch.tensor([[2, 8, 9, 10, 3], [2, 12, 3, 0, 0]])
LENGTHS = torch.tensor([5, 3])
TARGET = torch.tensor([[2, 8, 4, 9], [2, 6, 12, 1]])
STYLES = torch.tensor([0, 1])


@pytest.fixture
def network() -> HeadlineNetwork:
    torch.manual_seed(0)
    return HeadlineNetwork(SIZE, torch.tensor(GENERATED)).eval()


def remembered(network: HeadlineNetwork) -> RememberedTexts:
    states = network.read(TOKENS, LENGTHS)
    return network.remember(states[:, 1:], TOKENS[:, 1:], LENGTHS - 2)


def test_writing_step_by_step_equals_the_whole_line(network: HeadlineNetwork) -> None:
    texts = remembered(network)
    whole = network.pointer.distribution(network(texts, TARGET, STYLES), texts.pieces)
    past = None

    for place in range(TARGET.size(1)):
        step, past = network.step(texts, TARGET[:, place : place + 1], STYLES, past)
        assert torch.allclose(step, whole[:, place], atol=1e-5)


def test_a_text_is_summarized_the_same_alone_and_beside_a_longer_one(
    network: HeadlineNetwork,
) -> None:
    beside = network(remembered(network), TARGET, STYLES)

    states = network.read(TOKENS[1:, :3], LENGTHS[1:])
    alone = network.remember(states[:, 1:2], TOKENS[1:, 1:2], LENGTHS[1:] - 2)
    written = network(alone, TARGET[1:], STYLES[1:])

    assert torch.allclose(written.writes, beside.writes[1:], atol=1e-5)
    assert torch.allclose(written.written, beside.written[1:], atol=1e-5)
    assert torch.allclose(written.copied, beside.copied[1:, :, :1], atol=1e-5)


def test_a_later_piece_does_not_change_what_came_before(network: HeadlineNetwork) -> None:
    texts = remembered(network)
    other = TARGET.clone()
    other[:, -1] = 20

    before = network(texts, TARGET, STYLES).written[:, :-1]

    assert torch.equal(before, network(texts, other, STYLES).written[:, :-1])


def test_the_style_changes_the_line(network: HeadlineNetwork) -> None:
    texts = remembered(network)

    title = network(texts, TARGET, 1 - STYLES).written

    assert not torch.allclose(title, network(texts, TARGET, STYLES).written)


def test_a_place_knows_what_stood_before_it(network: HeadlineNetwork) -> None:
    states = torch.randn(1, 3, 16)
    other = states.clone()
    other[:, 0] += 1.0

    changed = (network.text_memory(states) != network.text_memory(other)).any(-1)

    assert changed.tolist() == [[True, True, False]]


def test_a_decoder_that_starts_from_the_encoder_answers_like_it_at_first(
    network: HeadlineNetwork,
) -> None:
    start_decoder_from_encoder(network, [0, 1])
    layer, texts = network.decoder[1], remembered(network)
    encoder_layer = network.encoder.layers[1]
    assert isinstance(encoder_layer, BertLayer)
    inputs = torch.randn(2, 1, 16)
    visible = torch.ones(1, 1, 1, 1, dtype=torch.bool)

    written, _ = layer(
        inputs, texts.memories[1], None, text_visible=texts.visible, past_visible=visible
    )

    torch.nn.init.ones_(layer.cross_norm.weight)  # type: ignore[union-attr, arg-type]
    seen = encoder_layer.attention_norm(
        inputs
        + encoder_layer.attention(inputs, encoder_layer.attention.remember(inputs), visible=visible)
    )
    seen = layer.cross_norm(seen)  # type: ignore[operator]
    thought = encoder_layer.outer(torch.nn.functional.gelu(encoder_layer.inner(seen)))
    assert torch.allclose(written, encoder_layer.thought_norm(seen + thought), atol=1e-5)
    assert torch.equal(
        network.pointer.scores.weight, network.encoder.embedding.pieces.weight[GENERATED]
    )


@pytest.mark.parametrize("eight_bits", [False, True])
def test_stored_weights_give_the_network_back(
    network: HeadlineNetwork, tmp_path: Path, eight_bits: bool
) -> None:
    save_weights(network.state_dict(), tmp_path / "weights", eight_bits=eight_bits)

    loaded = load_headline_network(tmp_path / "weights", SIZE, GENERATED)

    expected = network(remembered(network), TARGET, STYLES).copied
    found = loaded(remembered(loaded), TARGET, STYLES).copied
    assert torch.allclose(found, expected, atol=2e-2)
