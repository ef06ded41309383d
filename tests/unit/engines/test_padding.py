from salience.engines.padding import padded


def test_rows_are_filled_with_zeros_to_the_longest() -> None:
    tokens, lengths = padded([[7, 8, 9], [5]])

    assert tokens.tolist() == [[7, 8, 9], [5, 0, 0]]
    assert lengths.tolist() == [3, 1]
