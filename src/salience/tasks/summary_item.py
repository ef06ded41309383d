"""What models that summarize are asked, whichever kind they are."""

from dataclasses import dataclass, field

from salience.text.summary_length import SummaryLength


@dataclass(frozen=True)
class SummaryItem:
    """A text, and how long its summary should be."""

    text: str
    length: SummaryLength = field(default_factory=SummaryLength)

    @classmethod
    def of(cls, item: "SummaryItem | str") -> "SummaryItem":
        """A text alone leaves the length to the model."""
        return cls(item) if isinstance(item, str) else item
