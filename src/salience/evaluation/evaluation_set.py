"""What a model is measured on, and what it is compared to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


def unchanged(example: Any) -> Any:
    """The example as it was read."""
    return example


@dataclass(frozen=True)
class Compared:
    """What something else reaches: figures by metric, and where they are published.

    Without a `source` they were measured here, in the same way.
    """

    name: str
    figures: Mapping[str, float]
    source: str = ""


@dataclass(frozen=True)
class EvaluationSet:
    """A data file below the folder of the corpora.

    `part` picks a file out of an archive; `change` is done to each of its examples;
    `options` are those of the calls, such as the length of a summary in sentences.
    """

    name: str
    file: Path
    part: str = "test"
    change: Callable[[Any], Any] = unchanged
    options: Mapping[str, Any] = field(default_factory=dict)
    baselines: Sequence[Compared] = ()
    literature: Sequence[Compared] = ()
