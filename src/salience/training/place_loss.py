"""The loss of a detector whose every place tells the box it is in.

Source: Tian et al., "FCOS" (2019), with the places near an object's centre only (Tian et al.,
"FCOS: A Simple and Strong Anchor-free Object Detector", 2020).
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from salience.models.anchor_free_detector import AnchorFreeDetector
from salience.training.box_losses import edges_of, focal_loss, generalized_overlap
from salience.training.boxed_batches import BoxedBatch

NEAR = 1.5
"""How many places away from its centre an object is still learnt."""


class PlaceTargets(NamedTuple):
    """For each place the object it is to tell, or -1, and the distances to its edges."""

    objects: Tensor
    distances: Tensor


def place_loss(model: AnchorFreeDetector, batch: BoxedBatch) -> tuple[Tensor, int]:
    """The loss per place that is in an object, and the number of images."""
    said = model.said(batch.pixels)
    total, num_inside = said.logits.sum() * 0, 0
    for row, (boxes, labels) in enumerate(zip(batch.boxes, batch.labels, strict=True)):
        targets = place_targets(model.grid, boxes)
        inside = targets.objects >= 0
        present = torch.zeros_like(said.logits[row])
        present[inside, labels[targets.objects[inside]]] = 1
        total = total + focal_loss(said.logits[row], present).sum()
        total = total + _of_boxes(said.distances[row], said.centredness[row], targets, inside)
        num_inside += int(inside.sum())
    return total / max(1, num_inside), len(batch.pixels)


def place_targets(grid: Tensor, boxes: Tensor) -> PlaceTargets:
    """The smallest object that a place is in, near its centre."""
    if not len(boxes):
        return PlaceTargets(torch.full((len(grid),), -1), grid.new_zeros(len(grid), 4))
    edges = edges_of(boxes)
    low, high = grid[:, None] - edges[None, :, :2], edges[None, :, 2:] - grid[:, None]
    distances = torch.cat([low, high], dim=-1)
    reach = NEAR / len(grid) ** 0.5
    near = ((grid[:, None] - boxes[None, :, :2]).abs() <= reach).all(dim=-1)
    areas = boxes[:, 2:].prod(dim=-1).expand(len(grid), -1)
    inside = near & (distances > 0).all(dim=-1)
    smallest = torch.where(inside, areas, torch.inf).argmin(dim=1)
    objects = torch.where(inside.any(dim=1), smallest, -1)
    return PlaceTargets(objects, distances[torch.arange(len(grid)), smallest])


def _of_boxes(
    distances: Tensor, centredness: Tensor, targets: PlaceTargets, inside: Tensor
) -> Tensor:
    found, wanted = distances[inside], targets.distances[inside]
    overlap = generalized_overlap(_around_zero(found), _around_zero(wanted))
    centred = (_ratio(wanted[:, 0::2]) * _ratio(wanted[:, 1::2])).sqrt()
    of_centres = functional.binary_cross_entropy_with_logits(
        centredness[inside], centred, reduction="sum"
    )
    return (1 - overlap).sum() + of_centres


def _around_zero(distances: Tensor) -> Tensor:
    return torch.cat([-distances[:, :2], distances[:, 2:]], dim=1)


def _ratio(sides: Tensor) -> Tensor:
    return sides.amin(dim=1) / sides.amax(dim=1)
