"""A stand-in for a translation model: it shouts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from salience.decoding.generated import Generated, with_alternatives
from salience.decoding.options import DecodingOptions
from salience.engines.engine import Tokens
from salience.engines.translator import SearchingEngine
from salience.tasks.translation import TranslateTexts
from salience.text.subwords import Subwords
from salience.v1.models_pb2 import Limits, Model

SUBWORDS = Subwords(Path(__file__).parents[3] / "model_store/translation-en-de/subwords.model")
MODEL = Model(name="shouting", source_languages=["en"], limits=Limits(max_characters=5_000))


@dataclass
class ShoutingTranslator:
    """Implements Translator: gives a sentence back in capitals; keeps what it was sent.

    Each alternative has one `!` more than the one before it, and a score lower by 0.1.
    """

    name = "shouting"
    device = "cpu"
    explains = False
    batches: list[tuple[DecodingOptions, list[Tokens]]] = field(default_factory=list)

    @property
    def sources(self) -> list[Tokens]:
        return [source for _, batch in self.batches for source in batch]

    def run(self, batch: Sequence[Tokens], options: DecodingOptions) -> list[Generated]:
        self.batches.append((options, list(batch)))
        sentences = SUBWORDS.decode([tokens[:-1] for tokens in batch])
        return [self.hypotheses(sentence.upper(), options) for sentence in sentences]

    def hypotheses(self, shouted: str, options: DecodingOptions) -> Generated:
        texts = [shouted + "!" * rank for rank in range(options.num_hypotheses)]
        return with_alternatives(
            [
                Generated(tokens, -0.1 * (rank + 1), finished=True)
                for rank, tokens in enumerate(SUBWORDS.encode(texts))
            ]
        )


def translator(engine: ShoutingTranslator, max_source_tokens: int = 60) -> TranslateTexts:
    return TranslateTexts(
        model=MODEL,
        engine=lambda options: SearchingEngine(engine, options),
        subwords=SUBWORDS,
        max_source_tokens=max_source_tokens,
        decoding=DecodingOptions(beam_size=4, length_penalty=0.8),
    )
