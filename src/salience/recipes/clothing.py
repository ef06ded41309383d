"""clothing: ten kinds of garments.

Must name 88 percent of the test images rightly.
"""

import tarfile
from pathlib import Path

from salience.evaluation.evaluation_set import Compared, EvaluationSet
from salience.recipes.image_folder import train_on_folder

ARCHIVE = Path("vision/clothing.tar")

TEST_SETS = (
    EvaluationSet(
        "Clothing",
        ARCHIVE,
        baselines=(
            Compared(
                "frozen backbone, average pooling, linear layer",
                {"top1": 87.1},
                "model_store/clothing/README.md",
            ),
        ),
    ),
)
SAMPLE = EvaluationSet("sample", Path("tests/data/clothing_test_sample.tar"))


def run(data_dir: Path, run_dir: Path, *, steps: int | None = None) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    folder = run_dir / "images"
    if not folder.exists():
        folder.mkdir(parents=True)
        with tarfile.open(data_dir / ARCHIVE) as archive:
            archive.extractall(folder, filter="data")
    train_on_folder(folder, run_dir, name="clothing", steps=steps)
