"""Networks that detect: what they answer, and that the loss of a single picture falls."""

import pytest
import torch

from salience.models.anchor_free_detector import AnchorFreeDetector
from salience.models.detection_transformer import DecoderLayer, DetectionTransformer
from salience.models.detections import DetectorSize
from salience.models.places import grid_places, place_vectors
from salience.training.boxed_batches import BoxedBatch
from salience.training.place_loss import place_loss
from salience.training.set_loss import set_loss

SMALL = DetectorSize(image_size=64, width=32, num_encoder_layers=1, num_decoder_layers=2)


def one_picture() -> BoxedBatch:
    torch.manual_seed(0)
    pixels = torch.zeros(1, 64, 64, 3, dtype=torch.uint8)
    pixels[:, 10:30, 20:50] = 200
    boxes = torch.tensor([[35 / 64, 20 / 64, 30 / 64, 20 / 64]])
    return BoxedBatch(pixels, (boxes,), (torch.tensor([1]),))


@pytest.mark.parametrize(
    ("network", "loss_of"),
    [(DetectionTransformer, set_loss), (AnchorFreeDetector, place_loss)],
)
def test_a_picture_is_learnt(network: type, loss_of: object) -> None:
    torch.manual_seed(0)
    model = network(SMALL, num_classes=2)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    batch = one_picture()
    losses = []
    for _ in range(25):
        loss, count = loss_of(model, batch)  # type: ignore[operator]
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())

    assert count == 1
    assert losses[-1] < 0.6 * losses[0]
    found = model.eval()(batch.pixels)
    assert found.scores.shape[:2] == found.boxes.shape[:2]


def test_every_box_looks_at_the_image_with_weights_that_sum_to_one() -> None:
    torch.manual_seed(0)
    model = DetectionTransformer(SMALL, num_classes=2).eval()

    found = model.explained(one_picture().pixels)

    assert found.attention.shape == (1, 64, 4, 4)
    assert torch.allclose(found.attention.sum((2, 3)), torch.ones(1, 64), atol=1e-5)


def test_every_layer_of_the_decoder_counts_in_where_a_box_looks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = DetectionTransformer(SMALL, num_classes=2).eval()
    first, last = model.decoder
    to_first, to_last = torch.eye(16)[:1].expand(1, 64, 16), torch.eye(16)[15:].expand(1, 64, 16)
    monkeypatch.setattr(first, "looked", lambda *_: to_first)
    monkeypatch.setattr(last, "looked", lambda *_: to_last)

    looked = model.explained(one_picture().pixels).attention

    assert looked[0, :, 0, 0].tolist() == looked[0, :, 3, 3].tolist() == [0.5] * 64


def test_where_boxes_look_is_not_computed_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    model = DetectionTransformer(SMALL, num_classes=2).eval()
    picture = one_picture().pixels
    explained = model.explained(picture)
    monkeypatch.setattr(DecoderLayer, "looked", None)

    plain = model(picture)

    assert not plain.attention.numel()
    assert torch.equal(plain.scores, explained.scores)
    assert torch.equal(plain.boxes, explained.boxes)


def test_places_near_one_another_have_vectors_that_are_alike() -> None:
    vectors = place_vectors(grid_places(8), 32)
    likeness = vectors @ vectors[0]

    assert likeness.argmax() == 0
    assert likeness[1] > likeness[2] > likeness[7] - 4


def test_queries_that_make_no_square_are_refused() -> None:
    with pytest.raises(ValueError, match="square"):
        DetectionTransformer(DetectorSize(num_queries=7), num_classes=2)
