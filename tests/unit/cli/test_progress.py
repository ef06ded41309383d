import pytest

from salience.cli.progress import bar


def test_a_bar_is_quiet_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with bar("counting", total=2) as done:
        done(1)
        done(1)

    assert capsys.readouterr() == ("", "")
