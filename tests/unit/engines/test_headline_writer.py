"""The reference engine on a random network."""

from dataclasses import replace

import pytest
import torch

from salience.decoding.allowed_words import Lexicon
from salience.decoding.line_rules import LineSettings
from salience.decoding.options import DecodingOptions
from salience.engines.headline_request import HeadlineRequest
from salience.engines.pytorch_headline_writer import PyTorchHeadlineWriter
from salience.engines.text_windows import ReadingSettings, central_windows, read_texts
from salience.models.bert_encoder import BertSize
from salience.models.headline_network import HeadlineNetwork, HeadlineSize, RememberedTexts

PIECES = ["[PAD]", "[CLS]", "[SEP]", *(f"{letter}{n}" for letter in "wn" for n in "abcdefgh")]
START, END = 1, 2
SIZE = HeadlineSize(
    BertSize(
        vocabulary=len(PIECES),
        width=16,
        inner_width=32,
        num_heads=2,
        num_layers=1,
        max_len=24,
        num_cases=1,
        dropout=0.0,
    ),
    decoder_layers=1,
    num_styles=2,
)
READING = ReadingSettings(START, END, window=6, overlap=2, most_windows=3)
LINE = LineSettings(DecodingOptions(3, 2), END, max_length=12, min_length=3, blocked_repeat=3)
TEXTS = [[5, 6, 14, 7], [8, 15, 9, 3, 4, 10, 11], [12] * 20]


@pytest.fixture
def writer() -> PyTorchHeadlineWriter:
    torch.manual_seed(5)
    network = HeadlineNetwork(SIZE, torch.tensor([END, 3, 4, 5])).eval()
    return PyTorchHeadlineWriter(network, Lexicon(PIECES, ["wa", "wb", "wc"]), READING, LINE)


def requests(texts: list[list[int]], max_words: int = 0) -> list[list[int]]:
    return [HeadlineRequest(0, max_words, text).tokens() for text in texts]


def test_a_request_survives_being_a_sequence() -> None:
    request = HeadlineRequest(style=1, max_words=7, pieces=[4, 5])

    assert HeadlineRequest.of(request.tokens()) == request


def test_every_text_has_a_line_and_alternatives(writer: PyTorchHeadlineWriter) -> None:
    lines = writer.run(requests(TEXTS))

    assert len(lines) == len(TEXTS)
    assert all(line.tokens and len(line.alternatives) == 1 for line in lines)
    assert all(line.score >= line.alternatives[0].score for line in lines)


def test_a_line_does_not_depend_on_its_neighbours(writer: PyTorchHeadlineWriter) -> None:
    for request, line in zip(requests(TEXTS), writer.run(requests(TEXTS)), strict=True):
        (alone,) = writer.run([request])
        assert alone.tokens == line.tokens
        assert alone.score == pytest.approx(line.score, abs=1e-4)


def test_no_line_has_a_name_that_its_text_lacks(writer: PyTorchHeadlineWriter) -> None:
    for text, line in zip(TEXTS, writer.run(requests(TEXTS)), strict=True):
        assert set(line.tokens) <= {*text, 3, 4, 5}


def test_a_limit_in_words_is_kept(writer: PyTorchHeadlineWriter) -> None:
    (line,) = writer.run(requests([TEXTS[1]], max_words=2))

    assert 1 <= len(line.tokens) <= 2


def test_a_line_is_at_least_as_long_as_it_must_be(writer: PyTorchHeadlineWriter) -> None:
    longer = replace(writer, line=replace(LINE, min_length=7, blocked_repeat=0))

    (line,) = longer.run(requests([4 * TEXTS[1]]))

    assert len(line.tokens) >= 7


def test_all_of_a_text_that_fits_is_seen(writer: PyTorchHeadlineWriter) -> None:
    texts = read_texts(writer.network, TEXTS, READING, "cpu").texts

    assert isinstance(texts, RememberedTexts)
    lengths = texts.visible.sum(-1).flatten().tolist()
    assert texts.pieces[0, :4].tolist() == TEXTS[0]
    assert texts.pieces[1, :7].tolist() == TEXTS[1]
    assert lengths[:2] == [4, 7]
    assert 3 * 4 <= lengths[2] < 20


def test_windows_leave_no_gap_and_their_states_are_their_own(
    writer: PyTorchHeadlineWriter,
) -> None:
    text = TEXTS[1]
    network = writer.network
    assert isinstance(network, HeadlineNetwork)
    whole = read_texts(network, [text], READING, "cpu").texts
    first = network.read(torch.tensor([[START, *text[:6], END]]), torch.tensor([8]))

    assert isinstance(whole, RememberedTexts)
    memory = network.text_memory(first[:, 1:5])
    assert torch.allclose(network.pointer.key(memory)[0, :3], whole.keys[0, :3], atol=1e-5)


def test_of_many_windows_the_first_and_the_central_ones_are_chosen() -> None:
    middle = torch.tensor([[1.0, 1.0]])
    states = [torch.tensor([[-1.0, 0.2]]), torch.tensor([[1.0, -0.9]]), middle, 2 * middle]

    assert central_windows(states, 3) == [0, 2, 3]
    assert central_windows(states, 4) == [0, 1, 2, 3]


def test_the_looks_of_a_line_are_those_of_its_pointer(writer: PyTorchHeadlineWriter) -> None:
    plain, explained = writer.run(requests(TEXTS)), writer.explain(requests(TEXTS))

    assert [one.tokens for one in explained] == [one.tokens for one in plain]
    for text, line in zip(TEXTS, explained, strict=True):
        looks = torch.tensor(line.attention)
        assert looks.shape == (len(line.tokens), len(text))
        torch.testing.assert_close(looks.sum(1), torch.ones(len(looks)))


def test_windows_that_the_decoder_does_not_see_weigh_nothing(writer: PyTorchHeadlineWriter) -> None:
    text = [*range(3, 19), *range(3, 19)]
    (seen,) = read_texts(writer.network, [text], READING, "cpu").seen

    (line,) = writer.explain(requests([text]))

    weights = torch.tensor(line.attention).sum(0)
    assert len(seen) < len(text)
    assert {place for place in range(len(text)) if weights[place] > 0} == set(seen)
