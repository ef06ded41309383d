"""Named entities of texts of any length, placed exactly in the text as it was sent."""

from collections.abc import Iterator, Sequence

from salience.errors import ServingError
from salience.tasks.alignment import TextPieces
from salience.tasks.entity_item import EntityItem
from salience.tasks.explaining import check_explains
from salience.tasks.piece_weights import mean_weights
from salience.tasks.tag_decoding import SpanDecoder
from salience.tasks.token_scores import ScoredText, TokenScorer
from salience.text.limits import check_text
from salience.text.offsets import byte_offsets, past_marks
from salience.text.spans import Span
from salience.v1.entities_pb2 import Entities, Entity
from salience.v1.models_pb2 import Model


class RecognizeEntities:
    """Implements Task: texts to the Entities in them."""

    def __init__(self, *, model: Model, scorer: TokenScorer, decoder: SpanDecoder) -> None:
        self.model = model
        self.scorer = scorer
        self.decoder = decoder

    def answer(self, items: Sequence[EntityItem | str], /) -> list[Entities | ServingError]:
        """Find the entities of every text; the windows of all of them share the batches."""
        asked = [EntityItem.of(item) for item in items]
        refusals = [self._refusal(item, f"texts[{n}]") for n, item in enumerate(asked)]
        accepted = [item for item, no in zip(asked, refusals, strict=True) if no is None]
        found = map(self._entities, accepted, self._scored(accepted))
        return [next(found) if no is None else no for no in refusals]

    def _refusal(self, item: EntityItem, field: str) -> ServingError | None:
        try:
            check_explains(self.model, explain=item.explain)
            check_text(item.text, field=field, max_characters=self.model.limits.max_characters)
        except ServingError as error:
            return error
        return None

    def _scored(self, items: Sequence[EntityItem]) -> list[ScoredText]:
        plain = iter(self.scorer.score([item.text for item in items if not item.explain]))
        if not any(item.explain for item in items):
            return list(plain)
        explained = iter(self.scorer.explained([item.text for item in items if item.explain]))
        return [next(explained if item.explain else plain) for item in items]

    def _entities(self, item: EntityItem, scored: ScoredText) -> Entities:
        text, pieces = item.text, scored.pieces
        entities = self._placed(text, scored)
        if not item.explain:
            return Entities(entities=entities)
        spans = map(Span, pieces.starts.tolist(), pieces.ends.tolist())
        return Entities(entities=entities, pieces=TextPieces(text).of(spans))

    def _placed(self, text: str, scored: ScoredText) -> Iterator[Entity]:
        pieces, first = scored.pieces, scored.pieces.first_of_words
        spans = self.decoder.spans(scored.log_probabilities[first])
        places = byte_offsets(text) if spans else ()
        for span in spans:
            after = first[span.end] if span.end < len(first) else len(pieces.starts)
            start, end = int(pieces.starts[first[span.start]]), int(pieces.ends[after - 1])
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
                attention=mean_weights(scored.looks[first[span.start] : after])
                if scored.looks
                else None,
            )
