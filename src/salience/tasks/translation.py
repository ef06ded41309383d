"""Translation of texts of any length, sentence by sentence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from salience.decoding.generated import Generated
from salience.engines.engine import Engine
from salience.engines.micro_batches import run_in_micro_batches
from salience.errors import ServingError
from salience.tasks.suspicions import suspicions
from salience.text.limits import check_text
from salience.text.long_sentences import split_to_fit
from salience.text.sentences import split_edges, split_sentences
from salience.text.subwords import END, Subwords
from salience.v1.models_pb2 import Model
from salience.v1.translation_pb2 import Suspicion, Translation

MAX_TOKENS_PER_BATCH = 2_048


@dataclass(frozen=True)
class _Piece:
    """A sentence, or a part of one, with the white space around it."""

    before: str
    content: str
    after: str
    tokens: list[int]

    @property
    def needs_translation(self) -> bool:
        """Numbers, punctuation and pictures stay as they are."""
        return bool(self.tokens) and any(character.isalpha() for character in self.content)


class TranslateTexts:
    """Implements TextTask: texts in one language to Translations in another.

    `max_source_tokens` is the longest sentence the model reads well; a longer one is
    translated in parts, never cut.
    """

    def __init__(
        self,
        *,
        model: Model,
        engine: Engine[Generated],
        subwords: Subwords,
        max_source_tokens: int,
    ) -> None:
        self.model = model
        self._engine = engine
        self._subwords = subwords
        self._max_source_tokens = max_source_tokens

    def answer(self, texts: Sequence[str]) -> list[Translation | ServingError]:
        """Translate every text; the sentences of all of them share the batches."""
        plans = [self._plan_or_error(text, f"texts[{n}]") for n, text in enumerate(texts)]
        pieces = [piece for plan in plans if isinstance(plan, list) for piece in plan]
        translated = iter(self._translate(pieces))
        return [
            plan if isinstance(plan, ServingError) else _join([next(translated) for _ in plan])
            for plan in plans
        ]

    def _plan_or_error(self, text: str, field: str) -> list[_Piece] | ServingError:
        try:
            check_text(text, field=field, max_characters=self.model.limits.max_characters)
        except ServingError as error:
            return error
        return list(self._plan(text))

    def _plan(self, text: str) -> Iterator[_Piece]:
        sentences = split_sentences(text, self.model.source_languages[0])
        for sentence, tokens in zip(sentences, self._subwords.encode(sentences), strict=True):
            if len(tokens) < self._max_source_tokens:
                yield _Piece(*split_edges(sentence), tokens)
            else:
                yield from self._parts(sentence)

    def _parts(self, sentence: str) -> Iterator[_Piece]:
        for part in split_to_fit(sentence, self._fits):
            yield _Piece(*split_edges(part), self._subwords.encode([part])[0])

    def _fits(self, text: str) -> bool:
        return len(self._subwords.encode([text])[0]) < self._max_source_tokens

    def _translate(self, pieces: Sequence[_Piece]) -> Iterator[Translation]:
        work = [piece for piece in pieces if piece.needs_translation]
        sources = [[*piece.tokens, END] for piece in work]
        outputs = run_in_micro_batches(self._engine, sources, max_tokens=MAX_TOKENS_PER_BATCH)
        written = self._subwords.decode([output.tokens for output in outputs])
        results = iter(zip(outputs, written, strict=True))
        for piece in pieces:
            if piece.needs_translation:
                output, text = next(results)
                doubts = suspicions(piece.tokens, output)
                yield Translation(text=piece.before + text + piece.after, suspicions=doubts)
            else:
                yield Translation(text=piece.before + piece.content + piece.after)


def _join(parts: Sequence[Translation]) -> Translation:
    doubts: set[Suspicion] = {doubt for part in parts for doubt in part.suspicions}
    return Translation(text="".join(part.text for part in parts), suspicions=sorted(doubts))
