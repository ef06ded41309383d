"""The command line as a whole."""

import sys
from importlib.metadata import version

import pytest

from salience.cli import main
from tests.unit.cli.conftest import Run


class Interrupting:
    """An importer that Ctrl-C meets."""

    def find_spec(self, name: str, *_: object) -> None:
        raise KeyboardInterrupt


def test_ctrl_c_while_the_commands_load_is_an_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "salience.cli.commands")
    monkeypatch.setattr(sys, "meta_path", [Interrupting()])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 130


def test_the_version_is_told(run: Run) -> None:
    result = run("--version")

    assert result.stdout == f"salience {version('salience')}\n"
    assert result.exit_code == 0


def test_the_commands_are_explained_without_options(run: Run) -> None:
    assert "Train, package, serve and use attention models." in run("--help").output
