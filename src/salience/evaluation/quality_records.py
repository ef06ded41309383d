"""What every model was measured to reach, kept beside the models."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from salience.evaluation.report import Measurement


@dataclass(frozen=True)
class ModelState:
    """Which model, on what, and from which files: others may give other figures."""

    model: str
    engine: str
    weights_sha256: str
    other_files_sha256: str


class QualityRecords:
    """Measurements of models in the state they were in."""

    def __init__(self) -> None:
        self._records: dict[tuple[str, str, str], tuple[ModelState, Measurement]] = {}

    @classmethod
    def read(cls, file: Path) -> "QualityRecords":
        """Those of a file, which need not exist yet."""
        records = cls()
        for record in json.loads(file.read_text()) if file.exists() else ():
            records.put(ModelState(**record.pop("state")), Measurement.read(record))
        return records

    def write(self, file: Path) -> None:
        """In a form that differs only where a figure does."""
        records = [{"state": asdict(state), **asdict(one)} for state, one in self._records.values()]
        file.write_text(json.dumps(records, indent=1, ensure_ascii=False) + "\n")

    def put(self, state: ModelState, measurement: Measurement) -> None:
        """Takes the place of the last of that model and engine on the same data set."""
        self._records[state.model, state.engine, measurement.data] = (state, measurement)

    def find(self, state: ModelState, data: str) -> Measurement | None:
        """That of a model which is still in the same state."""
        found = self._records.get((state.model, state.engine, data))
        return found[1] if found and found[0] == state else None
