"""What an eye sees that looks at one place: sharp in the middle, blurred around it."""

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional


class GlimpseSensor(nn.Module):
    """Cuts squares around a place, each twice as wide as the last, all shrunk to one size.

    The first is `size` pixels wide and sharp; what lies outside of the image is 0. Where to
    look next is for a network to choose, and for REINFORCE to teach.

    Source: Mnih et al., "Recurrent Models of Visual Attention" (2014), section 3.1.
    """

    def __init__(self, *, size: int, num_scales: int) -> None:
        super().__init__()
        self.size = size
        self.num_scales = num_scales

    def forward(
        self,
        images: Float[Tensor, "batch channels rows columns"],
        centres: Float[Tensor, "batch 2"],
    ) -> Float[Tensor, "batch scales channels size size"]:
        """The squares around each centre, given as (row, column) from -1 to 1."""
        extent = torch.tensor(images.shape[2:], device=images.device)
        middle = (centres.float().clamp(-1, 1) + 1) / 2 * extent
        widths = [self.size * 2**scale for scale in range(self.num_scales)]
        squares = [_square(images, middle, width) for width in widths]
        return torch.stack([functional.adaptive_avg_pool2d(one, self.size) for one in squares], 1)


def _square(
    images: Float[Tensor, "batch channels rows columns"],
    middle: Float[Tensor, "batch 2"],
    width: int,
) -> Float[Tensor, "batch channels width width"]:
    """The pixels around the middle: as many before it as behind it, or one less or more."""
    padded = functional.pad(images, (width, width, width, width))
    start = (middle - width / 2).round().long() + width
    places = start[:, :, None] + torch.arange(width, device=images.device)
    rows, columns = places.unbind(dim=1)
    batch = torch.arange(len(images), device=images.device)[:, None, None]
    return padded[batch, :, rows[:, :, None], columns[:, None, :]].movedim(-1, 1)
