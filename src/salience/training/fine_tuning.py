"""Updating a pretrained encoder gently."""

from torch.optim import AdamW

from salience.models.token_classifier import TokenClassifier


def layerwise_adamw(
    model: TokenClassifier, *, learning_rate: float, layer_decay: float, weight_decay: float
) -> AdamW:
    """AdamW whose rate shrinks by `layer_decay` with every layer down to the embedding.

    What was not pretrained, the tags and the case vectors, learns at five times the rate.
    Source: Howard and Ruder, "ULMFiT" (2018), section 3.2.
    """
    encoder = model.encoder
    new = [*model.tags.parameters(), *encoder.embedding.cases.parameters()]
    fresh = {id(parameter) for parameter in new}
    parts = [encoder.embedding, *encoder.layers]
    groups = [{"params": new, "lr": 5 * learning_rate}]
    for depth, part in enumerate(reversed(parts)):
        pretrained = [p for p in part.parameters() if id(p) not in fresh]
        groups.append({"params": pretrained, "lr": learning_rate * layer_decay**depth})
    return AdamW(groups, betas=(0.9, 0.98), weight_decay=weight_decay)
