"""The published weights of EfficientNet-Lite, brought into our network."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from salience.models.efficientnet_lite import InvertedBottleneck
from salience.models.image_classifier import ImageClassifier

EPSILON = 1e-3
Weights = Mapping[str, Tensor]


@torch.no_grad()
def load_published(network: ImageClassifier, weights: Weights) -> None:
    """Fill `network` from a state dict of the package `efficientnet-lite-pytorch`."""
    backbone = network.backbone
    _fill(backbone.stem, weights, "_conv_stem", "_bn0")
    for number, block in enumerate(backbone.blocks):
        assert isinstance(block, InvertedBottleneck)
        prefix = f"_blocks.{number}."
        if block.expand is not None:
            _fill(block.expand, weights, f"{prefix}_expand_conv", f"{prefix}_bn0")
        _fill(block.depthwise, weights, f"{prefix}_depthwise_conv", f"{prefix}_bn1")
        _fill(block.project, weights, f"{prefix}_project_conv", f"{prefix}_bn2")
    _fill(backbone.head, weights, "_conv_head", "_bn1")
    network.pooling.classes.weight.copy_(weights["_fc.weight"])
    network.pooling.classes.bias.copy_(weights["_fc.bias"])


def _fill(target: nn.Module, weights: Weights, convolution: str, norm: str) -> None:
    """Fold the batch norm into the convolution before it."""
    spread = (weights[f"{norm}.running_var"] + EPSILON).sqrt()
    gain = weights[f"{norm}.weight"] / spread
    own = next(module for module in target.modules() if isinstance(module, nn.Conv2d))
    assert own.bias is not None
    own.weight.copy_(weights[f"{convolution}.weight"] * gain[:, None, None, None])
    own.bias.copy_(weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * gain)
