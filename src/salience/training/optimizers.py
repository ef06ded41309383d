"""Which optimizer updates which weight."""

from collections.abc import Sequence

from torch import nn
from torch.optim import AdamW, Optimizer

from salience.training.muon import Muon


def muon_and_adamw(
    model: nn.Module, *, learning_rate: float, weight_decay: float
) -> Sequence[Optimizer]:
    """Muon for the hidden matrices, AdamW for embeddings, norms and biases, at one rate."""
    embeddings = {id(m.weight) for m in model.modules() if isinstance(m, nn.Embedding)}
    matrices = [p for p in model.parameters() if p.ndim == 2 and id(p) not in embeddings]
    chosen = {id(p) for p in matrices}
    others = [p for p in model.parameters() if id(p) not in chosen]
    return [
        Muon(matrices, learning_rate=learning_rate, weight_decay=weight_decay),
        AdamW(others, lr=learning_rate, betas=(0.9, 0.98), weight_decay=0.0),
    ]
