"""blood-cells-without-attention: what blood-cells is compared with.

The same images and the same backbone under convolutions that look at every place by itself.
"""

from pathlib import Path

from salience.evaluation.evaluation_set import EvaluationSet
from salience.recipes.boxed_images import DetectionSettings, train_on_boxes
from salience.training.place_loss import place_loss

ARCHIVE = Path("vision/bccd_voc.tar")
TEST_SETS = (EvaluationSet("BCCD", ARCHIVE, part="test"),)
SAMPLE = EvaluationSet("sample", Path("tests/data/bccd_test_sample.tar"), part="test")
SETTINGS = DetectionSettings(
    name="blood-cells-without-attention",
    kind="anchor_free",
    mean_loss=place_loss,
    most_overlap=0.5,
    steps=1_500,
)


def run(data_dir: Path, run_dir: Path, *, steps: int | None = None) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    train_on_boxes(data_dir / ARCHIVE, run_dir, SETTINGS, steps=steps)
