import torch
from torch.testing import assert_close

from salience.models.translation_transformer import (
    TransformerSize,
    TranslationTransformer,
    small_translation_transformer,
)

TINY = TransformerSize(
    vocabulary=20,
    width=8,
    inner_width=16,
    num_heads=2,
    encoder_layers=2,
    decoder_layers=2,
    max_len=12,
    dropout=0.1,
)


def tiny_network() -> TranslationTransformer:
    torch.manual_seed(1)
    return TranslationTransformer(TINY).eval()


def test_decoding_step_by_step_gives_the_scores_of_the_whole_target() -> None:
    network = tiny_network()
    source, lengths = torch.randint(4, 20, (2, 5)), torch.tensor([5, 3])
    target = torch.randint(4, 20, (2, 4))

    whole = network.logits(network(source, lengths, target))
    encoded, past = network.encode(source, lengths), None
    for position in range(4):
        scores, past = network.step(target[:, position : position + 1], encoded, past)
        assert_close(scores, whole[:, position])


def test_padding_does_not_change_a_sentence() -> None:
    network = tiny_network()
    source, target = torch.randint(4, 20, (1, 4)), torch.randint(4, 20, (1, 3))
    padded = torch.cat([source, torch.full((1, 3), 3)], dim=1)

    alone = network(source, torch.tensor([4]), target)

    assert_close(network(padded, torch.tensor([4]), target), alone)


def test_a_target_position_does_not_see_what_comes_after_it() -> None:
    network = tiny_network()
    source, lengths = torch.randint(4, 20, (1, 4)), torch.tensor([4])
    target = torch.randint(4, 20, (1, 5))
    changed = target.clone()
    changed[0, 4] = (target[0, 4] + 1) % 20

    before, after = network(source, lengths, target), network(source, lengths, changed)

    assert_close(before[:, :4], after[:, :4])
    assert not torch.allclose(before[:, 4], after[:, 4])


def test_the_small_size_has_the_parameters_it_promises() -> None:
    network = TranslationTransformer(small_translation_transformer(8_000))

    assert 7e6 < sum(parameter.numel() for parameter in network.parameters()) < 20e6
