"""Every mechanism, ready to be tried: what goes in, what comes out, where it looks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from salience import attention
from salience.attention import (
    AdditiveScores,
    BilinearScores,
    LocationScores,
    ScoreFunction,
    SoftAttention,
    cosine_scores,
    dot_product_scores,
    scaled_dot_product_scores,
)

WIDTH, LENGTH, BATCH = 4, 5, 2
SEQUENCE, MAP = (BATCH, LENGTH, WIDTH), (BATCH, WIDTH, 3, 3)

Run = Callable[[Any, Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Mechanism:
    """One public name of `salience.attention`, and how it is tried on itself."""

    name: str
    build: Callable[[], Any]
    """A module, or a function."""
    run: Run
    """From it, an input and what is visible (query by key) to the output."""
    shape: tuple[int, ...] = SEQUENCE
    weigh: Run | None = None
    """From the same to the weights, whose last two dimensions are query and key."""
    sums_to_one: bool = True
    order: str = "none"
    """What the order of the inputs does: 'equivariant', 'invariant' or 'none' (it matters)."""

    def made(self) -> Any:
        torch.manual_seed(3)
        made = self.build()
        if isinstance(made, nn.Module):
            for parameter in made.parameters():
                nn.init.normal_(parameter, std=0.5)
        return made

    def input(self) -> Tensor:
        return torch.randn(self.shape, generator=torch.Generator().manual_seed(8))


def attend(name: str, build: Callable[[], Any], **more: Any) -> Mechanism:
    """One that takes query, key and value, and returns context and weights."""
    return Mechanism(
        name,
        build,
        lambda made, x, visible: made(x, x, x, visible=visible).context,
        weigh=lambda made, x, visible: made(x, x, x, visible=visible).weights,
        **more,
    )


def score(name: str, build: Callable[[], ScoreFunction], order: str = "equivariant") -> Mechanism:
    return attend(name, lambda: SoftAttention(build()), order=order)


def multi_head(name: str, order: str = "none", **sizes: int) -> Mechanism:
    """One that looks at a remembered memory."""
    kind = getattr(attention, name)
    return Mechanism(
        name,
        lambda: kind(width=WIDTH, num_heads=2, **sizes),
        lambda made, x, visible: made(x, made.remember(x), visible=visible[:, None]),
        weigh=lambda made, x, visible: made.weights(x, made.remember(x), visible=visible[:, None]),
        order=order,
    )


def gate(name: str, order: str = "equivariant", **sizes: int) -> Mechanism:
    """One that takes a map of features to another."""
    kind = getattr(attention, name)
    return Mechanism(
        name, lambda: kind(**sizes), lambda made, x, _: made(x), shape=MAP, order=order
    )


def pooling(name: str) -> Mechanism:
    function = getattr(attention, name)
    return Mechanism(
        name,
        lambda: function,
        lambda made, x, visible: made(x, visible=visible[:, 0]),
        order="invariant",
    )


MECHANISMS = [
    score("dot_product_scores", lambda: dot_product_scores),
    score("scaled_dot_product_scores", lambda: scaled_dot_product_scores),
    score("cosine_scores", lambda: cosine_scores),
    score(
        "AdditiveScores",
        lambda: AdditiveScores(query_width=WIDTH, key_width=WIDTH, hidden_width=3),
    ),
    score("BilinearScores", lambda: BilinearScores(query_width=WIDTH, key_width=WIDTH)),
    score("LocationScores", lambda: LocationScores(query_width=WIDTH, max_len=9), order="none"),
    attend("SoftAttention", lambda: SoftAttention(dot_product_scores), order="equivariant"),
    attend(
        "HardAttention", lambda: attention.HardAttention(dot_product_scores), order="equivariant"
    ),
    attend(
        "LocalMonotonicAttention",
        lambda: attention.LocalMonotonicAttention(dot_product_scores, half_width=1),
    ),
    attend(
        "LocalPredictiveAttention",
        lambda: attention.LocalPredictiveAttention(
            dot_product_scores, query_width=WIDTH, hidden_width=3, half_width=2
        ),
        sums_to_one=False,
    ),
    Mechanism(
        "attention_distribution",
        lambda: attention.attention_distribution,
        lambda made, x, visible: made(dot_product_scores(x, x), visible=visible),
        weigh=lambda made, x, visible: made(dot_product_scores(x, x), visible=visible),
    ),
    Mechanism(
        "weighted_mean",
        lambda: attention.weighted_mean,
        lambda made, x, _: made(dot_product_scores(x, x), x),
        order="equivariant",
    ),
    Mechanism(
        "attention_weights",
        lambda: attention.attention_weights,
        lambda made, x, visible: made(x, x, visible=visible),
        weigh=lambda made, x, visible: made(x, x, visible=visible),
    ),
    Mechanism(
        "scaled_dot_product",
        lambda: attention.scaled_dot_product,
        lambda made, x, visible: made(x, x, x, visible=visible),
        order="equivariant",
    ),
    multi_head("MultiHeadAttention", order="equivariant"),
    multi_head("RotaryAttention"),
    multi_head("RelativeAttention", max_distance=2),
    Mechanism(
        "SelfAttention",
        lambda: attention.SelfAttention(width=WIDTH, num_heads=2),
        lambda made, x, visible: made(x, visible=visible[:, None]),
        weigh=lambda made, x, visible: made.weights(x, visible=visible[:, None]),
        order="equivariant",
    ),
    Mechanism(
        "CrossAttention",
        lambda: attention.CrossAttention(width=WIDTH, num_heads=2),
        lambda made, x, visible: made(x, x, visible=visible[:, None]),
        weigh=lambda made, x, visible: made.weights(x, x, visible=visible[:, None]),
        order="equivariant",
    ),
    Mechanism(
        "rotated_by_position",
        lambda: attention.rotated_by_position,
        lambda made, x, _: made(x),
    ),
    pooling("average_pooling"),
    pooling("maximum_pooling"),
    Mechanism(
        "AttentionPooling",
        lambda: attention.AttentionPooling(width=WIDTH, num_classes=3),
        lambda made, x, _: made(x).scores,
        order="invariant",
    ),
    gate("SqueezeExcitation", channels=WIDTH, reduction=2),
    gate("ChannelGate", channels=WIDTH, reduction=2),
    gate("SpatialGate", order="none", window=3),
    gate("CBAM", order="none", channels=WIDTH, reduction=2, window=3),
    gate("PositionAttention", channels=WIDTH, reduction=2),
    gate("ChannelAttention"),
    gate("DualAttention", channels=WIDTH, reduction=2),
    gate("PolarizedChannels", channels=WIDTH),
    gate("PolarizedPlaces", channels=WIDTH),
    gate("PolarizedSelfAttention", channels=WIDTH),
    Mechanism(
        "GlimpseSensor",
        lambda: attention.GlimpseSensor(size=2, num_scales=2),
        lambda made, x, _: made(x, torch.zeros(len(x), 2, dtype=x.dtype)),
        shape=MAP,
    ),
]

RECORDS = {"Attended", "Chosen", "HeadsAttended", "KeysValues", "Pooled"}
"""What mechanisms return."""
OTHER_FUNCTIONS = {
    "bidirectional_mask", "causal_mask", "padding_mask", "window_mask",
    "reinforce_loss", "sinusoidal_positions",
}  # fmt: skip
"""What takes no inputs to weigh; each has tests of its own."""
