"""The evaluation of each task."""

from importlib import import_module
from typing import Any

from salience.evaluation.evaluation import Evaluation

_CLASS_OF = {
    "translation": "EvaluateTranslation",
    "entities": "EvaluateEntities",
    "summarization": "EvaluateSummarization",
    "image_classification": "EvaluateImageClassification",
    "object_detection": "EvaluateObjectDetection",
    "image_generation": "EvaluateImageGeneration",
}
"""In the module named after the task; imported late, each brings its own metric's package."""


def evaluation_of(task: str) -> Evaluation[Any, Any, Any]:
    """For example of `translation`."""
    module = import_module(f"salience.evaluation.{task}")
    evaluation: Evaluation[Any, Any, Any] = getattr(module, _CLASS_OF[task])()
    return evaluation
