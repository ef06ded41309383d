"""The command line: `salience train | evaluate | archive | serve | translate | …`."""

from salience.cli.application import main

__all__ = ["main"]
