"""emoji-people-without-attention: what emoji-people is compared with."""

from pathlib import Path

from salience.recipes import emoji

TEST_SETS = emoji.TEST_SETS
SAMPLE = emoji.SAMPLE


def run(data_dir: Path, run_dir: Path, *, steps: int = emoji.STEPS) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    emoji.train_on_emoji(
        data_dir, run_dir, "emoji-people-without-attention", attention=False, steps=steps
    )
