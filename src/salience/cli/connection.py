"""The service that a command calls."""

from salience.client import Client
from salience.client.identity import Identity
from salience.errors import InvalidInput


def client_of(server: str, timeout_seconds: float) -> Client:
    """A client as SALIENCE_API_KEY, SALIENCE_CA_CERTIFICATE, … say.

    Raises:
        InvalidInput: a file cannot be read.
    """
    try:
        return Identity().client(server, timeout_seconds=timeout_seconds)
    except OSError as error:
        raise InvalidInput(f"{error.filename} cannot be read: {error.strerror}") from error
