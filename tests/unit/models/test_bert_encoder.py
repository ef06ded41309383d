from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch.testing import assert_close

from salience.models.bert_encoder import BertEncoder, BertSize
from salience.models.pretrained_bert import load_pretrained

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
TOKENS = torch.tensor([[3, 14, 15, 9, 26], [5, 35, 0, 0, 0]])
LENGTHS = torch.tensor([5, 2])


@pytest.fixture
def encoder() -> BertEncoder:
    torch.manual_seed(0)
    return BertEncoder(SIZE).eval()


def test_it_computes_what_hugging_face_computes(encoder: BertEncoder, tmp_path: Path) -> None:
    transformers = pytest.importorskip("transformers")
    config = transformers.BertConfig(
        vocab_size=SIZE.vocabulary,
        hidden_size=SIZE.width,
        intermediate_size=SIZE.inner_width,
        num_attention_heads=SIZE.num_heads,
        num_hidden_layers=SIZE.num_layers,
        max_position_embeddings=SIZE.max_len,
        initializer_range=0.5,
    )
    theirs = transformers.BertModel(config, add_pooling_layer=False).eval()
    weights = {name: tensor.contiguous() for name, tensor in theirs.state_dict().items()}
    save_file(weights, tmp_path / "model.safetensors")
    load_pretrained(encoder, tmp_path / "model.safetensors")

    with torch.no_grad():
        ours = encoder(TOKENS, LENGTHS)
        mask = torch.arange(5)[None] < LENGTHS[:, None]
        expected = theirs(input_ids=TOKENS, attention_mask=mask).last_hidden_state

    assert_close(ours[mask], expected[mask], rtol=1e-4, atol=1e-5)


def test_padding_changes_nothing(encoder: BertEncoder) -> None:
    alone = encoder(TOKENS[1:, :2], LENGTHS[1:])

    assert_close(encoder(TOKENS, LENGTHS)[1:, :2], alone)


def test_an_untrained_case_makes_no_difference(encoder: BertEncoder) -> None:
    assert_close(encoder(TOKENS + 2 * SIZE.vocabulary, LENGTHS), encoder(TOKENS, LENGTHS))


def test_a_trained_case_makes_one(encoder: BertEncoder) -> None:
    torch.nn.init.normal_(encoder.embedding.cases.weight)

    cased = encoder(TOKENS + SIZE.vocabulary, LENGTHS)

    assert not torch.allclose(cased, encoder(TOKENS, LENGTHS))
