"""Trained for two steps, stopped, resumed and loaded."""

from pathlib import Path

import pytest
import torch

from salience.models.adversarial import AdversarialSize, adversarial_size, load_generator
from salience.recipes import emoji, emoji_people, emoji_people_without_attention
from salience.tasks.model_folder import WEIGHTS, ModelFolder

SAMPLE = Path(__file__).parents[2] / "data" / "emoji_of_people.npz"


@pytest.mark.parametrize("recipe", [emoji_people, emoji_people_without_attention])
def test_a_run_resumes_and_its_generator_makes_pictures(
    recipe: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emoji, "ARCHIVE", SAMPLE)
    monkeypatch.setattr(emoji, "BATCH_SIZE", 4)
    monkeypatch.setattr(emoji, "BATCHES_FOR_NORMS", 2)
    for steps in (1, 2):
        recipe.run(Path("/"), tmp_path, steps=steps)  # type: ignore[attr-defined]

    size = adversarial_size(ModelFolder(tmp_path).settings["size"])
    generator = load_generator(tmp_path / WEIGHTS, size)

    assert torch.load(tmp_path / "checkpoint.pt", weights_only=True)["step"] == 2
    assert size == AdversarialSize(attention=recipe is emoji_people)
    assert generator(torch.randn(2, size.noise_width)).pixels.shape == (2, 32, 32, 3)
