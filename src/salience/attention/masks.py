"""Masks say what a query may look at: True means visible."""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor


def padding_mask(
    lengths: Int[Tensor, " batch"], key_len: int
) -> Bool[Tensor, "batch 1 1 {key_len}"]:
    """Only the first `lengths[i]` keys of row i are real."""
    positions = torch.arange(key_len, device=lengths.device)
    return (positions < lengths[:, None])[:, None, None, :]


def causal_mask(
    query_len: int, key_len: int | None = None, *, device: torch.device | None = None
) -> Bool[Tensor, "1 1 {query_len} key_len"]:
    """A position sees itself and what came before it; the queries are the last of the keys.

    Without a `key_len` they are all of them; with one the rest is the past that a cache keeps.
    """
    if key_len is None:
        key_len = query_len
    everything = torch.ones(query_len, key_len, dtype=torch.bool, device=device)
    return everything.tril(key_len - query_len)[None, None]


def bidirectional_mask(
    query_len: int, key_len: int, *, device: torch.device | None = None
) -> Bool[Tensor, "1 1 {query_len} {key_len}"]:
    """Every position sees every other, before it and after it."""
    return torch.ones(1, 1, query_len, key_len, dtype=torch.bool, device=device)


def window_mask(
    centres: Float[Tensor, "*batch query_len"], key_len: int, *, half_width: int
) -> Bool[Tensor, "*batch query_len {key_len}"]:
    """A query sees the keys that are at most `half_width` away from its centre.

    ValueError if `half_width` is negative.
    """
    if half_width < 0:
        raise ValueError(f"half_width is {half_width}, and must not be negative")
    exact = torch.promote_types(centres.dtype, torch.float32)  # bfloat16 cannot count past 256
    places = torch.arange(key_len, device=centres.device, dtype=exact)
    return (places - centres[..., None]).abs() <= half_width
