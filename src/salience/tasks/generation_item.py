"""What models that make pictures are asked."""

from dataclasses import dataclass


@dataclass(frozen=True)
class GenerationItem:
    """The seed of a picture, and whether to tell where the model looked."""

    seed: int
    explain: bool = False

    @classmethod
    def of(cls, item: "GenerationItem | int") -> "GenerationItem":
        """A seed alone asks for no attention."""
        return cls(item) if isinstance(item, int) else item
