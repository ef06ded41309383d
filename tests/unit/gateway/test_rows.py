import pytest
from hypothesis import given
from hypothesis import strategies as st

from salience.gateway.rows import balanced_rows, merged_reply, row_request
from salience.v1.translation_pb2 import TranslateReply, TranslateRequest
from tests.unit.gateway.fake_torchserve import translated

SIZES = st.dictionaries(st.integers(0, 500), st.integers(1, 1000), min_size=1, max_size=100)


@given(
    sizes=SIZES,
    num_idle_workers=st.integers(-3, 8),
    max_items=st.integers(1, 20),
    max_size=st.integers(1, 5000),
)
def test_every_item_is_in_one_row_and_no_row_is_too_long(
    sizes: dict[int, int], num_idle_workers: int, max_items: int, max_size: int
) -> None:
    rows = balanced_rows(
        sizes,
        num_idle_workers=num_idle_workers,
        max_items=max_items,
        max_size=max_size,
    )

    assert sorted(index for row in rows for index in row) == sorted(sizes)
    assert all(1 <= len(row) <= max_items for row in rows)
    for row in rows:
        in_row = [sizes[index] for index in row]
        assert len(row) == 1 or sum(in_row) < max_size + max(in_row)
    assert len(rows) >= min(num_idle_workers, len(sizes))


def test_one_long_text_weighs_as_much_as_many_short_ones() -> None:
    sizes = {0: 10, 1: 10, 2: 1000, 3: 10, 4: 10}

    rows = balanced_rows(sizes, num_idle_workers=2, max_items=16, max_size=2000)

    assert sorted(rows) == [[0, 1, 3, 4], [2]]


@given(texts=st.lists(st.sampled_from(["a", "b", "poison"]), min_size=1, max_size=20))
def test_splitting_a_call_does_not_change_its_results(texts: list[str]) -> None:
    sizes = {index: len(text) for index, text in enumerate(texts)}
    rows = balanced_rows(sizes, num_idle_workers=3, max_items=4, max_size=100)
    replies = [translated(tuple(texts[index] for index in row)) for row in rows]

    merged = merged_reply(TranslateReply(), {}, rows, replies)

    assert list(merged.results) == list(translated(tuple(texts)).results)


def test_a_row_that_fails_as_a_whole_fails_each_of_its_items() -> None:
    merged = merged_reply(
        TranslateReply(), {}, [[0, 2], [1]], [translated(("poison",)), translated(("a",))]
    )

    assert [result.HasField("error") for result in merged.results] == [True, False, True]


def test_a_row_with_the_wrong_number_of_results_is_not_believed() -> None:
    with pytest.raises(ValueError, match="2 items with 1 results"):
        merged_reply(TranslateReply(), {}, [[0, 1]], [translated(("a",))])


def test_a_row_has_everything_of_the_call_but_the_other_texts() -> None:
    call = TranslateRequest(texts=["a", "b"], source_language="en", model="m")

    row = TranslateRequest.FromString(row_request(call, "texts", ["b"]))

    assert row == TranslateRequest(texts=["b"], source_language="en", model="m")
    assert call.texts == ["a", "b"]
