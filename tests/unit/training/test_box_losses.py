from itertools import permutations

import pytest
import torch

from salience.models.detection_transformer import LayerOutput
from salience.models.places import grid_places
from salience.training.box_losses import edges_of, focal_loss, generalized_overlap
from salience.training.boxed_batches import BoxedBatch
from salience.training.place_loss import place_targets
from salience.training.set_loss import OF_CLASSES, OF_DISTANCE, OF_OVERLAP, assigned, layer_loss


def test_generalized_overlap_of_boxes_that_can_be_counted() -> None:
    box = torch.tensor([0.0, 0.0, 2.0, 2.0])

    assert generalized_overlap(box, box) == pytest.approx(1)
    beside = torch.tensor([1.0, 0.0, 3.0, 2.0])
    assert generalized_overlap(box, beside) == pytest.approx(1 / 3)
    apart = torch.tensor([4.0, 0.0, 6.0, 2.0])
    assert generalized_overlap(box, apart) == pytest.approx(-1 / 3)


def test_the_assignment_is_the_cheapest_of_all() -> None:
    torch.manual_seed(0)
    logits, boxes = torch.randn(5, 3), torch.rand(5, 4)
    wanted, labels = torch.rand(3, 4), torch.tensor([0, 2, 2])

    def cost(candidate: int, number: int) -> float:
        logit = logits[candidate, labels[number]]
        presence = focal_loss(logit, torch.ones(())) - focal_loss(logit, torch.zeros(()))
        distance = (boxes[candidate] - wanted[number]).abs().sum()
        overlap = generalized_overlap(edges_of(boxes[candidate]), edges_of(wanted[number]))
        total = OF_CLASSES * presence + OF_DISTANCE * distance - OF_OVERLAP * overlap
        return float(total)

    candidates, objects = assigned(logits, boxes, wanted, labels)

    chosen = sum(map(cost, candidates.tolist(), objects.tolist()))
    every = (sum(map(cost, one, range(3))) for one in permutations(range(5), 3))
    assert chosen == pytest.approx(min(every), abs=1e-5)


def test_the_set_loss_does_not_depend_on_the_order_of_objects_and_falls_when_they_are_found() -> (
    None
):
    boxes = torch.tensor([[0.3, 0.3, 0.2, 0.2], [0.7, 0.6, 0.1, 0.3]])
    labels = torch.tensor([0, 1])
    logits = torch.tensor([[[6.0, -6.0], [-6.0, 6.0], [-6.0, -6.0]]])
    exact = LayerOutput(logits, torch.cat([boxes, torch.rand(1, 4)])[None])
    wrong = LayerOutput(-logits, exact.boxes)
    pixels = torch.zeros(1, 2, 2, 3, dtype=torch.uint8)
    one, other = (
        BoxedBatch(pixels, (boxes,), (labels,)),
        BoxedBatch(pixels, (boxes.flip(0),), (labels.flip(0),)),
    )

    assert layer_loss(exact, one) == pytest.approx(layer_loss(exact, other).item())
    assert layer_loss(exact, one) < 0.01 < layer_loss(wrong, one)


def test_a_place_learns_the_smallest_object_it_is_in() -> None:
    boxes = torch.tensor([[0.5, 0.5, 0.9, 0.9], [0.5, 0.5, 0.3, 0.3]])
    targets = place_targets(grid_places(4), boxes)

    assert targets.objects.reshape(4, 4).tolist() == [
        [0, 0, 0, 0],
        [0, 1, 1, 0],
        [0, 1, 1, 0],
        [0, 0, 0, 0],
    ]
    assert targets.distances[5].tolist() == pytest.approx([0.025, 0.025, 0.275, 0.275])


def test_only_places_near_its_centre_learn_an_object() -> None:
    targets = place_targets(grid_places(8), torch.tensor([[0.5, 0.5, 0.9, 0.9]]))

    learning = (targets.objects == 0).reshape(8, 8)
    assert learning[2:6, 2:6].all()
    assert learning.sum() == 16


def test_without_objects_no_place_learns_one() -> None:
    assert (place_targets(grid_places(2), torch.zeros(0, 4)).objects == -1).all()
