"""Which words a model may write of its own accord, and which it has to copy.

What is mostly capitalized inside of sentences is a name; what has a digit is a number.
Neither may be written, so neither can be invented.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from salience.data.summaries import SummarizedDocument
from salience.text.spelled_words import spelled_words
from salience.text.word_pieces import PiecesOfText, WordPieces

AT_LEAST = 3
"""How often an ordinary word must stand in the texts."""
_ENDS_SENTENCE = frozenset(".!?:;")


class WordInText(NamedTuple):
    """A word as pieces, as the text writes it, and whether a sentence begins with it."""

    pieces: tuple[str, ...]
    spelling: str
    surface: str
    begins: bool


def words_in(text: str, split: PiecesOfText, names: Sequence[str]) -> Iterator[WordInText]:
    """The words of a text; `names` are the vocabulary's pieces by id."""
    begins = True
    for word in spelled_words(split, names):
        surface = text[word.start : word.end]
        yield WordInText(word.pieces, word.spelling, surface, begins)
        begins = surface in _ENDS_SENTENCE


def ordinary_words(words: Iterable[WordInText], *, at_least: int) -> dict[str, tuple[str, ...]]:
    """Words that are mostly written in lower case, with their pieces, in alphabetical order."""
    lower: Counter[str] = Counter()
    total: Counter[str] = Counter()
    pieces: dict[str, tuple[str, ...]] = {}
    for word in words:
        if not word.begins and word.surface.isalpha():
            spelling = word.spelling
            total[spelling] += 1
            lower[spelling] += word.surface.islower()
            pieces[spelling] = word.pieces
    kept = (w for w, count in lower.items() if count >= at_least and 2 * count > total[w])
    return {word: pieces[word] for word in sorted(kept) if "[UNK]" not in pieces[word]}


def generated_pieces(
    targets: Iterable[WordInText], ordinary: dict[str, tuple[str, ...]], *, at_most: int
) -> list[str]:
    """The pieces worth writing: of ordinary words and punctuation, the most frequent."""
    counts: Counter[str] = Counter()
    allowed = {piece for pieces in ordinary.values() for piece in pieces}
    for word in targets:
        if word.spelling in ordinary or not any(c.isalnum() for c in word.spelling):
            counts.update(word.pieces)
            allowed.update(piece for piece in word.pieces if not piece.strip("#").isalnum())
    frequent = [piece for piece, _ in counts.most_common() if piece in allowed]
    return frequent[:at_most]


def write_vocabulary(
    documents: Sequence[SummarizedDocument], pieces: WordPieces, folder: Path, *, at_most: int
) -> list[int]:
    """Write `words.txt` and `generated_pieces.txt`; the ids of the latter, END first."""
    names = pieces.pieces
    texts = [document.document for document in documents]
    lines = [line for document in documents for line in document.references]
    ordinary = ordinary_words(_words(texts, pieces, names), at_least=AT_LEAST)
    written = generated_pieces(_words(lines, pieces, names), ordinary, at_most=at_most)
    generated = [names[pieces.end], *written]
    (folder / "words.txt").write_text("\n".join(ordinary) + "\n", encoding="utf-8")
    (folder / "generated_pieces.txt").write_text("\n".join(generated) + "\n", encoding="utf-8")
    ids = {name: number for number, name in enumerate(names)}
    return [ids[name] for name in generated]


def _words(texts: Sequence[str], pieces: WordPieces, names: Sequence[str]) -> Iterator[WordInText]:
    for text, split in zip(texts, pieces.split(texts), strict=True):
        yield from words_in(text, split, names)
