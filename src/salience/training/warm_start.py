"""Starting a translation network from one that already translates another pair.

Source: Zoph et al., "Transfer Learning for Low-Resource Neural Machine Translation"
(2016); Kocmi and Bojar (2018), who need no common language between the two.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

EMBEDDING = "embedding.weight"


def start_from(
    network: nn.Module,
    weights: Mapping[str, Tensor],
    *,
    pieces: Sequence[str],
    their_pieces: Sequence[str],
) -> int:
    """Copy another network's weights; of the embedding, the rows of pieces both know.

    `weights` is the other network's state dict, of the same layers and widths;
    `their_pieces` names its embedding's rows, and `pieces` those of `network`. Other rows
    stay as they were initialized. Returns how many rows were copied.
    """
    ours = network.state_dict()
    rows = {piece: row for row, piece in enumerate(their_pieces)}
    known = [(row, rows[piece]) for row, piece in enumerate(pieces) if piece in rows]
    embedding = ours[EMBEDDING].clone()
    target, source = torch.tensor(known).T
    embedding[target] = weights[EMBEDDING][source].to(embedding.dtype)
    network.load_state_dict({**weights, EMBEDDING: embedding})
    return len(known)
