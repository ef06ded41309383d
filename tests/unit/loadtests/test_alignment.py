"""The oracle of copied words, on alignments written by hand."""

from loadtests.alignment import Copied, judged
from salience.v1.explanations_pb2 import Alignment, TextPiece
from salience.v1.translation_pb2 import Translation

SOURCE, TARGET = "We paid 25 to Anna in Rome", "Wir zahlten Anna 25 in Rom"


def pieces(text: str) -> list[TextPiece]:
    """Each word, numbers by their digits, and the end."""
    found, place = [], 0
    for word in text.split():
        for part in list(word) if word.isdigit() else [word]:
            start = text.index(part, place)
            place = start + len(part)
            found.append(TextPiece(text=part, start=start, end=place))
    return found


def looking(**places: str) -> Translation:
    """A translation whose pieces look at those source pieces, and else at the first one."""
    source = pieces(SOURCE)
    texts = [piece.text for piece in source]
    weights: list[float] = []
    for piece in pieces(TARGET):
        looked = texts.index(places.get(f"at_{piece.text}", texts[0]))
        weights += [0.9 if place == looked else 0.02 for place in range(len(texts))]
    return Translation(
        text=TARGET,
        alignments=[Alignment(source=source, target=pieces(TARGET), weights=weights)],
    )


def test_a_copy_is_found_where_the_original_stands() -> None:
    found = judged(SOURCE, looking(at_2="2", at_5="5", at_Anna="Anna"))

    assert set(found) == {Copied(is_number=True, found=True), Copied(is_number=False, found=True)}


def test_a_look_elsewhere_is_not_found() -> None:
    found = judged(SOURCE, looking(at_2="to", at_5="to", at_Anna="Anna"))

    assert set(found) == {Copied(is_number=True, found=False), Copied(is_number=False, found=True)}


def test_what_stands_twice_or_only_begins_a_sentence_is_no_copy() -> None:
    twice = "Anna met Anna"

    assert not list(judged(twice, looking(at_Anna="Anna")))
    assert not list(judged("Wir paid", looking()))
