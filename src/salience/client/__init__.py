"""The typed Python client; it never imports torch."""

from salience.client.answers import answers
from salience.client.client import Client
from salience.client.client_tls import ClientTls
from salience.client.retries import RetryPolicy

__all__ = ["Client", "ClientTls", "RetryPolicy", "answers"]
