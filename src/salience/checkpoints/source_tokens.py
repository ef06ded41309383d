"""What a checkpoint's network wants to read around a text, and in which languages."""

from dataclasses import dataclass
from typing import Any

from salience.checkpoints.checkpoint import Checkpoint
from salience.checkpoints.languages import code_of, language_tokens, token_of
from salience.errors import InvalidInput

USUAL_LENGTH = 512
"""Tokens, for a network whose positions have no end and whose tokenizer does not say."""
_SAMPLE = "one two"


@dataclass(frozen=True)
class SourceTokens:
    """Special tokens around a source, and at most how many tokens may be between.

    `languages` are the source's and the target's, ISO 639-1; `target` is the token that
    makes the network write in it, and `prefix` is text that goes before every source.
    """

    before: list[int]
    after: list[int]
    max_length: int
    prefix: str
    languages: tuple[str, ...]
    target: int | None


def source_tokens(checkpoint: Checkpoint) -> SourceTokens:
    """Read them off the checkpoint's tokenizer."""
    tokenizer, tokens = checkpoint.tokenizer, language_tokens(checkpoint.tokenizer)
    languages = _languages(checkpoint)
    target = token_of(languages[1], tokens) if tokens and languages else None
    prefix = _prefix(checkpoint)
    if target and hasattr(tokenizer, "spm_source"):  # Marian reads the target's token first
        prefix, target = target + prefix, None
    if target:
        _set_source_language(tokenizer, token_of(languages[0], tokens))
    before, after = _around(tokenizer, prefix)
    return SourceTokens(
        before=before,
        after=after,
        max_length=_positions(checkpoint) - len(before) - len(after),
        prefix=prefix,
        languages=tuple(code_of(language) for language in languages),
        target=tokenizer.convert_tokens_to_ids(target) if target else None,
    )


def _set_source_language(tokenizer: Any, token: str) -> None:
    tokenizer.src_lang = token.strip("_") if hasattr(tokenizer, "lang_token_to_id") else token


def _around(tokenizer: Any, prefix: str) -> tuple[list[int], list[int]]:
    """The ids before and after those of a text."""
    inner = tokenizer(_SAMPLE, add_special_tokens=False)["input_ids"]
    whole = tokenizer(prefix + _SAMPLE)["input_ids"]
    for start in range(len(whole) - len(inner), -1, -1):
        if whole[start : start + len(inner)] == inner:
            return whole[:start], whole[start + len(inner) :]
    raise InvalidInput(f"the tokenizer reads a text otherwise after {prefix!r}")


def _positions(checkpoint: Checkpoint) -> int:
    config, limit = checkpoint.network.config, checkpoint.tokenizer.model_max_length
    positions = getattr(config, "max_position_embeddings", None) or USUAL_LENGTH
    return min(positions, limit) if limit else positions


def _prefix(checkpoint: Checkpoint) -> str:
    """What T5 was trained to read first, from `task_specific_params`."""
    if checkpoint.prefix:
        return checkpoint.prefix
    return str(task_settings(checkpoint).get("prefix", ""))


def task_settings(checkpoint: Checkpoint) -> dict[str, Any]:
    """The part of `task_specific_params` for the task, and the pair of languages."""
    tasks = checkpoint.settings.get("task_specific_params") or {}
    if checkpoint.task == "summarization":
        return dict(tasks.get("summarization", {}))
    pair = f"translation_{'_to_'.join(_given_pair(checkpoint))}"
    return dict(tasks.get(pair, {}))


def _given_pair(checkpoint: Checkpoint) -> tuple[str, ...]:
    return tuple(map(code_of, _languages(checkpoint)))


def _languages(checkpoint: Checkpoint) -> tuple[str, ...]:
    """The source's and the target's; a summary's target is its source, which may be unsaid."""
    source, target = checkpoint.source_languages, checkpoint.target_languages
    if len(source) > 1 or len(target) > 1:
        raise InvalidInput("an archive of a checkpoint writes one language from one other")
    if checkpoint.task == "summarization":
        known = source or checkpoint.card_languages[:1]
        return (known[0], known[0]) if known else _unsaid(checkpoint)
    said = _said_pair(checkpoint)
    pair = source or said[:1], target or said[1:]
    if not all(pair):
        raise InvalidInput(
            "the checkpoint does not say which languages it translates: give --from and --to"
        )
    return pair[0][0], pair[1][0]


def _unsaid(checkpoint: Checkpoint) -> tuple[str, ...]:
    if language_tokens(checkpoint.tokenizer):
        raise InvalidInput("the checkpoint reads several languages: give --from")
    return ()


def _said_pair(checkpoint: Checkpoint) -> tuple[str, ...]:
    """As Marian's tokenizer says it, or the only one that T5's tasks name."""
    tokenizer = checkpoint.tokenizer
    said = getattr(tokenizer, "source_lang", None), getattr(tokenizer, "target_lang", None)
    if said[0] and said[1] and not language_tokens(tokenizer):
        return code_of(said[0]), code_of(said[1])
    tasks = checkpoint.settings.get("task_specific_params") or {}
    pairs = [name.split("_")[1::2] for name in tasks if name.startswith("translation_")]
    return tuple(pairs[0]) if len(pairs) == 1 else ()
