"""Which of a checkpoint's language tokens a language code means.

M2M100 writes ISO 639-1, mBART adds a country, and NLLB has ISO 639-3 with a script.
"""

import json
import re
from pathlib import Path
from typing import Any

from salience.errors import InvalidInput

_TOKEN = re.compile(r"[a-z]{2,3}_[A-Z][A-Za-z]{1,3}")
_ISO_639_3: dict[str, str] = json.loads(Path(__file__).with_name("iso_639.json").read_text())
_ISO_639_1 = {long: short for short, long in _ISO_639_3.items()}


def language_tokens(tokenizer: Any) -> list[str]:
    """The tokens by which a multilingual network is told a language; maybe none."""
    if hasattr(tokenizer, "lang_token_to_id"):
        return list(tokenizer.lang_token_to_id)
    codes = getattr(tokenizer, "supported_language_codes", None)
    if codes is not None:
        return list(codes)
    return sorted(token for token in tokenizer.get_vocab() if _TOKEN.fullmatch(token))


def token_of(language: str, tokens: list[str]) -> str:
    """The one of `tokens` that means `language`, which may be a token itself."""
    long = _ISO_639_3.get(language, language)
    whole = [f"__{language}__", f">>{language}<<", f">>{long}<<", language]
    found = [token for token in tokens if token in whole] or [
        token for token in tokens if token.partition("_")[0] in (language, long)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise InvalidInput(f"{language} may be {' or '.join(found)}: say which")
    raise InvalidInput(f"the checkpoint does not know the language {language!r}")


def code_of(language: str) -> str:
    """ISO 639-1 for a code or a token, or ISO 639-3 where there is none shorter."""
    start = language.strip("_<>").partition("_")[0]
    return _ISO_639_1.get(start, start)
