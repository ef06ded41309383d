import pytest

from salience.models.bert_encoder import BertSize
from salience.models.token_classifier import TokenClassifier
from salience.training.fine_tuning import layerwise_adamw


def test_lower_layers_learn_more_slowly_and_every_weight_learns_once() -> None:
    size = BertSize(
        vocabulary=50,
        width=16,
        inner_width=32,
        num_heads=4,
        num_layers=2,
        max_len=12,
        num_cases=3,
        dropout=0.1,
    )
    model = TokenClassifier(size, num_tags=7)

    optimizer = layerwise_adamw(model, learning_rate=1.0, layer_decay=0.5, weight_decay=0.01)

    rates = [group["lr"] for group in optimizer.param_groups]
    assert rates == pytest.approx([5.0, 1.0, 0.5, 0.25])
    updated = [id(weight) for group in optimizer.param_groups for weight in group["params"]]
    assert sorted(updated) == sorted(id(weight) for weight in model.parameters())
