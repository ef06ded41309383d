"""Whether answers of the other methods are right, as far as one can tell."""

import json
from collections.abc import Sequence

from loadtests.checks import WrongAnswer
from salience.v1.images_pb2 import DetectObjectsReply, GenerateImagesReply
from salience.v1.models_pb2 import Model

_PNG = b"\x89PNG"


def check_listed(models: Sequence[Model]) -> None:
    """Some, each with its name, task and limits."""
    if not models:
        raise WrongAnswer("no model is listed")
    for model in models:
        if not (model.name and model.task and model.limits.max_items):
            raise WrongAnswer(f"{model.name!r} has no task or no limits")


def check_results(results: Sequence[str | bytes], num_items: int) -> None:
    """One result of the Open Inference Protocol per item, without an error."""
    if len(results) != num_items:
        raise WrongAnswer(f"{len(results)} results of {num_items} items")
    for result in map(json.loads, results):
        if not isinstance(result, dict) or "error" in result:
            raise WrongAnswer(f"a result is {result}")


def check_boxes(reply: DetectObjectsReply, num_images: int) -> None:
    """Boxes lie within their images."""
    if len(reply.results) != num_images:
        raise WrongAnswer(f"{len(reply.results)} results of {num_images} images")
    for result in reply.results:
        if result.HasField("error"):
            raise WrongAnswer(f"an image has the error {result.error.message!r}")
        found = result.detection
        for box in found.objects:
            right, bottom = box.left + box.width, box.top + box.height
            if not (
                0 <= box.left <= right <= found.width + 1
                and 0 <= box.top <= bottom <= found.height + 1
            ):
                raise WrongAnswer(f"a box leaves its image: {box}")


def check_painted(reply: GenerateImagesReply, num_seeds: int) -> None:
    """A PNG for every seed."""
    pictures = [result.image.png for result in reply.results]
    if len(pictures) != num_seeds or not all(one.startswith(_PNG) for one in pictures):
        raise WrongAnswer(f"{len(pictures)} pictures of {num_seeds} seeds, or no PNG")


def _is_within(begin: float, length: float, whole: int) -> bool:
    """But for a pixel that rounding may take."""
    return begin >= -1 and length >= 0 and begin + length <= whole + 1
