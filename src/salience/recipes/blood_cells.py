"""blood-cells: red and white cells and platelets, found by a Transformer.

Must reach a mean average precision of 75 at an overlap of 0.5 on the test set.
"""

from pathlib import Path

from salience.evaluation.evaluation_set import EvaluationSet
from salience.recipes.boxed_images import DetectionSettings, train_on_boxes
from salience.training.set_loss import set_loss

ARCHIVE = Path("vision/bccd_voc.tar")
TEST_SETS = (EvaluationSet("BCCD", ARCHIVE, part="test"),)
SAMPLE = EvaluationSet("sample", Path("tests/data/bccd_test_sample.tar"), part="test")
SETTINGS = DetectionSettings(
    name="blood-cells",
    kind="transformer",
    mean_loss=set_loss,
    most_overlap=1.0,
    steps=4_000,
)


def run(data_dir: Path, run_dir: Path, *, steps: int | None = None) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    train_on_boxes(data_dir / ARCHIVE, run_dir, SETTINGS, steps=steps)
