"""Logs as JSON, one object a line; quiet unless something is wrong."""

import json
import logging
import sys
from typing import Final

_EXTRAS: Final = ("request_id", "model", "status")


class JsonFormatter(logging.Formatter):
    """Time, level, logger and message; the request id and the like where they are known."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, with the traceback inside it."""
        entry = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry |= {key: getattr(record, key) for key in _EXTRAS if hasattr(record, key)}
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def configure_logs() -> None:
    """Send the logs of this process to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
