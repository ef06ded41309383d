"""What models that classify images are asked."""

from dataclasses import dataclass

from salience.errors import InvalidInput

DEFAULT_TOP_K = 5


@dataclass(frozen=True)
class ImageItem:
    """An image's file, how many classes to tell of it, and whether to tell where they are.

    A `top_k` of 0 leaves the number to the model.
    """

    content: bytes
    top_k: int = 0
    explain: bool = False
    deadline_seconds: float | None = None
    """Unix time after which nobody waits for its answer."""

    @classmethod
    def of(cls, item: "ImageItem | bytes") -> "ImageItem":
        """A file alone asks for no explanation."""
        return cls(item) if isinstance(item, bytes) else item

    def num_answers(self, num_classes: int) -> int:
        """How many classes to tell. Raises InvalidInput for more than there are."""
        if self.top_k > num_classes:
            raise InvalidInput(
                f"top_k is {self.top_k}; the model has {num_classes} classes", field="top_k"
            )
        return self.top_k or min(DEFAULT_TOP_K, num_classes)
