from loadtests.attention import table


def test_every_mechanism_that_pytorch_has_agrees_with_it_and_is_timed() -> None:
    shown = table([5], turns=2)

    assert shown.row_count == 5
