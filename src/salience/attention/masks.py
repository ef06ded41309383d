"""Masks say what a query may look at: True means visible."""

import torch
from jaxtyping import Bool, Int
from torch import Tensor


def padding_mask(
    lengths: Int[Tensor, " batch"], key_len: int
) -> Bool[Tensor, "batch 1 1 {key_len}"]:
    """Only the first `lengths[i]` keys of row i are real."""
    positions = torch.arange(key_len, device=lengths.device)
    return (positions < lengths[:, None])[:, None, None, :]


def causal_mask(
    query_len: int, *, device: torch.device | None = None
) -> Bool[Tensor, "1 1 {query_len} {query_len}"]:
    """A position sees itself and what came before it."""
    everything = torch.ones(query_len, query_len, dtype=torch.bool, device=device)
    return everything.tril()[None, None]
