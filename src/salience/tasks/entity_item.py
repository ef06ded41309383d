"""What models that find names are asked."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EntityItem:
    """A text, and whether to tell where the model looked for each name."""

    text: str
    explain: bool = False

    @classmethod
    def of(cls, item: "EntityItem | str") -> "EntityItem":
        """A text alone asks for no explanation."""
        return cls(item) if isinstance(item, str) else item
