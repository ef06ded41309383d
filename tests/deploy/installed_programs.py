"""Programs that are no Python packages: Prometheus' and Kubernetes'."""

import os
import shutil

import pytest

_PACKAGES = {
    "amtool": "prometheus-alertmanager",
    "kubectl": "kubectl",
    "prometheus": "prometheus",
    "prometheus-alertmanager": "prometheus-alertmanager",
    "promtool": "prometheus",
}


def program(name: str) -> str:
    """Its path; without it the test is skipped, but fails in the continuous integration."""
    if found := shutil.which(name):
        return found
    message = f"{name} is not installed: apt-get install {_PACKAGES[name]}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
