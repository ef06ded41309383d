"""Prometheus' programs, from Debian's packages `prometheus` and `prometheus-alertmanager`."""

import os
import shutil

import pytest


def program(name: str) -> str:
    """Its path; without it the test is skipped, but fails in the continuous integration."""
    if found := shutil.which(name):
        return found
    message = f"{name} is not installed: apt-get install prometheus prometheus-alertmanager"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
