"""How a checkpoint's network is to write, as its own settings have it."""

import json
from typing import Any

from salience.checkpoints.checkpoint import Checkpoint
from salience.checkpoints.source_tokens import USUAL_LENGTH, SourceTokens, task_settings
from salience.decoding.options import MAX_BEAM_SIZE, MAX_LENGTH_PENALTY
from salience.errors import Unsupported

USUAL_SUMMARY = 142
"""Tokens, for a summary whose length the checkpoint does not limit."""


def generation_settings(checkpoint: Checkpoint, source: SourceTokens) -> dict[str, Any]:
    """The part of `model.json` about writing."""
    settings = _settings(checkpoint)
    start = _start(checkpoint, settings, source)
    translates = checkpoint.task == "translation"
    positions = getattr(checkpoint.network.config, "max_position_embeddings", USUAL_LENGTH)
    usual = positions if translates else min(USUAL_SUMMARY, positions)
    return {
        "beam_size": min(settings.get("num_beams") or 1, MAX_BEAM_SIZE),
        "length_penalty": min(settings.get("length_penalty") or 1.0, MAX_LENGTH_PENALTY),
        "generation": {
            "start": start,
            "end": _first(settings.get("eos_token_id"), "eos_token_id"),
            "max_length": min(settings.get("max_length") or usual, positions) - len(start),
            "min_length": 0 if translates else settings.get("min_length") or 0,
            "blocked_repeat": settings.get("no_repeat_ngram_size") or 0,
            "follows_source": translates,
            "forbidden": [
                words[0] for words in settings.get("bad_words_ids") or [] if len(words) == 1
            ],
        },
    }


def _settings(checkpoint: Checkpoint) -> dict[str, Any]:
    """Later files of the checkpoint win, and the task's own part wins over both."""
    file = checkpoint.path / "generation_config.json"
    own = json.loads(file.read_text()) if file.exists() else {}
    return {**checkpoint.settings, **own, **task_settings(checkpoint)}


def _start(checkpoint: Checkpoint, settings: dict[str, Any], source: SourceTokens) -> list[int]:
    """The decoder's first tokens: mBART-25 starts with the language, others write it first."""
    first = _first(settings.get("decoder_start_token_id"), "decoder_start_token_id")
    if source.target is None:
        forced = settings.get("forced_bos_token_id")
        return [first] if forced is None else [first, forced]
    if type(checkpoint.tokenizer).__name__ == "MBartTokenizer":
        return [source.target]
    return [first, source.target]


def _first(token: Any, name: str) -> int:
    if token is None:
        raise Unsupported(f"the checkpoint has no {name}: nothing says how to write")
    return int(token[0] if isinstance(token, list) else token)
