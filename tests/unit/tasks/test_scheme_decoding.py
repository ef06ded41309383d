import numpy as np
import pytest

from salience.tasks.scheme_decoding import SchemeDecoder

DECODER = SchemeDecoder(["I-LOC", "O", "I-PER", "B-PER"])


def test_labels_are_in_the_order_of_the_network() -> None:
    assert DECODER.labels == ["LOC", "PER"]


def test_a_name_may_begin_inside_as_in_iob1() -> None:
    table = np.array([[0.7, 0.1, 0.1, 0.1], [0.6, 0.2, 0.1, 0.1], [0.1, 0.7, 0.1, 0.1]])

    (span,) = DECODER.spans(np.log(table).astype(np.float32))

    assert span[:3] == ("LOC", 0, 2)
    assert span.score == pytest.approx(0.6)


def test_nothing_has_no_names() -> None:
    assert DECODER.spans(np.empty((0, 4), dtype=np.float32)) == []
