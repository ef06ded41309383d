import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from salience.gateway.settings import GatewaySettings

TLS: dict[str, Any] = {"tls_certificate": Path("chain.pem"), "tls_key": Path("key.pem")}
KEYS: dict[str, Any] = {"api_keys": Path("keys.json")}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_on_loopback_nothing_need_be_guarded(host: str) -> None:
    assert GatewaySettings(host=host).host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "gateway", ""])
@pytest.mark.parametrize("guards", [{}, TLS, KEYS], ids=["nothing", "TLS", "keys"])
def test_another_host_needs_both_tls_and_keys(host: str, guards: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="SALIENCE_ALLOW_INSECURE=true"):
        GatewaySettings(host=host, **guards)
    assert GatewaySettings(host=host, **TLS, **KEYS).host == host
    assert GatewaySettings(host=host, allow_insecure=True).host == host


@pytest.mark.parametrize(
    "half",
    [
        {"tls_certificate": Path("chain.pem")},
        {"tls_key": Path("key.pem")},
        {"tls_client_ca": Path("ca.pem")},
    ],
)
def test_half_of_tls_is_refused(half: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="tls_certificate"):
        GatewaySettings(**half)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"SALIENCE_HOST": "0.0.0.0"}, "others can reach 0.0.0.0"),
        ({"SALIENCE_API_KEYS": "missing.json"}, "the file of keys cannot be read"),
    ],
)
def test_a_gateway_that_must_not_start_says_why_in_a_line(
    settings: dict[str, str], said: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "salience.gateway"],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
