from salience.engines.sentence_starts import sentence_starts


def test_starts_are_where_the_marker_stands_and_then_the_end() -> None:
    starts, counts = sentence_starts([[1, 5, 6, 1, 7], [1, 9], [1, 1, 1]], marker=1)

    assert starts.tolist() == [[0, 3, 5], [0, 2, 2], [0, 1, 2]]
    assert counts == [2, 1, 3]
