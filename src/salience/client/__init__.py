"""The typed Python client; it never imports torch."""

from salience.client.answers import answers
from salience.client.client import Client
from salience.client.retries import RetryPolicy

__all__ = ["Client", "RetryPolicy", "answers"]
