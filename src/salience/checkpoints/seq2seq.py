"""Networks that write text: their languages, their limits, and whether a conversion agrees."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch

from salience.checkpoints.checkpoint import Checkpoint
from salience.checkpoints.generation import generation_settings
from salience.checkpoints.samples import TEXTS
from salience.checkpoints.source_tokens import source_tokens
from salience.decoding.generated import Generated
from salience.decoding.options import DecodingOptions
from salience.tasks.checkpoint_seq2seq import (
    ENGINES,
    generation_rules,
    load_subwords,
    load_translator,
)
from salience.tasks.model_folder import ModelFolder
from salience.text.checkpoint_subwords import CheckpointSubwords

MAX_DIFFERENCE = 0.05
"""How far the mean log-probability of a token may be from the original's, on average."""
MAX_LOSS = 0.05
"""How much less likely than the original's own outputs, by the same measure, they may be."""
MAX_WRITTEN = 32


class Seq2SeqConversion:
    """Implements Conversion."""

    engines: tuple[str, ...] = ENGINES

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._checkpoint = checkpoint

    def settings(self) -> Mapping[str, Any]:
        """Languages, the tokens around a source, and how to write."""
        source = source_tokens(self._checkpoint)
        generation = generation_settings(self._checkpoint, source)
        languages = source.languages
        return {
            "source_languages": [languages[0]] if languages else [],
            "target_languages": [languages[1]] if self._translates else [],
            "source_tokens": {
                "before": source.before,
                "after": source.after,
                "max_length": source.max_length,
            },
            **({} if self._translates else {"kind": "abstractive"}),
            **generation,
        }

    def write_files(self, folder: Path) -> None:
        """Write the tokenizer as it is: the converter reads it too."""
        self._checkpoint.tokenizer.save_pretrained(folder)

    def disagreement(self, folder: ModelFolder, engine: str) -> str:
        """Compare the tokens of the samples, and what is written for them."""
        subwords = load_subwords(folder)
        texts = [text for text in TEXTS if self._fits(text, folder)]
        sources = [self._source(text) for text in texts]
        if sources != [subwords.framed(tokens) for tokens in subwords.encode(texts)]:
            return "it cuts the samples into other tokens"
        if self._reads_otherwise(texts, subwords):
            return "it joins tokens into another text"
        return self._writes_otherwise(folder, engine, sources, subwords)

    @property
    def _translates(self) -> bool:
        return self._checkpoint.task == "translation"

    @cached_property
    def _prefix(self) -> str:
        return source_tokens(self._checkpoint).prefix

    def _source(self, text: str) -> list[int]:
        return self._checkpoint.tokenizer(self._prefix + text)["input_ids"]  # type: ignore[no-any-return]

    def _fits(self, text: str, folder: ModelFolder) -> bool:
        return len(self._source(text)) < int(folder.settings["source_tokens"]["max_length"])

    def _writes_otherwise(
        self,
        folder: ModelFolder,
        engine: str,
        sources: Sequence[list[int]],
        subwords: CheckpointSubwords,
    ) -> str:
        """Without the checkpoint's own rules of what not to write, which shift probabilities."""
        rules = replace(
            generation_rules(folder), min_length=0, blocked_repeat=0, follows_source=False
        )
        rules = replace(rules, max_length=min(MAX_WRITTEN, rules.max_length))
        translator = load_translator(folder, engine, rules=rules)
        written = [translator.run([source], DecodingOptions())[0] for source in sources]
        best = [self._greedy(source, rules.start, rules.max_length) for source in sources]
        told = [
            self._score(source, rules.start, _with_end(output, rules.end))
            for source, output in zip(sources, written, strict=True)
        ]
        reached = [
            self._score(source, rules.start, tokens)
            for source, tokens in zip(sources, best, strict=True)
        ]
        return _difference([output.score for output in written], told, reached)

    def _reads_otherwise(self, texts: Sequence[str], subwords: CheckpointSubwords) -> bool:
        rows = subwords.encode(texts)
        decode = self._checkpoint.tokenizer.decode
        originals = [str(decode(row, skip_special_tokens=True)).strip() for row in rows]
        return subwords.decode(rows) != originals

    @torch.inference_mode()
    def _greedy(self, source: list[int], start: tuple[int, ...], max_length: int) -> list[int]:
        output = self._checkpoint.network.generate(
            input_ids=torch.tensor([source]),
            decoder_start_token_id=start[0],
            forced_bos_token_id=start[1] if len(start) > 1 else None,
            forced_eos_token_id=None,
            max_new_tokens=max_length + len(start) - 1,
            min_length=0,
            no_repeat_ngram_size=None,
            num_beams=1,
            do_sample=False,
        )
        return output[0, len(start) :].tolist()  # type: ignore[no-any-return]

    @torch.inference_mode()
    def _score(self, source: list[int], start: tuple[int, ...], tokens: list[int]) -> float:
        """The mean log-probability of `tokens` by the original network."""
        output = torch.tensor([[*start, *tokens]])
        network = self._checkpoint.network
        scores = network(
            input_ids=torch.tensor([source]), decoder_input_ids=output[:, :-1]
        ).logits.log_softmax(-1)
        told = scores[0, len(start) - 1 :].gather(1, output[0, len(start) :, None])
        return float(told.mean())


def _with_end(output: Generated, end: int) -> list[int]:
    return [*output.tokens, end] if output.finished else output.tokens


def _difference(said: Sequence[float], told: Sequence[float], best: Sequence[float]) -> str:
    difference = float(np.abs(np.subtract(said, told)).mean())
    loss = float(np.subtract(best, told).mean())
    if difference <= MAX_DIFFERENCE and loss <= MAX_LOSS:
        return ""
    return (
        f"log-probabilities move by {difference:.3f} a token and its outputs are {loss:.3f} less "
        f"likely than the checkpoint's; {MAX_DIFFERENCE} and {MAX_LOSS} would do"
    )
