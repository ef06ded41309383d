"""Updating a pretrained encoder gently."""

from torch import nn
from torch.optim import AdamW

from salience.models.bert_encoder import BertEncoder


def layerwise_adamw(
    model: nn.Module, *, learning_rate: float, layer_decay: float, weight_decay: float
) -> AdamW:
    """AdamW whose rate shrinks by `layer_decay` with every layer down to the embedding.

    `model` has a BertEncoder named `encoder`. What was not pretrained, the rest of the
    model and the case vectors, learns at five times the rate.
    Source: Howard and Ruder, "ULMFiT" (2018), section 3.2.
    """
    encoder = model.encoder
    assert isinstance(encoder, BertEncoder)
    cases = encoder.embedding.cases.parameters()
    new = [*cases, *(p for n, p in model.named_parameters() if not n.startswith("encoder."))]
    fresh = {id(parameter) for parameter in new}
    parts = [encoder.embedding, *encoder.layers]
    groups = [{"params": new, "lr": 5 * learning_rate}]
    for depth, part in enumerate(reversed(parts)):
        pretrained = [p for p in part.parameters() if id(p) not in fresh]
        groups.append({"params": pretrained, "lr": learning_rate * layer_decay**depth})
    return AdamW(groups, betas=(0.9, 0.98), weight_decay=weight_decay)
