"""Named entities of texts of any length, placed exactly in the text as it was sent."""

from collections.abc import Iterator, Sequence

from salience.errors import ServingError
from salience.tasks.tag_decoding import SpanDecoder
from salience.tasks.token_scores import ScoredText, TokenScorer
from salience.text.limits import check_text
from salience.text.offsets import byte_offsets, past_marks
from salience.v1.entities_pb2 import Entities, Entity
from salience.v1.models_pb2 import Model


class RecognizeEntities:
    """Implements TextTask: texts to the Entities in them."""

    def __init__(self, *, model: Model, scorer: TokenScorer, decoder: SpanDecoder) -> None:
        self.model = model
        self.scorer = scorer
        self.decoder = decoder

    def answer(self, texts: Sequence[str]) -> list[Entities | ServingError]:
        """Find the entities of every text; the windows of all of them share the batches."""
        refusals = [self._refusal(text, f"texts[{n}]") for n, text in enumerate(texts)]
        accepted = [text for text, no in zip(texts, refusals, strict=True) if no is None]
        found = map(self._entities, accepted, self.scorer.score(accepted))
        return [next(found) if no is None else no for no in refusals]

    def _refusal(self, text: str, field: str) -> ServingError | None:
        try:
            check_text(text, field=field, max_characters=self.model.limits.max_characters)
        except ServingError as error:
            return error
        return None

    def _entities(self, text: str, scored: ScoredText) -> Entities:
        return Entities(entities=self._placed(text, scored))

    def _placed(self, text: str, scored: ScoredText) -> Iterator[Entity]:
        pieces, first = scored.pieces, scored.pieces.first_of_words
        spans = self.decoder.spans(scored.log_probabilities[first])
        places = byte_offsets(text) if spans else ()
        for span in spans:
            last = first[span.end] - 1 if span.end < len(first) else -1
            start, end = int(pieces.starts[first[span.start]]), int(pieces.ends[last])
            end = past_marks(text, end)
            if start == end:  # a piece that stands for a space
                continue
            yield Entity(
                text=text[start:end],
                label=span.label,
                start=start,
                end=end,
                score=span.score,
                start_byte=places[start],
                end_byte=places[end],
            )
