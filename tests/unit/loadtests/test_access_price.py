import pytest

from loadtests import access_price


def test_both_gateways_are_called_over_both_protocols(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["access_price", "--rounds", "1", "--seconds", "0.2"])
    monkeypatch.setattr(access_price, "_NUM_CHECKS", 10)

    access_price.main()

    check, _, *rows = capsys.readouterr().out.splitlines()
    assert "µs without keys" in check
    assert [row.split()[0] for row in rows] == ["gRPC", "HTTP"]
    for row in rows:
        assert all(float(cell.replace(",", "")) > 0 for cell in row.split()[1:])
