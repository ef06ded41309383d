"""What models that summarize are asked, whichever kind they are."""

from dataclasses import dataclass, field

from salience.tasks.explaining import check_explains
from salience.text.limits import check_text
from salience.text.summary_length import SummaryLength
from salience.v1.models_pb2 import Model


@dataclass(frozen=True)
class SummaryItem:
    """A text, how long its summary should be, and whether to tell what it was made of."""

    text: str
    length: SummaryLength = field(default_factory=SummaryLength)
    explain: bool = False

    @classmethod
    def of(cls, item: "SummaryItem | str") -> "SummaryItem":
        """A text alone leaves the length to the model."""
        return cls(item) if isinstance(item, str) else item

    def check(self, field: str, model: Model) -> None:
        """Raise a ServingError for a text, which is that field's, or options that cannot be."""
        check_explains(model, explain=self.explain)
        check_text(self.text, field=field, max_characters=model.limits.max_characters)
        self.length.check()
