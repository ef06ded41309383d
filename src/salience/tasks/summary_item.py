"""What models that summarize are asked, whichever kind they are."""

from dataclasses import dataclass, field

from salience.text.limits import check_text
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

    def check(self, field: str, *, max_characters: int) -> None:
        """Raise a ServingError for a text, which is that field's, or a length that cannot be."""
        check_text(self.text, field=field, max_characters=max_characters)
        self.length.check()
