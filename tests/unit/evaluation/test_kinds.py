"""Every task reads its data in each form it comes in, and counts what is right."""

from collections.abc import Callable
from pathlib import Path

import pytest

from salience.errors import InvalidInput
from salience.evaluation.kinds import evaluation_of
from salience.v1.entities_pb2 import Entities, Entity
from salience.v1.images_pb2 import Classification, ImageClass
from salience.v1.models_pb2 import Task
from salience.v1.summarization_pb2 import Summary
from salience.v1.translation_pb2 import Translation
from tests.unit.evaluation.files import PAIRS, SUMMARIES, TAGGED, packed, plain, xz

TASKS = [name.removeprefix("TASK_").lower() for name in Task.keys()[1:]]
FORMS: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "pairs": ("translation", lambda folder: plain(folder / "test.tsv", PAIRS)),
    "compressed pairs": ("translation", lambda folder: xz(folder / "test.tsv.xz", PAIRS)),
    "words": ("entities", lambda folder: plain(folder / "test.conll", TAGGED)),
    "compressed words": ("entities", lambda folder: xz(folder / "test.conll.xz", TAGGED)),
    "archived words": (
        "entities",
        lambda folder: packed(
            folder / "corpus.tar.xz",
            {"corpus/test.conll": TAGGED.encode(), "corpus/dev.conll": b""},
        ),
    ),
    "documents": ("summarization", lambda folder: plain(folder / "test.jsonl", SUMMARIES)),
    "archived documents": (
        "summarization",
        lambda folder: packed(folder / "news.tar", {"any/test.jsonl": SUMMARIES.encode()}),
    ),
    "pictures": (
        "image_classification",
        lambda folder: packed(folder / "a.tar", {"hat/1.jpg": b"1", "shoe/2.png": b"2"}),
    ),
}


@pytest.mark.parametrize("task", TASKS)
def test_every_task_can_be_evaluated(task: str) -> None:
    assert evaluation_of(task).metrics


@pytest.mark.parametrize(("task", "make"), FORMS.values(), ids=FORMS)
def test_each_form_of_a_data_file_is_read(
    task: str, make: Callable[[Path], Path], tmp_path: Path
) -> None:
    evaluation = evaluation_of(task)

    examples = evaluation.read(make(tmp_path), "test")

    assert len(examples) == 2
    assert len([evaluation.item(example) for example in examples]) == 2


@pytest.mark.parametrize(
    ("task", "content", "message"),
    [
        ("translation", "one column\n", "line 1: two columns"),
        ("entities", "Ada PER\n", "line 1: 'PER' is no IOB2 tag"),
        ("summarization", '{"document": "x"}\n', "line 1: a JSON object with the keys"),
        ("summarization", "no JSON\n", "line 1: a JSON object with the keys"),
        ("image_classification", "text", "neither a folder nor a tar archive"),
    ],
)
def test_a_file_of_another_form_is_refused_in_words(
    task: str, content: str, message: str, tmp_path: Path
) -> None:
    file = plain(tmp_path / "data.txt", content)

    with pytest.raises(InvalidInput, match=message):
        list(evaluation_of(task).read(file, "test"))


def test_an_archive_without_the_part_says_what_it_holds(tmp_path: Path) -> None:
    archive = packed(tmp_path / "corpus.tar.xz", {"corpus/dev.conll": TAGGED.encode()})

    with pytest.raises(InvalidInput, match=r"no file for test.conll: it holds corpus/dev.conll"):
        evaluation_of("entities").read(archive, "test")


def test_what_is_no_text_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "latin.tsv").write_bytes(b"caf\xe9\tKaffee\n")
    (tmp_path / "broken.tsv.xz").write_bytes(b"no xz")

    with pytest.raises(InvalidInput, match="not UTF-8 at byte 3"):
        evaluation_of("translation").read(tmp_path / "latin.tsv", "")
    with pytest.raises(InvalidInput, match="cannot be unpacked"):
        evaluation_of("translation").read(tmp_path / "broken.tsv.xz", "")


def test_a_translation_like_the_reference_is_worth_everything(tmp_path: Path) -> None:
    evaluation = evaluation_of("translation")
    pairs = evaluation.read(plain(tmp_path / "t.tsv", "a\tEins zwei drei vier fünf.\n"), "")

    right = evaluation.judge(pairs[0], Translation(text=pairs[0].target))  # type: ignore[index]
    wrong = evaluation.judge(pairs[0], None)  # type: ignore[index]

    figures = evaluation.measure([right])
    assert figures["bleu"].value == pytest.approx(100)
    assert figures["chrf"].value == pytest.approx(100)
    assert "tok:13a" in figures["bleu"].signature
    assert evaluation.measure([wrong])["bleu"].value == 0


def test_a_summary_is_compared_to_the_closest_of_its_references(tmp_path: Path) -> None:
    line = '{"document": "d", "summary": "dogs bark", "references": ["dogs bark", "cats slept"]}'
    evaluation = evaluation_of("summarization")
    (document,) = evaluation.read(plain(tmp_path / "s.jsonl", line), "")
    summary = Summary(text="cats sleep", unsupported=["7"])

    figures = evaluation.measure([evaluation.judge(document, summary)])

    assert figures["rouge1"].value == 50
    assert figures["rouge2"].value == 0
    assert figures["unsupported"].value == 100
    assert evaluation.measure([evaluation.judge(document, None)])["rouge1"].value == 0


def test_the_right_class_may_be_the_first_or_among_five(tmp_path: Path) -> None:
    names = [f"{label}/1.jpg" for label in ("hat", "shoe", "skirt")]
    evaluation = evaluation_of("image_classification")
    images = evaluation.read(packed(tmp_path / "a.tar", dict.fromkeys(names, b"")), "test")
    answer = Classification(classes=[ImageClass(label="hat"), ImageClass(label="shoe")])

    figures = evaluation.measure([evaluation.judge(image, answer) for image in images])

    assert figures["top1"].value == pytest.approx(100 / 3)
    assert figures["top5"].value == pytest.approx(200 / 3)


def entity(label: str, start: int, end: int) -> Entity:
    return Entity(label=label, start=start, end=end)


def test_a_name_counts_when_it_is_found_exactly(tmp_path: Path) -> None:
    words = "New\tB-LOC\nYork\tI-LOC\nand\tO\nAda\tB-PER\n"
    evaluation = evaluation_of("entities")
    (sentence,) = evaluation.read(plain(tmp_path / "t.conll", words), "")
    exact, short = [entity("LOC", 0, 8), entity("PER", 13, 16)], [entity("LOC", 0, 3)]

    both = evaluation.measure([evaluation.judge(sentence, Entities(entities=exact))])
    half = evaluation.measure([evaluation.judge(sentence, Entities(entities=[exact[0]]))])
    none = evaluation.measure([evaluation.judge(sentence, Entities(entities=short))])

    assert both["f1"].value == 100
    assert (half["precision"].value, half["recall"].value) == (100, 50)
    assert none["f1"].value == 0
