"""Sentences by their lengths, and what is measured of each group."""

from loadtests.translation_lengths import bleu_of, groups
from salience.cli.answering_model import AnsweringModel
from salience.data.parallel_text import SentencePair
from salience.v1.models_pb2 import Limits, Model, Task
from salience.v1.translation_pb2 import Translation


def pair(words: int) -> SentencePair:
    return SentencePair("multi30k", "a " * words, "ein kleiner Hund läuft")


def test_every_sentence_is_in_the_group_of_its_length() -> None:
    pairs = [pair(words) for words in (1, 8, 9, 21, 22, 60)]

    found = {name: len(group) for name, group in groups(pairs)}

    assert found == {"1-8": 2, "9-11": 1, "12-14": 0, "15-17": 0, "18-21": 1, "22 and more": 2}


def test_a_group_is_measured_by_what_the_model_answers() -> None:
    limits = Limits(max_items=1)
    model = AnsweringModel(
        Model(name="parrot", task=Task.TASK_TRANSLATION, limits=limits),
        lambda items, options: [Translation(text="ein kleiner Hund läuft") for _ in items],
    )

    assert round(bleu_of(model, [pair(3), pair(4)]), 3) == 100.0
    assert bleu_of(model, [SentencePair("multi30k", "a", "eine Katze schläft heute")]) < 10
