"""EfficientNet-Lite: convolutions that turn an image into a map of features.

Source: Tan and Le, "EfficientNet" (2019), in the variant for small devices (Liu, "Higher
accuracy on vision models with EfficientNet-Lite", 2020): ReLU6 everywhere and no squeeze and
excitation. Batch norms are folded into the convolutions before them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from jaxtyping import Float
from torch import Tensor, nn


class Stage(NamedTuple):
    """Blocks in a row; the first of them has the stride and widens, the others keep size."""

    num_blocks: int
    kernel: int
    stride: int
    expansion: int
    width: int


@dataclass(frozen=True)
class EfficientNetLiteSize:
    """The sizes of an EfficientNet-Lite.

    Images are square, with sides of `image_size` pixels, a multiple of 32.
    """

    image_size: int
    stem_width: int
    stages: tuple[Stage, ...]
    head_width: int

    @property
    def map_size(self) -> int:
        """Rows, and columns, of the map of features."""
        stride = 2
        for stage in self.stages:
            stride *= stage.stride
        return self.image_size // stride


def lite0() -> EfficientNetLiteSize:
    """4.7 million parameters with 1000 classes."""
    stages = (
        Stage(1, 3, 1, 1, 16),
        Stage(2, 3, 2, 6, 24),
        Stage(2, 5, 2, 6, 40),
        Stage(3, 3, 2, 6, 80),
        Stage(3, 5, 1, 6, 112),
        Stage(4, 5, 2, 6, 192),
        Stage(1, 3, 1, 6, 320),
    )
    return EfficientNetLiteSize(image_size=224, stem_width=32, stages=stages, head_width=1280)


class Convolution(nn.Sequential):
    """A convolution of an even-sized map, padded so that a stride of 2 halves it exactly.

    TensorFlow's SAME padding: where it is odd, the right and the lower side get more.
    """

    def __init__(
        self, inputs: int, outputs: int, *, kernel: int = 1, stride: int = 1, groups: int = 1
    ) -> None:
        padding = kernel - stride
        before, after = padding // 2, padding - padding // 2
        super().__init__(
            nn.ZeroPad2d((before, after, before, after)),
            nn.Conv2d(inputs, outputs, kernel, stride, groups=groups),
        )


class InvertedBottleneck(nn.Module):
    """Widen, look around in each channel, narrow again; added to the input where that fits."""

    def __init__(self, inputs: int, stage: Stage, *, stride: int) -> None:
        super().__init__()
        inner = inputs * stage.expansion
        self.adds_input = stride == 1 and inputs == stage.width
        self.expand = Convolution(inputs, inner) if stage.expansion > 1 else None
        self.depthwise = Convolution(inner, inner, kernel=stage.kernel, stride=stride, groups=inner)
        self.project = Convolution(inner, stage.width)
        self.activation = nn.ReLU6()

    def forward(
        self, inputs: Float[Tensor, "batch inputs rows columns"]
    ) -> Float[Tensor, "batch width new_rows new_columns"]:
        """The map of features, after this block."""
        inner = inputs if self.expand is None else self.activation(self.expand(inputs))
        outputs: Tensor = self.project(self.activation(self.depthwise(inner)))
        return inputs + outputs if self.adds_input else outputs


class EfficientNetLite(nn.Module):
    """The network up to its last map of features."""

    def __init__(self, size: EfficientNetLiteSize) -> None:
        super().__init__()
        self.size = size
        self.stem = Convolution(3, size.stem_width, kernel=3, stride=2)
        self.blocks = nn.Sequential(*_blocks(size))
        self.head = Convolution(size.stages[-1].width, size.head_width)
        self.activation = nn.ReLU6()

    def forward(
        self, images: Float[Tensor, "batch 3 height width"]
    ) -> Float[Tensor, "batch features rows columns"]:
        """The features of images whose pixels are from -1 to 1."""
        stem = self.activation(self.stem(images))
        return self.activation(self.head(self.blocks(stem)))  # type: ignore[no-any-return]


def _blocks(size: EfficientNetLiteSize) -> Iterator[InvertedBottleneck]:
    inputs = size.stem_width
    for stage in size.stages:
        for number in range(stage.num_blocks):
            yield InvertedBottleneck(inputs, stage, stride=1 if number else stage.stride)
            inputs = stage.width
