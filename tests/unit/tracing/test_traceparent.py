import pytest

from salience.tracing.traceparent import is_sampled, trace_id_of, traceparent_of

TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
SAMPLED = f"00-{TRACE_ID}-b7ad6b7169203331-01"


def test_a_header_of_the_standard_is_taken_as_it_is() -> None:
    assert traceparent_of(SAMPLED) == SAMPLED
    assert trace_id_of(SAMPLED) == TRACE_ID


@pytest.mark.parametrize(
    "proposed",
    [
        None,
        "",
        "of-this-test",
        SAMPLED.upper(),
        f"{SAMPLED}\n",
        SAMPLED.replace(TRACE_ID, "0" * 32),
        SAMPLED.replace("b7ad6b7169203331", "0" * 16),
        SAMPLED.replace("00-", "ff-"),
    ],
)
def test_any_other_is_ignored(proposed: str | None) -> None:
    assert traceparent_of(proposed) == ""
    assert trace_id_of("") == ""


@pytest.mark.parametrize(
    ("flags", "sampled"), [("00", False), ("01", True), ("02", False), ("03", True)]
)
def test_the_last_bit_says_whether_spans_are_kept(flags: str, sampled: bool) -> None:
    assert is_sampled(SAMPLED[:-2] + flags) is sampled
    assert not is_sampled("")
