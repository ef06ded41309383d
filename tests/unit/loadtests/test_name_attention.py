import pytest

from loadtests.name_attention import judged
from salience.v1.entities_pb2 import Entities, Entity
from salience.v1.explanations_pb2 import PieceWeights, TextPiece

PIECES = [TextPiece(start=n, end=n + 1) for n in range(4)]


@pytest.mark.parametrize(("weights", "found"), [([0.1, 0.5, 0.4], True), ([0.6, 0.1, 0.3], False)])
def test_a_name_is_found_when_its_own_pieces_weigh_most(weights: list[float], found: bool) -> None:
    """It stands at 2 and 3; its weights begin at the second piece."""
    name = Entity(start=2, end=4, attention=PieceWeights(first_piece=1, weights=weights))

    [looked] = judged(Entities(entities=[name], pieces=PIECES))

    assert looked.found == found
    assert looked.chance == pytest.approx(2 / 3)
