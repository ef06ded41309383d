import json
from pathlib import Path

import pytest

from salience.gateway.access.api_key import ApiKey
from salience.gateway.access.key_file import read_keys
from salience.gateway.access.known_key import known_key
from salience.v1.models_pb2 import Task
from tests.unit.cli.conftest import Run
from tests.unit.client.fake_service import FakeService


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "keys.json"
    monkeypatch.setenv("SALIENCE_API_KEYS", str(path))
    return path


def created(run: Run, *arguments: str) -> ApiKey:
    result = run("keys", "create", *arguments)
    assert result.exit_code == 0, result.stderr
    key = ApiKey.parse(result.stdout.strip())
    assert key is not None
    return key


def test_a_created_key_is_the_one_that_the_file_knows(run: Run, file: Path) -> None:
    key = created(
        run,
        *("web shop", "--task", "entities", "--model", "a", "--model", "b"),
        *("--calls-per-second", "2.5", "--max-in-flight", "3"),
    )

    [record] = read_keys(file).keys
    known = known_key(record, num_gateways=1)
    assert known.verify(key.secret)
    assert known.caller.scope.tasks == {Task.TASK_ENTITIES}
    assert known.caller.scope.models == {"a", "b"}
    assert (record.calls_per_second, record.max_calls_in_flight) == (2.5, 3)


def test_a_key_for_administrators_is_for_everything(run: Run, file: Path) -> None:
    created(run, "operator", "--admin", "--task", "entities")

    [record] = read_keys(file).keys
    known_key(record, num_gateways=1).caller.scope.require_model("any", Task.TASK_TRANSLATION)


def test_keys_are_listed_without_their_secrets_and_revoked_one_by_one(run: Run, file: Path) -> None:
    first, second = created(run, "first"), created(run, "second", "--task", "entities")

    listed = run("keys", "list").stdout
    assert [line.split()[:4] for line in listed.splitlines()[1:]] == [
        [first.id, "first", "all", "all"],
        [second.id, "second", "entities", "all"],
    ]
    assert first.secret not in listed

    assert run("keys", "revoke", first.id).exit_code == 0
    assert [record.id for record in read_keys(file).keys] == [second.id]
    again = run("keys", "revoke", first.id)
    assert (again.exit_code, again.stderr) == (1, f"salience: there is no key '{first.id}'\n")


@pytest.mark.parametrize(
    ("option", "value"),
    [("--task", "poetry"), ("--calls-per-second", "0"), ("--max-in-flight", "-1")],
)
def test_what_cannot_be_granted_is_wrong_usage(
    run: Run, file: Path, option: str, value: str
) -> None:
    assert run("keys", "create", "name", option, value).exit_code == 2
    assert not file.exists()


@pytest.mark.parametrize("command", [("list",), ("revoke", "00000000"), ("create", "name")])
def test_a_broken_file_is_said_to_be_and_left_as_it_is(
    run: Run, file: Path, command: tuple[str, ...]
) -> None:
    file.write_text(json.dumps({"keys": 1}))

    result = run("keys", *command)

    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert file.read_text() == '{"keys": 1}'


def test_a_service_does_not_start_with_keys_that_it_cannot_read(
    run: Run, file: Path, tmp_path: Path
) -> None:
    result = run("serve", "--archives", str(tmp_path))

    assert result.exit_code == 1
    assert "the file of keys cannot be read: No such file" in result.stderr


def test_commands_show_the_key_of_the_environment(
    run: Run, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALIENCE_API_KEY", "k")

    assert run("translate", "a", "--server", service.target).exit_code == 0
    assert run("models", "--server", service.target).exit_code == 0
    assert service.authorizations == ["Bearer k", "Bearer k"]
