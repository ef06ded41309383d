import pytest
import torch
from torch.testing import assert_close

from salience.models.pointer_generator import PointerGenerator, PointerGeneratorSize

SIZE = PointerGeneratorSize(vocabulary=20, width=8, hidden_width=6, num_styles=2, dropout=0.1)
GENERATED = torch.tensor([2, 5, 7])
TEXTS = torch.tensor([[5, 11, 5, 9], [9, 3, 0, 0]])
LENGTHS = torch.tensor([4, 2])
TARGETS = torch.tensor([[1, 5, 11], [1, 9, 2]])
STYLES = torch.tensor([0, 1])


@pytest.fixture
def network() -> PointerGenerator:
    torch.manual_seed(1)
    return PointerGenerator(SIZE, GENERATED).eval()


def test_steps_give_the_probabilities_of_whole_targets(network: PointerGenerator) -> None:
    texts = network.remember(network.read(TEXTS, LENGTHS), TEXTS, LENGTHS)
    whole = network.pointer.distribution(network(texts, TARGETS, STYLES).choices, TEXTS)

    past = None
    for place in range(TARGETS.size(1)):
        probabilities, past = network.step(texts, TARGETS[:, place : place + 1], STYLES, past)
        assert_close(probabilities, whole[:, place])
        assert_close(probabilities.sum(1), torch.ones(2))


def test_coverage_sums_what_was_looked_at_and_repeated_looks_cost(
    network: PointerGenerator,
) -> None:
    texts = network.remember(network.read(TEXTS, LENGTHS), TEXTS, LENGTHS)
    written = network(texts, TARGETS, STYLES)

    _, past = network.step(texts, TARGETS[:, :1], STYLES, None)
    _, (state,) = network.step(texts, TARGETS[:, 1:2], STYLES, past)

    copied = written.choices.copied
    assert_close(state.coverage, copied[:, :2].sum(1))
    assert_close(written.repeated[:, 0], torch.zeros(2))
    assert_close(written.repeated[:, 1], torch.minimum(copied[:, 0], copied[:, 1]).sum(1))


def test_padding_is_never_looked_at(network: PointerGenerator) -> None:
    texts = network.remember(network.read(TEXTS, LENGTHS), TEXTS, LENGTHS)

    copied = network(texts, TARGETS, STYLES).choices.copied

    assert copied[1, :, 2:].eq(0).all()
    alone = network.remember(network.read(TEXTS[1:, :2], LENGTHS[1:]), TEXTS[1:, :2], LENGTHS[1:])
    assert_close(network(alone, TARGETS[1:], STYLES[1:]).choices.copied[0], copied[1, :, :2])
