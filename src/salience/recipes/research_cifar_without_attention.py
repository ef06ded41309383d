"""research-cifar-without-attention: what research-cifar improves on, under the same budget."""

from pathlib import Path

from salience.recipes import cifar

TEST_SETS = cifar.TEST_SETS
SAMPLE = cifar.SAMPLE


def run(data_dir: Path, run_dir: Path, *, steps: int = cifar.STEPS) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    name = "research-cifar-without-attention"
    cifar.train_on_cifar(data_dir, run_dir, name, attention=False, steps=steps)
