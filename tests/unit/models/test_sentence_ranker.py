import pytest
import torch

from salience.models.bert_encoder import BertSize
from salience.models.sentence_ranker import SentenceRanker, SentenceRankerSize

SIZE = SentenceRankerSize(
    BertSize(
        vocabulary=50,
        width=16,
        inner_width=32,
        num_heads=4,
        num_layers=2,
        max_len=40,
        num_cases=3,
        dropout=0.1,
    ),
    num_sentence_layers=2,
)


@pytest.fixture
def network() -> SentenceRanker:
    torch.manual_seed(0)
    network = SentenceRanker(SIZE).eval()
    torch.nn.init.normal_(network.score.weight)
    return network


def scores(network: SentenceRanker, tokens: list[int], starts: list[int]) -> torch.Tensor:
    result: torch.Tensor = network(
        torch.tensor([tokens]), torch.tensor([len(tokens)]), torch.tensor([starts])
    )
    return result[0]


def test_padding_of_tokens_and_of_sentences_changes_no_score(network: SentenceRanker) -> None:
    tokens = torch.tensor([[1, 5, 6, 1, 7, 0, 0, 0, 0], [1, 5, 6, 1, 7, 8, 1, 9, 10]])
    starts = torch.tensor([[0, 3, 5, 5], [0, 3, 6, 8]])

    padded = network(tokens, torch.tensor([5, 9]), starts)

    torch.testing.assert_close(padded[0, :2], scores(network, [1, 5, 6, 1, 7], [0, 3]))


def test_a_sentence_is_scored_among_its_neighbours(network: SentenceRanker) -> None:
    first, _ = scores(network, [1, 5, 6, 1, 7], [0, 3])
    other, _ = scores(network, [1, 5, 6, 1, 30], [0, 3])

    assert not torch.isclose(first, other)


def test_where_sentences_begin_matters(network: SentenceRanker) -> None:
    early = scores(network, [1, 5, 6, 7, 8], [0, 2])
    late = scores(network, [1, 5, 6, 7, 8], [0, 3])

    assert not torch.isclose(early, late).any()


def test_the_length_of_a_sentence_counts_once_its_vectors_are_trained(
    network: SentenceRanker,
) -> None:
    tokens, starts = [1] + [5] * 8 + [1] + [5] * 3, [0, 9]
    before = scores(network, tokens, starts)
    with torch.no_grad():
        network.lengths.weight[2] += torch.randn(16)

    after = scores(network, tokens, starts)

    assert not torch.isclose(before[0], after[0])


def test_half_precision_counts_long_sentences_too(network: SentenceRanker) -> None:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        rough = scores(network, [1] + [5] * 30, [0])

    assert rough.item() == pytest.approx(scores(network, [1] + [5] * 30, [0]).item(), abs=0.1)
