import dataclasses

import pytest

from salience.models.translation_transformer import (
    TranslationTransformer,
    small_translation_transformer,
)
from salience.training.warm_start import EMBEDDING, start_from

TINY = dataclasses.replace(
    small_translation_transformer(4), width=16, inner_width=32, encoder_layers=1
)


def test_layers_and_the_rows_of_shared_pieces_are_copied() -> None:
    ours, theirs = TranslationTransformer(TINY), TranslationTransformer(TINY)
    before = ours.embedding.weight.detach().clone()

    shared = start_from(ours, theirs.state_dict(), pieces=list("abcd"), their_pieces=list("xbya"))

    assert shared == 2
    assert ours.embedding.weight[0].equal(theirs.embedding.weight[3])
    assert ours.embedding.weight[1].equal(theirs.embedding.weight[1])
    assert ours.embedding.weight[2:].equal(before[2:])
    for name, weight in theirs.state_dict().items():
        assert name == EMBEDDING or weight.equal(ours.state_dict()[name])


def test_a_network_of_other_layers_is_refused() -> None:
    deeper = TranslationTransformer(dataclasses.replace(TINY, encoder_layers=2))

    with pytest.raises(RuntimeError, match="Unexpected key"):
        start_from(
            TranslationTransformer(TINY),
            deeper.state_dict(),
            pieces=list("abcd"),
            their_pieces=list("abcd"),
        )
