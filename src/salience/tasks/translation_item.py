"""What models that translate are asked."""

from dataclasses import dataclass, field

from salience.decoding.options import MAX_BEAM_SIZE, MAX_LENGTH_PENALTY, DecodingOptions
from salience.errors import InvalidInput
from salience.v1.translation_pb2 import TranslateRequest


@dataclass(frozen=True)
class TranslationOptions:
    """How to search for translations, and whether to explain them.

    What is not given the model decides.
    """

    beam_size: int = 0
    num_alternatives: int = 0
    length_penalty: float | None = None
    explain: bool = False

    @classmethod
    def of(cls, request: TranslateRequest) -> "TranslationOptions":
        """Those of a request, unchecked."""
        penalty = request.length_penalty if request.HasField("length_penalty") else None
        return cls(request.beam_size, request.num_alternatives, penalty, request.explain)

    def check(self) -> None:
        """Raise InvalidInput for what no model can follow."""
        self.decoding(DecodingOptions(MAX_BEAM_SIZE))

    def decoding(self, default: DecodingOptions) -> DecodingOptions:
        """The same with the model's defaults. Raises InvalidInput that names the option."""
        beam_size = self.beam_size or default.beam_size
        if not 1 <= beam_size <= MAX_BEAM_SIZE:
            message = f"beam_size is {beam_size}; it may be from 1 to {MAX_BEAM_SIZE}"
            raise InvalidInput(message, field="beam_size")
        if not 0 <= self.num_alternatives < beam_size:
            message = f"num_alternatives is {self.num_alternatives}; with a beam of {beam_size}"
            raise InvalidInput(
                f"{message} it may be up to {beam_size - 1}", field="num_alternatives"
            )
        penalty = default.length_penalty if self.length_penalty is None else self.length_penalty
        if not 0 <= penalty <= MAX_LENGTH_PENALTY:  # NaN is not within either.
            message = f"length_penalty is {penalty:g}; it may be from 0 to {MAX_LENGTH_PENALTY:g}"
            raise InvalidInput(message, field="length_penalty")
        return DecodingOptions(beam_size, 1 + self.num_alternatives, penalty, self.explain)


@dataclass(frozen=True)
class TranslationItem:
    """A text, and how to search for its translation."""

    text: str
    options: TranslationOptions = field(default_factory=TranslationOptions)

    @classmethod
    def of(cls, item: "TranslationItem | str") -> "TranslationItem":
        """A text alone leaves the search to the model."""
        return cls(item) if isinstance(item, str) else item
