"""Networks of Hugging Face checkpoints that write text, on a CPU with CTranslate2."""

import json
from collections.abc import Sequence
from pathlib import Path

import ctranslate2
from ctranslate2 import TranslationResult

from salience.decoding.generated import Generated, with_alternatives
from salience.decoding.generation_rules import GenerationRules
from salience.decoding.options import DecodingOptions
from salience.engines.engine import Tokens

VOCABULARY = "shared_vocabulary.json"


class CTranslate2Generator:
    """Implements Translator; what `convert_checkpoint_to_ctranslate2` wrote is in `folder`."""

    device = "cpu"
    explains = True

    def __init__(self, folder: Path, rules: GenerationRules, *, threads: int, name: str) -> None:
        self.name = name
        self._rules = rules
        self._pieces: list[str] = json.loads((folder / VOCABULARY).read_text())
        self._ids = {piece: index for index, piece in enumerate(self._pieces)}
        self._forced = [self._pieces[token] for token in rules.start[1:]]
        self._end = self._pieces[rules.end]
        self._forbidden = [
            [self._pieces[token]] for token in rules.forbidden if token < len(self._pieces)
        ]
        self._translator = ctranslate2.Translator(
            str(folder),
            device="cpu",
            compute_type="int8" if name.endswith("int8") else "float32",
            inter_threads=1,
            intra_threads=threads,
        )

    def run(self, batch: Sequence[Tokens], options: DecodingOptions) -> list[Generated]:
        """Write the best outputs for a batch of whole sources."""
        lengths, forced = [len(tokens) for tokens in batch], len(self._forced)
        results = self._translator.translate_batch(
            [[self._pieces[token] for token in tokens] for tokens in batch],
            target_prefix=[self._forced] * len(batch) if forced else None,
            beam_size=options.beam_size,
            num_hypotheses=options.num_hypotheses,
            length_penalty=options.length_penalty,
            no_repeat_ngram_size=self._rules.blocked_repeat,
            suppress_sequences=self._forbidden,
            max_input_length=0,
            max_decoding_length=self._rules.longest(max(lengths)) + forced,
            min_decoding_length=self._rules.shortest(min(lengths)) + forced,
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
                self._hypothesis(pieces, score, length_penalty)
                for pieces, score in zip(result.hypotheses, result.scores, strict=True)
            ]
        )
        rows = result.attention[0][len(self._forced) :] if result.attention else ()
        return best._replace(attention=rows[: len(best.tokens)])

    def _hypothesis(self, pieces: Sequence[str], score: float, length_penalty: float) -> Generated:
        written = pieces[len(self._forced) :]
        # The score is over the whole length, of which the forced tokens count nothing.
        mean = score * len(pieces) ** length_penalty / max(len(written), 1)
        finished = bool(written) and written[-1] == self._end
        kept = written[:-1] if finished else written
        return Generated([self._ids[piece] for piece in kept], mean, finished)
