"""`make attention`: our mechanisms beside PyTorch's own, in one run.

Both compute the same from the same inputs, taking turns, so that they meet the machine in
the same state; a figure is the median of many turns of one thread.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator

import torch
from rich.console import Console
from rich.table import Table
from torch import Tensor, nn
from torch.nn import functional
from torch.testing import assert_close

from salience.attention import (
    MultiHeadAttention,
    average_pooling,
    bidirectional_mask,
    cosine_scores,
    maximum_pooling,
    scaled_dot_product,
)

BATCH, HEADS, WIDTH = 8, 4, 64
Run = Callable[[], Tensor]


def pairs(length: int) -> Iterator[tuple[str, Run, Run]]:
    """What is compared: a name, ours, and PyTorch's."""
    torch.manual_seed(0)
    heads, inputs = torch.randn(BATCH, HEADS, length, WIDTH), torch.randn(BATCH, length, WIDTH)
    everything = bidirectional_mask(length, length)
    visible = torch.ones(1, length, dtype=torch.bool)
    yield (
        "scaled_dot_product",
        lambda: scaled_dot_product(heads, heads, heads, visible=everything),
        lambda: functional.scaled_dot_product_attention(heads, heads, heads, everything),
    )
    ours, theirs = _multi_heads()
    yield (
        "MultiHeadAttention",
        lambda: ours(inputs, ours.remember(inputs), visible=everything),
        lambda: theirs(inputs, inputs, inputs, need_weights=False)[0],
    )
    yield (
        "cosine_scores",
        lambda: cosine_scores(inputs, inputs),
        lambda: functional.cosine_similarity(inputs[:, :, None], inputs[:, None], dim=-1),
    )
    yield (
        "average_pooling",
        lambda: average_pooling(inputs, visible=visible),
        lambda: functional.adaptive_avg_pool1d(inputs.transpose(1, 2), 1).squeeze(2),
    )
    yield (
        "maximum_pooling",
        lambda: maximum_pooling(inputs, visible=visible),
        lambda: functional.adaptive_max_pool1d(inputs.transpose(1, 2), 1).squeeze(2),
    )


def medians(ours: Run, theirs: Run, turns: int) -> tuple[float, float]:
    """Seconds of each, after both have shown that they agree."""
    assert_close(ours(), theirs(), atol=1e-4, rtol=1e-4)
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(turns):
        for run, taken in zip((ours, theirs), seconds, strict=True):
            started = time.perf_counter()
            run()
            taken.append(time.perf_counter() - started)
    return statistics.median(seconds[0]), statistics.median(seconds[1])


@torch.inference_mode()
def table(lengths: list[int], turns: int) -> Table:
    """A row for each mechanism and length."""
    shown = Table("mechanism", "length", "ours, ms", "PyTorch, ms", "ours / PyTorch", box=None)
    for length in lengths:
        for name, ours, theirs in pairs(length):
            one, other = medians(ours, theirs, turns)
            figures = f"{one * 1e3:.3f}", f"{other * 1e3:.3f}", f"{one / other:.2f}"
            shown.add_row(name, str(length), *figures)
    return shown


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="attention", description=__doc__)
    parser.add_argument("--lengths", nargs="+", type=int, default=[16, 64, 256])
    parser.add_argument("--turns", type=int, default=20)
    options = parser.parse_args()
    torch.set_num_threads(1)
    Console(width=100).print(table(options.lengths, options.turns))


def _multi_heads() -> tuple[MultiHeadAttention, nn.MultiheadAttention]:
    ours = MultiHeadAttention(width=WIDTH, num_heads=HEADS).eval()
    theirs = nn.MultiheadAttention(WIDTH, HEADS, batch_first=True).eval()
    parts = (ours.query, ours.key, ours.value)
    theirs.in_proj_weight.data = torch.cat([part.weight for part in parts])
    theirs.in_proj_bias.data = torch.cat([part.bias for part in parts])
    theirs.out_proj.load_state_dict(ours.output.state_dict())
    return ours, theirs


if __name__ == "__main__":
    main()
