import pytest

from salience.text.unsupported import unsupported

TEXT = "We train BERT and Résnet50 on 1,000 pictures; accuracy is 95.5 % in Zürich."
ORDINARY = {"we", "train", "networks", "on", "pictures"}


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        ("We train BERT on 1000 pictures in Zurich.", []),
        ("We train GPT on pictures.", ["GPT"]),
        ("Accuracy is 95.6 % on 1,000 pictures", ["95.6"]),
        ("Accuracy is 95 % ", ["95"]),
        ("Networks on pictures. Pictures train networks", []),
        ("Networks from Paris", ["Paris"]),
        ("Kim trains networks", ["Kim"]),
        ("Résnet50 and resnet50", []),
        ("We use 3 and 7 in Rome", ["3", "7", "Rome"]),
        ("", []),
    ],
)
def test_numbers_and_names_of_its_own_are_found(summary: str, expected: list[str]) -> None:
    assert list(unsupported(summary, TEXT, ORDINARY)) == expected
