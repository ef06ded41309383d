from pathlib import Path

import torch
from safetensors.torch import save_file
from torch.testing import assert_close

from salience.models.bert_encoder import BertSize
from salience.models.token_classifier import TokenClassifier, load_token_classifier

SIZE = BertSize(
    vocabulary=50,
    width=16,
    inner_width=32,
    num_heads=4,
    num_layers=2,
    max_len=12,
    num_cases=3,
    dropout=0.1,
)


def test_stored_weights_give_the_same_scores(tmp_path: Path) -> None:
    network = TokenClassifier(SIZE, num_tags=7).half().float().eval()
    halved = {name: tensor.half() for name, tensor in network.state_dict().items()}
    save_file(halved, tmp_path / "weights.safetensors")
    tokens, lengths = torch.tensor([[1, 2, 3]]), torch.tensor([3])

    loaded = load_token_classifier(tmp_path / "weights.safetensors", SIZE, num_tags=7)

    assert loaded(tokens, lengths).shape == (1, 3, 7)
    assert_close(loaded(tokens, lengths), network(tokens, lengths))
