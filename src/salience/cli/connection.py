"""The service that a command calls."""

import os

from salience.client import Client


def client_of(server: str, timeout_seconds: float) -> Client:
    """A client that shows the key in SALIENCE_API_KEY.

    It is read from the environment only: other users of the machine see a command's arguments.
    """
    return Client(
        server, api_key=os.environ.get("SALIENCE_API_KEY"), timeout_seconds=timeout_seconds
    )
