"""The CPU engine for translation: CTranslate2 with int8 weights."""

from collections.abc import Sequence
from pathlib import Path

import ctranslate2

from salience.decoding.generated import Generated
from salience.decoding.output_length import max_output_length
from salience.engines.engine import Tokens

END_PIECE = "</s>"


class CTranslate2Translator:
    """Translates token sequences; what `convert_to_ctranslate2` wrote is in `folder`."""

    name = "ctranslate2-int8"
    device = "cpu"

    def __init__(
        self, folder: Path, pieces: Sequence[str], *, max_len: int, beam_size: int, threads: int
    ) -> None:
        self._pieces = pieces
        self._ids = {piece: index for index, piece in enumerate(pieces)}
        self._max_len = max_len
        self._beam_size = beam_size
        self._translator = ctranslate2.Translator(
            str(folder), device="cpu", compute_type="int8", inter_threads=1, intra_threads=threads
        )

    def run(self, batch: Sequence[Tokens]) -> list[Generated]:
        """Translate a batch; every source ends with END."""
        longest = max(len(tokens) for tokens in batch)
        results = self._translator.translate_batch(
            [[self._pieces[token] for token in tokens] for tokens in batch],
            beam_size=self._beam_size,
            max_input_length=0,
            max_decoding_length=max_output_length(longest, self._max_len),
            return_scores=True,
            return_end_token=True,
        )
        return [self._generated(result.hypotheses[0], result.scores[0]) for result in results]

    def _generated(self, pieces: Sequence[str], score: float) -> Generated:
        finished = bool(pieces) and pieces[-1] == END_PIECE
        written = pieces[:-1] if finished else pieces
        return Generated([self._ids[piece] for piece in written], score, finished)
