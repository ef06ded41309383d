"""How far what was made is from what was drawn: Fréchet's distance between their features.

Both are taken as normal distributions. The features are those of EfficientNet-Lite0 and not, as
usual, of Inception: so no published distance is comparable. Source: Heusel et al., "GANs Trained
by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium" (2017).
"""

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from jaxtyping import Float, Float32, UInt8
from PIL import Image

from salience.data.emoji import EmojiPictures
from salience.evaluation.evaluation import Figure
from salience.v1.images_pb2 import GeneratedImage

FEATURES = Path(__file__).parents[3] / "model_store" / "image-classification"
SIGNATURE = "features of EfficientNet-Lite0 at 112 pixels; no published distance is comparable"

Pixels = UInt8[np.ndarray, "side side 3"]
Features: TypeAlias = Callable[[Sequence[Pixels]], Float32[np.ndarray, "pictures width"]]


def features_of_classifier(folder: Path) -> Features:
    """Brings PyTorch, which no other evaluation needs: so it is imported by name, and late."""
    found: Features = import_module("salience.engines.image_features").ImageFeatures(folder).of
    return found


class DrawnPicture(NamedTuple):
    """A picture of the data, and the seed of the one to compare it with."""

    seed: int
    pixels: Pixels


class DrawnPictures:
    """Every picture with a seed of its own."""

    def __init__(self, pictures: EmojiPictures) -> None:
        self._pictures = pictures

    def __len__(self) -> int:
        return len(self._pictures)

    def __iter__(self) -> Iterator[DrawnPicture]:
        return (DrawnPicture(*one) for one in enumerate(self._pictures))


class Pair(NamedTuple):
    """What was drawn, and what was made, if anything."""

    drawn: Pixels
    made: Pixels | None


class EvaluateImageGeneration:
    """Implements Evaluation: as many pictures are made as there are drawn ones."""

    metrics = ("frechet",)
    items_per_call = 32

    def __init__(self, load_features: Callable[[Path], Features] = features_of_classifier) -> None:
        self._load_features = load_features

    def read(self, file: Path, part: str) -> DrawnPictures:
        """The pictures of a category."""
        return DrawnPictures(EmojiPictures(file, part))

    def item(self, example: DrawnPicture) -> int:
        """The seed."""
        return example.seed

    def labels(self, example: DrawnPicture) -> list[str]:
        """None."""
        return []

    def judge(self, example: DrawnPicture, answer: GeneratedImage | None) -> Pair:
        """Both pictures."""
        if answer is None:
            return Pair(example.pixels, None)
        made = np.asarray(Image.open(BytesIO(answer.png)).convert("RGB"))
        return Pair(example.pixels, made)

    def measure(self, judged: Sequence[Pair]) -> dict[str, Figure]:
        """The distance; infinite when hardly anything was made."""
        made = [pair.made for pair in judged if pair.made is not None]
        if len(made) < 2:
            return {"frechet": Figure(float("inf"), SIGNATURE)}
        features_of = self._load_features(FEATURES)
        distance = frechet_distance(features_of([pair.drawn for pair in judged]), features_of(made))
        return {"frechet": Figure(distance, SIGNATURE)}


def frechet_distance(
    first: Float[np.ndarray, "some width"], second: Float[np.ndarray, "others width"]
) -> float:
    """Formula: |m₁ - m₂|² + trace(C₁ + C₂ - 2 √(C₁ C₂)), of the means m and covariances C."""
    means = first.mean(axis=0, dtype=np.float64) - second.mean(axis=0, dtype=np.float64)
    covariances = [np.cov(features, rowvar=False, dtype=np.float64) for features in (first, second)]
    root = _root(covariances[0])
    shared = np.linalg.eigvalsh(root @ covariances[1] @ root).clip(min=0)
    total = sum(float(np.trace(covariance)) for covariance in covariances)
    return float(means @ means) + total - 2 * float(np.sqrt(shared).sum())


def _root(matrix: Float[np.ndarray, "width width"]) -> Float[np.ndarray, "width width"]:
    """The symmetric square root of a covariance."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.sqrt(values.clip(min=0))) @ vectors.T)
