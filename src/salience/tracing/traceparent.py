"""The header by which a call says which trace it belongs to: https://www.w3.org/TR/trace-context/."""

import re

TRACEPARENT = "traceparent"
TRACESTATE = "tracestate"

_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
)


def traceparent_of(proposed: str | None) -> str:
    """The header as it came when it is as it must be, else nothing."""
    return proposed if proposed and _TRACEPARENT.fullmatch(proposed) else ""


def trace_id_of(traceparent: str) -> str:
    """The trace's id; nothing when there is no trace."""
    return traceparent[3:35]


def is_sampled(traceparent: str) -> bool:
    """Whether the spans of the call are kept."""
    return bool(traceparent) and bool(int(traceparent[53:55], 16) & 1)
