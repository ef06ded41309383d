"""research-cifar: what tiny photographs show, by convolutions with the attention of CBAM.

Must name 90 percent of CIFAR-10's test pictures rightly.
"""

from pathlib import Path

from salience.recipes import cifar

TEST_SETS = cifar.TEST_SETS
SAMPLE = cifar.SAMPLE


def run(data_dir: Path, run_dir: Path, *, steps: int = cifar.STEPS) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    cifar.train_on_cifar(data_dir, run_dir, "research-cifar", attention=True, steps=steps)
