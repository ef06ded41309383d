import pytest

from salience.data.tag_schemes import names_of, read_tags

SCHEMES: dict[str, tuple[list[str], list[tuple[str, int, int]]]] = {
    "IOB2": (
        ["B-PER", "I-PER", "O", "B-LOC", "B-LOC"],
        [("PER", 0, 2), ("LOC", 3, 4), ("LOC", 4, 5)],
    ),
    "IOB1": (
        ["I-PER", "I-PER", "O", "I-LOC", "B-LOC"],
        [("PER", 0, 2), ("LOC", 3, 4), ("LOC", 4, 5)],
    ),
    "BIOES": (
        ["B-PER", "E-PER", "S-PER", "S-LOC", "O"],
        [("PER", 0, 2), ("PER", 2, 3), ("LOC", 3, 4)],
    ),
    "BILOU": (
        ["B-PER", "I-PER", "L-PER", "U-LOC", "U-LOC"],
        [("PER", 0, 3), ("LOC", 3, 4), ("LOC", 4, 5)],
    ),
    "bare labels": (
        ["PER", "PER", "O", "LOC", "PER"],
        [("PER", 0, 2), ("LOC", 3, 4), ("PER", 4, 5)],
    ),
    "a label that changes": (["B-PER", "I-LOC", "O"], [("PER", 0, 1), ("LOC", 1, 2)]),
    "underscores": (["B_PER", "I_PER", "O"], [("PER", 0, 2)]),
    "a bare label that looks like a prefix": (
        ["E-mail", "PER", "O"],
        [("E-mail", 0, 1), ("PER", 1, 2)],
    ),
    "nothing": ([], []),
}


@pytest.mark.parametrize(("tags", "names"), SCHEMES.values(), ids=SCHEMES)
def test_names_are_read_off_tags_of_any_scheme(
    tags: list[str], names: list[tuple[str, int, int]]
) -> None:
    assert list(names_of(read_tags(tags))) == names
