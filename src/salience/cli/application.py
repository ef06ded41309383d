"""What `salience` runs."""

import sys

from salience.cli.exit_codes import INTERRUPTED


def main() -> None:
    """Run the command line; Ctrl-C ends it without a traceback, even while it loads."""
    try:
        from salience.cli.commands import app  # takes long enough to be interrupted

        app()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
