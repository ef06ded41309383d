import pytest

from salience.addresses import is_loopback, with_port


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        *(("127.0.0.1", True), ("127.1.2.3", True), ("::1", True), ("localhost", True)),
        *(("0.0.0.0", False), ("::", False), ("10.0.0.1", False), ("worker", False), ("", False)),
    ],
)
def test_only_this_machine_reaches_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", "127.0.0.1:80"), ("worker", "worker:80"), ("::1", "[::1]:80")],
)
def test_an_address_of_version_6_is_in_brackets(host: str, expected: str) -> None:
    assert with_port(host, 80) == expected
