"""What a worker logs, and how."""

import logging
import os

from salience.logs import JsonFormatter, LogFormat, TextFormatter


def log_only_what_matters() -> None:
    """Silence TorchServe's own lines for each request; keep ours."""
    logging.getLogger().setLevel(logging.WARNING)
    logging.getLogger("salience").setLevel(logging.INFO)


def format_worker_logs() -> None:
    """Have TorchServe's handlers write our lines, as the supervisor's setting says.

    To be called when the model is loaded: what keeps it from loading is told in full, since
    no caller's words are in it. As text, TorchServe itself adds time and level.
    """
    is_json = os.environ.get("SALIENCE_LOG_FORMAT") == LogFormat.JSON
    for handler in logging.getLogger().handlers:
        handler.setFormatter(JsonFormatter() if is_json else TextFormatter("%(message)s"))
