"""What was measured, of what, on what: for programs to read and to keep."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

from salience.evaluation.evaluation import Figure
from salience.evaluation.evaluation_set import EvaluationSet
from salience.evaluation.run import Outcome
from salience.v1.models_pb2 import Model

ERRORS_SHOWN = 10


@dataclass(frozen=True)
class Measurement:
    """One data set's figures; `sha256` is that of the data file."""

    data: str
    part: str
    options: dict[str, Any]
    sha256: str
    num_examples: int
    num_errors: int
    metrics: dict[str, Figure]

    @classmethod
    def of(cls, outcome: Outcome, data: EvaluationSet, sha256: str) -> "Measurement":
        """What came of the data set."""
        return cls(
            data=data.name,
            part=data.part,
            options=dict(data.options),
            sha256=sha256,
            num_examples=outcome.num_examples,
            num_errors=len(outcome.errors),
            metrics=outcome.figures,
        )

    @classmethod
    def read(cls, fields: dict[str, Any]) -> "Measurement":
        """Out of what `asdict` made of one."""
        metrics = {name: Figure(**figure) for name, figure in fields["metrics"].items()}
        return cls(**{**fields, "metrics": metrics})


def report(
    model: Model, measured: Sequence[tuple[Measurement, Outcome]], *, server: str
) -> dict[str, Any]:
    """As `report_schema.json` describes it; the throughput is information, no benchmark."""
    return {
        "salience": version("salience"),
        "model": model.name,
        "version": model.version,
        "digest": model.digest,
        "engine": model.engine,
        "device": model.device,
        "server": server or None,
        "results": [_result(measurement, outcome) for measurement, outcome in measured],
    }


def _result(measurement: Measurement, outcome: Outcome) -> dict[str, Any]:
    return {
        **asdict(measurement),
        "first_errors": outcome.errors[:ERRORS_SHOWN],
        "seconds": round(outcome.seconds, 3),
        "examples_per_second": round(outcome.num_examples / outcome.seconds, 1),
    }
