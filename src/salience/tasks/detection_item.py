"""What models that detect objects are asked."""

from dataclasses import dataclass

from salience.errors import InvalidInput

DEFAULT_MIN_SCORE = 0.5


@dataclass(frozen=True)
class DetectionItem:
    """An image's file, how certain objects must be, and whether to tell where they were seen."""

    content: bytes
    min_score: float = DEFAULT_MIN_SCORE
    explain: bool = False
    deadline_seconds: float | None = None
    """Unix time after which nobody waits for its answer."""

    @classmethod
    def of(cls, item: "DetectionItem | bytes") -> "DetectionItem":
        """A file alone asks for what is certain, and for no attention."""
        return cls(item) if isinstance(item, bytes) else item


def check_min_score(min_score: float) -> None:
    """Raise InvalidInput for what is no probability."""
    if not 0 <= min_score <= 1:
        raise InvalidInput(f"min_score is {min_score:g}; it is from 0 to 1", field="min_score")
