"""The detecting networks by the `kind` in `model.json`."""

from pathlib import Path
from typing import TypeAlias

from salience.models.anchor_free_detector import AnchorFreeDetector
from salience.models.detection_transformer import DetectionTransformer
from salience.models.detections import DetectorSize
from salience.models.stored_weights import load_weights

Detector: TypeAlias = DetectionTransformer | AnchorFreeDetector
DETECTORS: dict[str, type[DetectionTransformer] | type[AnchorFreeDetector]] = {
    "transformer": DetectionTransformer,
    "anchor_free": AnchorFreeDetector,
}


def load_detector(weights: Path, kind: str, size: DetectorSize, *, num_classes: int) -> Detector:
    """A detector with stored weights, in single precision, ready to predict."""
    network = DETECTORS[kind](size, num_classes=num_classes)
    network.load_state_dict(load_weights(weights))
    return network.eval()
