"""What a command's exit code says."""

from salience.errors import InvalidInput, ServingError

FAILED = 1
INVALID_INPUT = 2
INTERRUPTED = 130
"""As shells have it: 128 and the number of SIGINT."""


def exit_code_of(error: ServingError) -> int:
    """2 where the caller must change something, as for wrong usage; otherwise 1."""
    return INVALID_INPUT if isinstance(error, InvalidInput) else FAILED
