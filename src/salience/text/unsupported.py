"""Numbers and names of a summary that its text does not have."""

import re
import unicodedata
from collections.abc import Container, Iterator

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W_]+")
_BETWEEN_SENTENCES = re.compile(r"[.!?]\s+|\n")


def unsupported(summary: str, text: str, ordinary: Container[str]) -> Iterator[str]:
    """The numbers and the capitalized words of the summary that the text lacks, as written.

    A capital that only begins a sentence does not make a name of one of the `ordinary`
    words.
    """
    numbers = {_plain_number(number) for number in _NUMBER.findall(text)}
    words = {_plain(word) for word in _WORD.findall(text)}
    starts = {0, *(match.end() for match in _BETWEEN_SENTENCES.finditer(summary))}
    for match in _NUMBER.finditer(summary):
        if _plain_number(match[0]) not in numbers:
            yield match[0]
    for match in _WORD.finditer(summary):
        word = match[0]
        begins = match.start() in starts and word == word.capitalize()
        is_name = any(map(str.isupper, word)) and not (begins and _plain(word) in ordinary)
        if is_name and _plain(word) not in words:
            yield word


def _plain_number(number: str) -> str:
    return number.replace(",", "")


def _plain(word: str) -> str:
    """In lower case, without accents."""
    letters = unicodedata.normalize("NFD", word.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
