"""`salience explain` against a service, and its pages."""

from html.parser import HTMLParser
from pathlib import Path

import pytest
from google.protobuf.message import Message

from salience.cli.answering_model import CALLS, ITEMS
from salience.cli.explanation_page import explanation_page
from salience.errors import InvalidInput
from salience.v1.explanations_pb2 import TextPiece
from salience.v1.images_pb2 import AttentionMap, GeneratedImage
from salience.v1.models_pb2 import Task
from salience.v1.summarization_pb2 import Summary
from tests.unit.cli.conftest import Run
from tests.unit.client.fake_service import FakeService
from tests.unit.explained_answers import EVERY, EXPLAINED, NOT_EXPLAINED, TASKS, png
from tests.unit.generators import write_generator


class Elements(HTMLParser):
    """Notes the tags of a page and what they refer to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.references: list[str] = []
        self.styles = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.references += [v or "" for name, v in attrs if name in ("src", "href")]
        self.styles += "".join(v or "" for name, v in attrs if name == "style")


def test_every_task_can_be_asked_here_and_there_and_has_an_answer_that_is_shown() -> None:
    assert set(EXPLAINED) == set(CALLS) == TASKS
    assert {f"TASK_{name.upper()}" for name in ITEMS} == {Task.Name(task) for task in TASKS}


@pytest.mark.parametrize(("item", "answer"), EVERY)
def test_a_page_needs_nothing_from_elsewhere_and_runs_nothing(
    item: str | bytes | int, answer: Message
) -> None:
    found = Elements(explanation_page("model", item, answer))

    assert "b" not in found.tags  # What is in a text is never markup.
    assert not {"script", "link", "iframe"} & set(found.tags)
    assert all(reference.startswith("data:image") for reference in found.references)
    assert "url(" not in found.styles
    assert {"img", "p"} & set(found.tags)  # The item itself, whatever was found in it.


@pytest.mark.parametrize(("item", "answer"), NOT_EXPLAINED)
def test_an_answer_without_attention_has_no_page(item: str | bytes | int, answer: Message) -> None:
    with pytest.raises(InvalidInput, match="ask for it with explain"):
        explanation_page("model", item, answer)


def test_a_character_that_pieces_share_is_written_once_and_weighs_what_they_weigh_together() -> (
    None
):
    shared = [TextPiece(start=2, end=3)] * 3 + [TextPiece(start=2, end=4)]
    answer = Summary(pieces=[TextPiece(end=2), *shared], piece_weights=[0.5, 0.5, 0.25, 0.25, 0])

    page = explanation_page("model", "a 👍!", answer)

    assert page.count("👍") == page.count("!</mark>") == 1
    assert 'rgba(255,96,0,1.000)" title="1.0000">👍</mark>' in page


def test_the_place_with_most_weight_is_the_warmest() -> None:
    item, answer = EXPLAINED[Task.TASK_ENTITIES][0]

    page = explanation_page("model", item, answer)

    assert 'rgba(255,96,0,1.000)" title="1.0000">&lt;b&gt;</mark>' in page
    assert 'rgba(255,96,0,0.000)" title="0.0000">in</mark>' in page


def test_a_service_is_asked_to_explain_and_the_page_is_written(
    run: Run, service: FakeService, tmp_path: Path
) -> None:
    file = tmp_path / "page.html"

    result = run(
        "explain", "shouting", "good <day>", *("--server", service.target, "--out", str(file))
    )

    assert result.exit_code == 0, result.stderr
    assert service.calls[-1].explain
    assert "GOOD &lt;DAY&gt;" in file.read_text()
    assert result.stdout.strip() == str(file)


def test_a_png_is_drawn(run: Run, service: FakeService, tmp_path: Path) -> None:
    file = tmp_path / "page.png"

    run("explain", "shouting", "good day", *("--server", service.target, "--out", str(file)))

    assert file.read_bytes().startswith(b"\x89PNG")


def test_one_place_of_a_made_picture_that_draws_most_leaves_the_others_visible() -> None:
    weights = [0.5] + [0.001] * 50 + [0.01] * 5
    looked = AttentionMap(rows=7, columns=8, weights=weights)

    page = explanation_page("model", 7, GeneratedImage(png=png(), attention=looked))

    assert page.count("rgba(255,96,0,0.700)") == 6


def test_a_seed_is_explained_in_this_process_with_the_picture_beside_its_map(
    run: Run, tmp_path: Path
) -> None:
    write_generator(tmp_path / "drawing")
    file = tmp_path / "page.html"
    local = ("--local", "--model-store", str(tmp_path), "--out", str(file))

    result = run("explain", "drawing", "7", *local)

    assert result.exit_code == 0, result.stderr
    assert Elements(file.read_text()).tags.count("img") == 2


@pytest.mark.parametrize("seed", ["x", "1.5", "4294967296"])
def test_what_is_no_seed_is_refused(run: Run, tmp_path: Path, seed: str) -> None:
    write_generator(tmp_path / "drawing")

    result = run("explain", "drawing", seed, "--local", "--model-store", str(tmp_path))

    assert result.exit_code == 2
    assert f"{seed} is no seed" in result.stderr


def test_a_file_that_cannot_be_written_is_named(
    run: Run, service: FakeService, tmp_path: Path
) -> None:
    file = tmp_path / "nowhere" / "page.html"

    result = run("explain", "shouting", "a", "--server", service.target, "--out", str(file))

    assert result.exit_code == 2
    assert f"{file} cannot be written: No such file or directory" in result.stderr


def test_another_ending_is_refused(run: Run, service: FakeService) -> None:
    result = run("explain", "shouting", "a", "--server", service.target, "--out", "a.gif")

    assert result.exit_code == 2
    assert "neither with .html nor with .png" in result.stderr
    assert not service.calls


def test_what_is_no_answer_has_no_page() -> None:
    with pytest.raises(TypeError, match="no answer"):
        explanation_page("model", "a", object())
