"""Logs as text or as JSON, one object a line; both without what callers sent."""

import json
import logging
import sys
import traceback
from enum import StrEnum
from types import TracebackType
from typing import Final, TypeAlias

_EXTRAS: Final = ("request_id", "trace_id", "model", "status")
_TEXT: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"

_ExcInfo: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


class LogFormat(StrEnum):
    """How lines are written."""

    TEXT = "text"
    JSON = "json"


class TextFormatter(logging.Formatter):
    """Lines for people; the request id and the like at the end, where they are known."""

    def __init__(self, pattern: str = _TEXT) -> None:
        super().__init__(pattern)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """The line, without the traceback that may follow."""
        known = " ".join(f"{name}={value}" for name, value in _extras(record).items())
        return super().formatMessage(record) + (f" [{known}]" if known else "")

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802
        """Where it happened."""
        return _without_words(ei[1])


class JsonFormatter(logging.Formatter):
    """Time, level, logger and message; the request id and the like where they are known."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, with the traceback inside it."""
        entry: dict[str, object] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry |= _extras(record)
        if record.exc_info:
            entry["exception"] = _without_words(record.exc_info[1])
        return json.dumps(entry, ensure_ascii=False)


def configure_logs(log_format: LogFormat) -> None:
    """Send the logs of this process to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(TextFormatter() if log_format is LogFormat.TEXT else JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def as_json_line(line: bytes, *, logger: str) -> bytes:
    """A line that another program wrote, as JSON; the same line when it is an object already."""
    if line.startswith(b'{"time": '):
        return line
    message = line.decode(errors="replace").rstrip("\n")
    record = logging.makeLogRecord({"name": logger, "levelname": "INFO", "msg": message})
    return JsonFormatter().format(record).encode() + b"\n"


def _extras(record: logging.LogRecord) -> dict[str, object]:
    found = {name: getattr(record, name, None) for name in _EXTRAS}
    return {name: value for name, value in found.items() if value}


def _without_words(error: BaseException | None) -> str:
    """The frames and the types of an exception and its causes: messages may quote a caller."""
    places: list[str] = []
    while error is not None:
        frames = traceback.format_tb(error.__traceback__)
        places.insert(0, "".join([*frames, type(error).__qualname__]))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\n".join(places)
