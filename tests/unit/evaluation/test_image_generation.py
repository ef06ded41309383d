from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.linalg import sqrtm

from salience.evaluation.image_generation import (
    FEATURES,
    EvaluateImageGeneration,
    features_of_classifier,
    frechet_distance,
)
from salience.v1.images_pb2 import GeneratedImage

SAMPLE = Path(__file__).parents[2] / "data" / "emoji_of_people.npz"
PEOPLE = "People & Body"


def means_of_colours(folder: Path) -> object:
    def features(pictures: Sequence[np.ndarray]) -> np.ndarray:
        return np.array([picture.mean(axis=(0, 1)) for picture in pictures], np.float32)

    return features


def png(pixels: np.ndarray) -> GeneratedImage:
    content = BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return GeneratedImage(png=content.getvalue())


def test_the_distance_is_that_of_the_formula() -> None:
    chance = np.random.default_rng(0)
    first, second = chance.normal(size=(200, 5)), chance.normal(0.3, 2, size=(300, 5))
    one, other = np.cov(first, rowvar=False), np.cov(second, rowvar=False)
    difference = first.mean(0) - second.mean(0)

    formula = difference @ difference + np.trace(one + other - 2 * np.real(sqrtm(one @ other)))

    assert frechet_distance(first, second) == pytest.approx(formula)
    assert frechet_distance(first, first) == pytest.approx(0, abs=1e-9)


def test_as_many_pictures_are_made_as_there_are_drawn_and_a_copy_of_them_is_at_no_distance() -> (
    None
):
    evaluation = EvaluateImageGeneration(means_of_colours)  # type: ignore[arg-type]
    examples = list(evaluation.read(SAMPLE, PEOPLE))

    copies = [evaluation.judge(one, png(one.pixels)) for one in examples]
    greys = [evaluation.judge(one, png(np.full_like(one.pixels, 128))) for one in examples]

    assert [evaluation.item(one) for one in examples] == list(range(128))
    assert evaluation.measure(copies)["frechet"].value == pytest.approx(0, abs=1e-3)
    assert evaluation.measure(greys)["frechet"].value > 100


def test_what_could_not_be_made_is_left_out_until_nothing_was() -> None:
    evaluation = EvaluateImageGeneration(means_of_colours)  # type: ignore[arg-type]
    first, second, *_ = evaluation.read(SAMPLE, PEOPLE)
    good = [evaluation.judge(one, png(one.pixels)) for one in (first, second)]
    missing = evaluation.judge(first, None)

    assert np.isfinite(evaluation.measure([*good, missing])["frechet"].value)
    assert evaluation.measure([missing])["frechet"].value == float("inf")


def test_features_are_those_of_each_picture_alone() -> None:
    features_of = features_of_classifier(FEATURES)
    first, second, *_ = (one.pixels for one in EvaluateImageGeneration().read(SAMPLE, PEOPLE))

    together = features_of([first, second])

    assert together.shape == (2, 1280)
    assert np.allclose(together[1], features_of([second])[0], atol=1e-3)
    assert not np.allclose(together[0], together[1], atol=0.1)
