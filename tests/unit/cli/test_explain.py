"""`salience explain` against a service, and its pages."""

from html.parser import HTMLParser
from pathlib import Path

import pytest
from google.protobuf.message import Message

from salience.cli.explanation_page import explanation_page
from salience.v1.entities_pb2 import Entities, Entity
from salience.v1.explanations_pb2 import PieceWeights, TextPiece
from salience.v1.images_pb2 import (
    AttentionMap,
    Classification,
    DetectedObject,
    Detection,
    ImageClass,
)
from salience.v1.summarization_pb2 import Summary, SummarySentence
from tests.unit.cli.conftest import Run
from tests.unit.client.fake_service import FakeService, shouted

MAP = AttentionMap(rows=1, columns=2, weights=[0.25, 0.75], overlay=b"\x89PNG")
ANSWERS: dict[str, tuple[str | bytes, Message]] = {
    "a translation": ("<b> & ja", shouted("<b> & ja", explain=True)),
    "entities": (
        "in <b>",
        Entities(
            entities=[
                Entity(text="<b>", label="LOC", attention=PieceWeights(first_piece=1, weights=[1]))
            ],
            pieces=[TextPiece(text="in", end=2), TextPiece(text="<b>", start=3, end=6)],
        ),
    ),
    "chosen sentences": (
        "<b>.",
        Summary(text="<b>.", weighed=[SummarySentence(text="<b>.", end=4, score=0.5)]),
    ),
    "a written line": (
        "<b>",
        Summary(text="<b>", pieces=[TextPiece(text="<b>", end=3)], piece_weights=[1.0]),
    ),
    "an image": (
        b"file",
        Classification(classes=[ImageClass(label="<b>", probability=0.5)], attention=MAP),
    ),
    "objects": (
        b"file",
        Detection(
            objects=[DetectedObject(label="<b>", left=1, width=2, height=2, attention=MAP)],
            width=10,
            height=10,
        ),
    ),
}


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


@pytest.mark.parametrize("name", ANSWERS)
def test_a_page_needs_nothing_from_elsewhere_and_runs_nothing(name: str) -> None:
    item, answer = ANSWERS[name]

    found = Elements(explanation_page("model", item, answer))

    assert "b" not in found.tags  # What is in a text is never markup.
    assert not {"script", "link", "iframe"} & set(found.tags)
    assert all(reference.startswith("data:image") for reference in found.references)
    assert "url(" not in found.styles


def test_the_place_with_most_weight_is_the_warmest() -> None:
    item, answer = ANSWERS["entities"]

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


def test_another_ending_is_refused(run: Run, service: FakeService) -> None:
    result = run("explain", "shouting", "a", "--server", service.target, "--out", "a.gif")

    assert result.exit_code == 2
    assert "neither with .html nor with .png" in result.stderr
    assert not service.calls


def test_what_is_no_answer_has_no_page() -> None:
    with pytest.raises(TypeError, match="no answer"):
        explanation_page("model", "a", object())
