from itertools import islice

import pytest

from loadtests.draw_requests import running_text
from loadtests.pictures import read_pictures
from loadtests.sentences import endless_groups, read_sentences

NUMBERS = range(20)


@pytest.mark.parametrize("task", ["translation", "entities", "summarization"])
def test_the_request_files_hold_sentences_enough(task: str) -> None:
    sentences = read_sentences(task)

    assert len(sentences) >= 60
    assert len(set(sentences)) == len(sentences)
    assert all(sentence.text.strip() == sentence.text for sentence in sentences)


def test_there_are_pictures_of_several_kinds() -> None:
    pictures = read_pictures()

    assert len(pictures) >= 15
    assert len({picture.label for picture in pictures}) >= 5
    assert sum(len(picture.content) for picture in pictures) < 500_000


def test_every_sentence_to_read_has_its_names() -> None:
    for sentence in read_sentences("entities"):
        assert sentence.names
        assert all(name in sentence.text for name in sentence.names)


def test_a_seed_decides_the_order() -> None:
    first, same, other = (
        list(islice(endless_groups(NUMBERS, 4, seed=seed), 5)) for seed in (1, 1, 2)
    )

    assert first == same != other


def test_groups_never_run_out() -> None:
    groups = list(islice(endless_groups(NUMBERS, 7, seed=1), 100))

    assert all(len(group) == 7 for group in groups)


def test_tokens_become_running_text() -> None:
    tokens = ["He", "does", "n't", "like", "Ann", "'s", "pie", "(", "$", "5", ")", "."]

    assert running_text(tokens) == "He doesn't like Ann's pie ($5)."
