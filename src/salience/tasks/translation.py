"""Translation of texts of any length, sentence by sentence."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from salience.decoding.generated import Generated
from salience.decoding.options import DecodingOptions
from salience.engines.engine import Engine
from salience.engines.micro_batches import run_in_micro_batches
from salience.errors import ServingError
from salience.tasks.alignment import AlignedSpans
from salience.tasks.explaining import check_explains
from salience.tasks.joined_translation import TranslatedSentence, Version, joined_translation
from salience.tasks.suspicions import suspicions
from salience.tasks.translation_item import TranslationItem
from salience.text.checkpoint_subwords import CheckpointSubwords
from salience.text.limits import check_text
from salience.text.long_sentences import split_to_fit
from salience.text.sentences import split_edges, split_sentences
from salience.text.subwords import Subwords
from salience.v1.models_pb2 import Model
from salience.v1.translation_pb2 import Translation

MAX_TOKENS_PER_BATCH = 2_048


@dataclass(frozen=True)
class _Piece:
    """A sentence, or a part of one, with the white space around it, and where it starts."""

    start: int
    before: str
    content: str
    after: str
    tokens: list[int]
    decoding: DecodingOptions

    @property
    def needs_translation(self) -> bool:
        """Numbers, punctuation and pictures stay as they are."""
        return bool(self.tokens) and any(character.isalpha() for character in self.content)

    def around(self, content: str) -> str:
        """Other content between the same white space."""
        return self.before + content + self.after


class TranslateTexts:
    """Implements Task: texts in one language to Translations in another.

    `engine` gives the engine that searches as it is told. `max_source_tokens` is the
    longest sentence the model reads well; a longer one is translated in parts, never cut.
    """

    def __init__(
        self,
        *,
        model: Model,
        engine: Callable[[DecodingOptions], Engine[Generated]],
        subwords: Subwords | CheckpointSubwords,
        max_source_tokens: int,
        decoding: DecodingOptions,
    ) -> None:
        self.model = model
        self._engine = engine
        self._subwords = subwords
        self._max_source_tokens = max_source_tokens
        self._decoding = decoding

    def answer(self, items: Sequence[TranslationItem | str], /) -> list[Translation | ServingError]:
        """Translate every text; the sentences of all of them share the batches."""
        asked = [TranslationItem.of(item) for item in items]
        plans = [self._plan_or_error(item, f"texts[{index}]") for index, item in enumerate(asked)]
        pieces = [piece for plan in plans if isinstance(plan, list) for piece in plan]
        translated = iter(self._translate(pieces))
        return [
            plan
            if isinstance(plan, ServingError)
            else joined_translation(item.text, [next(translated) for _ in plan])
            for item, plan in zip(asked, plans, strict=True)
        ]

    def _plan_or_error(self, item: TranslationItem, field: str) -> list[_Piece] | ServingError:
        try:
            check_explains(self.model, explain=item.options.explain)
            check_text(item.text, field=field, max_characters=self.model.limits.max_characters)
            return list(self._plan(item.text, item.options.decoding(self._decoding)))
        except ServingError as error:
            return error

    def _plan(self, text: str, decoding: DecodingOptions) -> Iterator[_Piece]:
        sentences = split_sentences(text, self.model.source_languages[0])
        start = 0
        for sentence, tokens in zip(sentences, self._subwords.encode(sentences), strict=True):
            if len(tokens) < self._max_source_tokens:
                yield _Piece(start, *split_edges(sentence), tokens, decoding)
            else:
                yield from self._parts(sentence, start, decoding)
            start += len(sentence)

    def _parts(self, sentence: str, start: int, decoding: DecodingOptions) -> Iterator[_Piece]:
        for part in split_to_fit(sentence, self._fits):
            tokens = self._subwords.encode([part])[0]
            yield _Piece(start, *split_edges(part), tokens, decoding)
            start += len(part)

    def _fits(self, text: str) -> bool:
        return len(self._subwords.encode([text])[0]) < self._max_source_tokens

    def _translate(self, pieces: Sequence[_Piece]) -> Iterator[TranslatedSentence]:
        work = [piece for piece in pieces if piece.needs_translation]
        outputs = iter(self._run(work))
        for piece in pieces:
            if piece.needs_translation:
                output = next(outputs)
                doubts = list(suspicions(piece.tokens, output))
                alignment = self._alignment(piece, output) if piece.decoding.explain else None
                yield TranslatedSentence(self._versions(piece, output), doubts, alignment)
            else:
                yield TranslatedSentence([Version(piece.around(piece.content))])

    def _run(self, work: Sequence[_Piece]) -> list[Generated]:
        """The outputs in order; what is searched for in one way shares the batches."""
        outputs: dict[int, Generated] = {}
        for decoding in dict.fromkeys(piece.decoding for piece in work):
            rows = [row for row, piece in enumerate(work) if piece.decoding == decoding]
            results = run_in_micro_batches(
                self._engine(_with_spares(decoding)),
                [self._subwords.framed(work[row].tokens) for row in rows],
                max_tokens=MAX_TOKENS_PER_BATCH,
            )
            outputs.update(zip(rows, results, strict=True))
        return [outputs[row] for row in range(len(work))]

    def _versions(self, piece: _Piece, output: Generated) -> list[Version]:
        """The best and its alternatives, without those that read the same."""
        hypotheses = [output, *output.alternatives]
        texts = self._subwords.decode([hypothesis.tokens for hypothesis in hypotheses])
        versions: dict[str, Version] = {}
        for text, hypothesis in zip(texts, hypotheses, strict=True):
            total = hypothesis.score * hypothesis.length
            versions.setdefault(text, Version(piece.around(text), total, hypothesis.length))
        return list(versions.values())[: piece.decoding.num_hypotheses]

    def _alignment(self, piece: _Piece, output: Generated) -> AlignedSpans:
        source = self._subwords.source_spans(piece.around(piece.content))
        target = self._subwords.written_spans(output.tokens)
        return AlignedSpans(
            source=[span.shifted(piece.start) for span in source],
            target=[span.shifted(len(piece.before)) for span in target],
            weights=output.attention,
        )


def _with_spares(decoding: DecodingOptions) -> DecodingOptions:
    """All hypotheses of the beam when several are wanted: some may read the same."""
    if decoding.num_hypotheses == 1:
        return decoding
    return replace(decoding, num_hypotheses=decoding.beam_size)
