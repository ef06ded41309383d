"""The CPU engine for translation: CTranslate2 with int8 weights."""

from collections.abc import Sequence
from pathlib import Path

import ctranslate2
from ctranslate2 import TranslationResult

from salience.decoding.generated import Generated, with_alternatives
from salience.decoding.options import DecodingOptions
from salience.decoding.output_length import max_output_length
from salience.engines.engine import Tokens

END_PIECE = "</s>"


class CTranslate2Translator:
    """Implements Translator; what `convert_to_ctranslate2` wrote is in `folder`.

    `compute_type` is what CTranslate2 multiplies in: `int8`, or `float32` with the same weights.
    """

    name = "ctranslate2-int8"
    device = "cpu"
    explains = True

    def __init__(
        self,
        folder: Path,
        pieces: Sequence[str],
        *,
        max_len: int,
        threads: int,
        compute_type: str = "int8",
    ) -> None:
        self._pieces = pieces
        self._ids = {piece: index for index, piece in enumerate(pieces)}
        self._max_len = max_len
        self._translator = ctranslate2.Translator(
            str(folder),
            device="cpu",
            compute_type=compute_type,
            inter_threads=1,
            intra_threads=threads,
        )

    def run(self, batch: Sequence[Tokens], options: DecodingOptions) -> list[Generated]:
        """Translate a batch; every source ends with END."""
        longest = max(len(tokens) for tokens in batch)
        results = self._translator.translate_batch(
            [[self._pieces[token] for token in tokens] for tokens in batch],
            beam_size=options.beam_size,
            num_hypotheses=options.num_hypotheses,
            length_penalty=options.length_penalty,
            max_input_length=0,
            max_decoding_length=max_output_length(longest, self._max_len),
            return_scores=True,
            return_end_token=True,
            return_attention=options.explain,
            # In a padded batch the first row of a beam's attention is a neighbour's.
            max_batch_size=1 if options.explain else 0,
        )
        return [self._generated(result, options.length_penalty) for result in results]

    def _generated(self, result: TranslationResult, length_penalty: float) -> Generated:
        best = with_alternatives(
            [
                self._hypothesis(pieces, score * len(pieces) ** (length_penalty - 1))
                for pieces, score in zip(result.hypotheses, result.scores, strict=True)
            ]
        )
        attention = result.attention[0][: len(best.tokens)] if result.attention else ()
        return best._replace(attention=attention)

    def _hypothesis(self, pieces: Sequence[str], score: float) -> Generated:
        finished = pieces[-1] == END_PIECE
        written = pieces[:-1] if finished else pieces
        return Generated([self._ids[piece] for piece in written], score, finished)
