import pytest

from salience.decoding.allowed_words import AllowedWords, Lexicon, SortedWords

PIECES = [
    "[END]", "we", "train", "##s", "elm", "##o", "bert", "on", "95", "2", "3", ".", "5", "7",
    "%", "##5", "with", ",", "##3", "wit", "##h", "read",
]  # fmt: skip
IDS = {piece: number for number, piece in enumerate(PIECES)}
TEXT = ["we", "train", "elm", "##o", "on", "2", ".", "5", ",", "7", "3", ".", "7", ",", "95", "%"]


@pytest.fixture
def allowed() -> AllowedWords:
    lexicon = Lexicon(PIECES, ["reads", "trains", "with", "on"])
    return AllowedWords(lexicon, [IDS[piece] for piece in TEXT])


def test_sorted_words_know_themselves_and_their_beginnings() -> None:
    words = SortedWords(["trains", "on", "on"])

    assert "on" in words
    assert "train" not in words
    assert words.has_prefix("train")
    assert not words.has_prefix("trainz")


def test_pieces_become_words() -> None:
    lexicon = Lexicon(PIECES, [])

    assert lexicon.words([IDS[p] for p in ["elm", "##o", "on", "2"]]) == ["elmo", "on", "2"]


@pytest.mark.parametrize(
    ("written", "piece"),
    [
        (["we"], "train"),
        (["train"], "##s"),
        (["read"], "##s"),
        (["elm"], "##o"),
        (["we"], "with"),
        (["on"], "95"),
        (["95"], "%"),
        (["2", "."], "5"),
        (["on"], ","),
    ],
)
def test_ordinary_words_and_those_of_the_text_may_be_written(
    allowed: AllowedWords, written: list[str], piece: str
) -> None:
    assert allowed.allows(written, piece)


@pytest.mark.parametrize(
    ("written", "piece"),
    [
        (["we"], "bert"),
        (["elm"], "##s"),
        (["elm"], "on"),
        (["2"], "##5"),
        (["3", "."], "5"),
        (["2", "."], "7"),
        (["2"], "%"),
    ],
)
def test_names_and_numbers_that_the_text_lacks_may_not(
    allowed: AllowedWords, written: list[str], piece: str
) -> None:
    assert not allowed.allows(written, piece)


def test_a_line_may_end_only_where_a_word_does(allowed: AllowedWords) -> None:
    assert allowed.is_complete(["we", "elmo"])
    assert not allowed.is_complete(["we", "elm"])
    assert not allowed.is_complete(["3", ".", "5"])
    assert allowed.is_complete([])
