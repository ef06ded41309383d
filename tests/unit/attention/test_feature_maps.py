"""Attention over maps of features against its formulas, written over lists of places."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.testing import assert_close

from salience.attention import (
    CBAM,
    ChannelAttention,
    ChannelGate,
    DualAttention,
    GlimpseSensor,
    PolarizedChannels,
    PolarizedPlaces,
    PolarizedSelfAttention,
    PositionAttention,
    SpatialGate,
    SqueezeExcitation,
)

CHANNELS = 6


def features() -> Tensor:
    return torch.randn(2, CHANNELS, 4, 5, generator=torch.Generator().manual_seed(1))


def through(convolution: nn.Conv2d, image: Tensor) -> Tensor:
    """A convolution of one pixel, as a matrix: out by places."""
    weight = convolution.weight[:, :, 0, 0]
    assert convolution.bias is not None
    return weight @ image.flatten(1) + convolution.bias[:, None]


def test_squeeze_and_excitation_weighs_channels_by_their_means() -> None:
    gate = SqueezeExcitation(channels=CHANNELS, reduction=2)
    image = features()[1]

    hidden = functional.relu(gate.squeeze(image.flatten(1).mean(dim=1)))
    weights = torch.sigmoid(gate.excite(hidden))

    assert_close(gate(features())[1], image * weights[:, None, None])


def test_the_channel_gate_adds_what_means_and_maxima_say() -> None:
    gate = ChannelGate(channels=CHANNELS, reduction=2)
    flat = features()[1].flatten(1)

    weights = torch.sigmoid(gate.shared(flat.mean(dim=1)) + gate.shared(flat.max(dim=1).values))

    assert_close(gate.weights(features())[1], weights)
    assert_close(gate(features())[1].flatten(1), flat * weights[:, None])


def test_the_spatial_gate_looks_at_the_window_around_a_place() -> None:
    gate = SpatialGate(window=3)
    image = features()[1]
    seen = torch.stack([image.mean(dim=0), image.max(dim=0).values])
    kernel, bias = gate.look.weight[0], gate.look.bias
    assert bias is not None
    around = functional.pad(seen, (1, 1, 1, 1))
    expected = torch.empty(4, 5)
    for row in range(4):
        for column in range(5):
            window = around[:, row : row + 3, column : column + 3]
            expected[row, column] = torch.sigmoid((kernel * window).sum() + bias[0])

    assert_close(gate.weights(features())[1], expected)
    assert_close(gate(features())[1], image * expected)


def test_cbam_weighs_channels_and_then_places() -> None:
    made = CBAM(channels=CHANNELS, reduction=2)

    assert_close(made(features()), made.spatial(made.channel(features())))
    assert_close(made(features()), made.channel(features()) * made.map(features())[:, None])
    assert not torch.allclose(made(features()), made.channel(made.spatial(features())))


def test_position_attention_adds_what_like_places_hold() -> None:
    made = PositionAttention(channels=CHANNELS, reduction=2)
    nn.init.constant_(made.share, 0.3)
    image = features()[1]
    query, key, value = (through(part, image) for part in (made.query, made.key, made.value))

    expected = functional.scaled_dot_product_attention(query.T, key.T, value.T, scale=1.0).T

    assert_close(made(features())[1], image + 0.3 * expected.view_as(image))


def test_channel_attention_adds_what_like_channels_hold() -> None:
    made = ChannelAttention()
    nn.init.constant_(made.share, 0.3)
    flat = features()[1].flatten(1)

    expected = functional.scaled_dot_product_attention(flat, flat, flat, scale=1.0)

    assert_close(made(features())[1].flatten(1), flat + 0.3 * expected)


def test_dual_attention_adds_both_and_begins_as_twice_the_features() -> None:
    made = DualAttention(channels=CHANNELS)
    assert_close(made(features()), 2 * features())
    nn.init.constant_(made.position.share, 0.5)
    nn.init.constant_(made.channel.share, 0.25)

    assert_close(made(features()), made.position(features()) + made.channel(features()))


def test_polarized_channels_follow_the_papers_formula() -> None:
    made = PolarizedChannels(channels=CHANNELS)
    image = features()[1]

    places = through(made.query, image)[0].softmax(dim=0)
    found = made.widen(through(made.value, image) @ places)
    standard = (found - found.mean()) / (found.var(correction=0) + 1e-5).sqrt()

    assert_close(made.weights(features())[1], torch.sigmoid(standard))
    assert_close(made(features())[1], image * torch.sigmoid(standard)[:, None, None])


def test_polarized_places_follow_the_papers_formula() -> None:
    made = PolarizedPlaces(channels=CHANNELS)
    image = features()[1]

    channels = through(made.query, image).mean(dim=1).softmax(dim=0)
    expected = torch.sigmoid(channels @ through(made.value, image)).view(4, 5)

    assert_close(made.weights(features())[1], expected)
    assert_close(made(features())[1], image * expected)


def test_polarized_self_attention_adds_its_halves() -> None:
    made = PolarizedSelfAttention(channels=CHANNELS)

    assert_close(made(features()), made.channels(features()) + made.places(features()))


def test_a_glimpse_is_sharp_in_the_middle_and_blurred_around_it() -> None:
    image = torch.arange(64.0).view(1, 1, 8, 8)

    glimpse = GlimpseSensor(size=2, num_scales=2)(image, torch.tensor([[0.0, 0.0]]))

    assert glimpse[0, 0, 0].tolist() == [[27.0, 28.0], [35.0, 36.0]]
    blurred = functional.avg_pool2d(image[:, :, 2:6, 2:6], 2)
    assert_close(glimpse[0, 1], blurred[0])


def test_a_glimpse_over_the_edge_sees_zeros_there() -> None:
    image = torch.ones(2, 3, 8, 8)

    corners = torch.tensor([[-1.0, -1.0], [5.0, 1.0]])
    glimpse = GlimpseSensor(size=2, num_scales=1)(image, corners)

    assert glimpse[0, 0, 2].tolist() == [[0.0, 0.0], [0.0, 1.0]]
    assert glimpse[1, 0, 2].tolist() == [[1.0, 0.0], [0.0, 0.0]]


@pytest.mark.parametrize(("side", "first"), [(7, 2), (9, 3), (11, 4), (8, 2), (10, 4)])
def test_the_middle_of_a_glimpse_is_the_middle_of_the_image(side: int, first: int) -> None:
    image = torch.arange(float(side)).expand(1, 1, side, side)

    glimpse = GlimpseSensor(size=3, num_scales=1)(image, torch.zeros(1, 2))

    assert glimpse[0, 0, 0, 0].tolist() == [first, first + 1, first + 2]


def test_a_place_in_half_precision_is_found_in_a_large_image() -> None:
    image = torch.arange(602.0).expand(1, 1, 602, 602)

    glimpse = GlimpseSensor(size=2, num_scales=1)(image, torch.zeros(1, 2).bfloat16())

    assert glimpse[0, 0, 0, 0].tolist() == [300, 301]
