"""The loss of a set of boxes: every object is given to one candidate, as cheaply as possible.

Source: Carion et al., "End-to-End Object Detection with Transformers" (2020), section 3.1,
with the focal loss of classes (Zhu et al., "Deformable DETR", 2020).
"""

import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor

from salience.models.detection_transformer import DetectionTransformer, LayerOutput
from salience.training.box_losses import edges_of, focal_loss, generalized_overlap
from salience.training.boxed_batches import BoxedBatch

OF_CLASSES, OF_DISTANCE, OF_OVERLAP = 2.0, 5.0, 2.0


def set_loss(model: DetectionTransformer, batch: BoxedBatch) -> tuple[Tensor, int]:
    """The loss per object, of all layers of the decoder, and the number of images."""
    losses = [layer_loss(layer, batch) for layer in model.layers(batch.pixels)]
    return torch.stack(losses).mean(), len(batch.pixels)


def layer_loss(layer: LayerOutput, batch: BoxedBatch) -> Tensor:
    """Of one layer's candidates."""
    present = torch.zeros_like(layer.logits)
    of_boxes = layer.boxes.sum() * 0
    for row, (boxes, labels) in enumerate(zip(batch.boxes, batch.labels, strict=True)):
        chosen, objects = assigned(layer.logits[row], layer.boxes[row], boxes, labels)
        present[row, chosen, labels[objects]] = 1
        found, wanted = layer.boxes[row, chosen], boxes[objects]
        overlap = generalized_overlap(edges_of(found), edges_of(wanted))
        distance = (found - wanted).abs().sum()
        of_boxes = of_boxes + OF_DISTANCE * distance + OF_OVERLAP * (1 - overlap).sum()
    of_classes = OF_CLASSES * focal_loss(layer.logits, present).sum()
    return (of_classes + of_boxes) / max(1, sum(map(len, batch.labels)))


@torch.no_grad()
def assigned(
    logits: Tensor, boxes: Tensor, wanted: Tensor, labels: Tensor
) -> tuple[Tensor, Tensor]:
    """Candidates, and the objects given to them: one each, at the lowest cost in all."""
    of_presence = focal_loss(logits, torch.ones_like(logits))
    of_absence = focal_loss(logits, torch.zeros_like(logits))
    of_classes = (of_presence - of_absence)[:, labels]
    distance = torch.cdist(boxes, wanted, p=1)
    overlap = generalized_overlap(edges_of(boxes)[:, None], edges_of(wanted)[None])
    cost = OF_CLASSES * of_classes + OF_DISTANCE * distance - OF_OVERLAP * overlap
    candidates, objects = linear_sum_assignment(cost.float().numpy())
    return torch.from_numpy(candidates), torch.from_numpy(objects)
