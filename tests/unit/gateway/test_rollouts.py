import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from salience.gateway.rollout.rollout_file import (
    BadRolloutFile,
    Rollout,
    RolloutFile,
    write_rollouts,
)
from salience.v1.models_pb2 import Model
from salience.v1.translation_pb2 import TranslateReply, TranslateResult, Translation
from tests.unit.gateway.fake_torchserve import (
    ENTITY_MODEL,
    TRANSLATOR,
    FakeTorchServe,
    torchserve_error,
)
from tests.unit.gateway.harness import (
    Harness,
    HttpReply,
    running_harness,
    translate_body,
    translate_request,
    wait_until,
)

NEXT = "translation-next"


WRONG = [
    ("{", "Invalid JSON"),
    ('{"rollouts": {"a": {"percent": 5}}}', "rollouts.a.candidate: Field required"),
    ('{"rollouts": {"a": {"candidate": "b", "percent": 400}}}', "rollouts.a.percent: "),
    ('{"rollouts": {"a": {"candidate": "b", "weight": 5}}}', "rollouts.a.weight: "),
    ('{"rollouts": {"a": {"candidate": "a"}}}', "rollouts: a is its own candidate"),
]


def translated_next(texts: Sequence[Any]) -> TranslateReply:
    """What the candidate answers: the same with another score, but for `hello`."""
    return TranslateReply(
        results=[
            TranslateResult(
                translation=Translation(text="HALLO" if t == "hello" else t.upper(), score=-0.5)
            )
            for t in texts
        ]
    )


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rollouts") / "rollouts.json"


@pytest.fixture(scope="module")
def shared(file: Path) -> Iterator[Harness]:
    candidate = Model()
    candidate.CopyFrom(TRANSLATOR)
    candidate.name = NEXT
    models = {model.name: model for model in (TRANSLATOR, candidate, ENTITY_MODEL)}
    fake = FakeTorchServe(models=models, answers={NEXT: translated_next})
    with running_harness(fake, rollouts=file) as harness:
        yield harness


@pytest.fixture
def gateway(shared: Harness, file: Path) -> Harness:
    shared.fake.forget()
    file.unlink(missing_ok=True)
    return shared


def roll_out(file: Path, **rollout: Any) -> None:
    content = RolloutFile(rollouts={TRANSLATOR.name: Rollout(candidate=NEXT, **rollout)})
    write_rollouts(file, content)


def ask(
    gateway: Harness, text: str = "a", *, request_id: str = "r", variant: str = ""
) -> HttpReply:
    headers = {"x-request-id": request_id, **({"x-salience-variant": variant} if variant else {})}
    return gateway.http("POST", "/v1/translate", translate_body(text), headers=headers)


def answered_by(gateway: Harness, **asked: Any) -> str:
    return str(ask(gateway, **asked).json["model"])


def chosen(gateway: Harness) -> list[str]:
    """The request ids of thirty that the candidate answers."""
    ids = map(str, range(30))
    return [number for number in ids if answered_by(gateway, request_id=number) == NEXT]


def shadowed(gateway: Harness, outcome: str) -> float:
    name = f'salience_shadow_items_total{{model="{TRANSLATOR.name}",outcome="{outcome}"}} '
    lines = [line for line in gateway.metrics().splitlines() if line.startswith(name)]
    return float(lines[0].rpartition(" ")[2]) if lines else 0.0


def test_calls_are_shared_by_weight_and_a_request_id_always_goes_the_same_way(
    gateway: Harness, file: Path
) -> None:
    roll_out(file, percent=20)
    some = chosen(gateway)
    assert 3 <= len(some) <= 12
    assert chosen(gateway) == some

    roll_out(file, percent=60)
    assert set(chosen(gateway)) > set(some)


def test_promotion_and_the_way_back_are_followed_at_once(gateway: Harness, file: Path) -> None:
    roll_out(file, percent=100)
    assert answered_by(gateway) == NEXT

    write_rollouts(file, RolloutFile())
    assert answered_by(gateway) == TRANSLATOR.name


def test_a_caller_may_choose_over_http_and_grpc(gateway: Harness, file: Path) -> None:
    roll_out(file)
    assert answered_by(gateway, variant="candidate") == NEXT
    metadata = (("x-salience-variant", "candidate"),)
    assert gateway.translation.Translate(translate_request("a"), metadata=metadata).model == NEXT

    roll_out(file, percent=100)
    assert answered_by(gateway, variant="stable") == TRANSLATOR.name


def test_a_variant_that_there_is_not_is_refused(gateway: Harness, file: Path) -> None:
    roll_out(file)

    reply = ask(gateway, variant="canary")

    assert reply.status == 400
    assert reply.json["violations"][0]["field"] == "x-salience-variant"


def test_a_candidate_of_another_task_is_refused(gateway: Harness, file: Path) -> None:
    stranger = Rollout(candidate=ENTITY_MODEL.name, percent=100)
    write_rollouts(file, RolloutFile(rollouts={TRANSLATOR.name: stranger}))

    response = ask(gateway, variant="candidate")

    assert response.status == 400
    assert "its task is another" in response.json["detail"]
    assert answered_by(gateway) == TRANSLATOR.name


def test_without_a_rollout_a_variant_means_nothing(gateway: Harness) -> None:
    assert answered_by(gateway, variant="candidate") == TRANSLATOR.name


def test_a_candidate_that_is_not_there_gets_no_calls(gateway: Harness, file: Path) -> None:
    rollouts = {TRANSLATOR.name: Rollout(candidate="absent", percent=100, shadow=True)}
    write_rollouts(file, RolloutFile(rollouts=rollouts))

    assert answered_by(gateway) == TRANSLATOR.name
    assert ask(gateway, variant="candidate").status == 404


def test_a_shadow_is_asked_and_compared_while_the_model_answers(
    gateway: Harness, file: Path
) -> None:
    roll_out(file, shadow=True)
    same, different = shadowed(gateway, "same"), shadowed(gateway, "different")

    assert ask(gateway, "world").json["results"][0]["translation"]["text"] == "WORLD"
    assert ask(gateway, "hello").json["results"][0]["translation"]["text"] == "HELLO"

    wait_until(lambda: shadowed(gateway, "same") == same + 1)
    wait_until(lambda: shadowed(gateway, "different") == different + 1)


def test_every_row_of_a_stream_is_compared(gateway: Harness, file: Path) -> None:
    roll_out(file, shadow=True)
    same, different = shadowed(gateway, "same"), shadowed(gateway, "different")

    replies = gateway.translation.TranslateStream(translate_request("One. Two.", "hello"))

    assert [reply.translation.text for reply in replies] == ["ONE. ", "TWO.", "HELLO"]
    wait_until(lambda: shadowed(gateway, "same") == same + 2)
    wait_until(lambda: shadowed(gateway, "different") == different + 1)


def test_a_shadow_that_fails_is_counted_and_nobody_notices(gateway: Harness, file: Path) -> None:
    roll_out(file, shadow=True)
    failed = shadowed(gateway, "failed")
    gateway.fake.answer_instead = lambda row: (
        torchserve_error(500, "Internal", "no") if row.model == NEXT else None
    )

    assert ask(gateway).status == 200
    wait_until(lambda: shadowed(gateway, "failed") == failed + 1)


@pytest.mark.parametrize(("content", "fault"), WRONG)
def test_a_file_that_is_wrong_changes_nothing_and_is_logged(
    gateway: Harness, file: Path, caplog: pytest.LogCaptureFixture, content: str, fault: str
) -> None:
    roll_out(file, percent=100)
    assert answered_by(gateway) == NEXT

    file.write_text(content)

    assert answered_by(gateway) == NEXT
    assert f"rollouts stay as they were: the file of rollouts is wrong: {fault}" in caplog.text


@pytest.mark.parametrize(("content", "fault"), WRONG)
def test_a_gateway_that_starts_with_a_wrong_file_names_the_field(
    tmp_path: Path, content: str, fault: str
) -> None:
    wrong = tmp_path / "rollouts.json"
    wrong.write_text(content)

    with pytest.raises(BadRolloutFile, match=re.escape(fault)), running_harness(rollouts=wrong):
        pass


def test_a_stream_is_shared_too(gateway: Harness, file: Path) -> None:
    roll_out(file, percent=100)

    replies: Iterator[Any] = gateway.translation.TranslateStream(translate_request("One. Two."))

    assert {reply.model for reply in replies} == {NEXT}


def test_a_candidate_is_not_chosen_for_its_task_alone(gateway: Harness, file: Path) -> None:
    write_rollouts(file, RolloutFile(rollouts={NEXT: Rollout(candidate=TRANSLATOR.name)}))

    assert answered_by(gateway) == NEXT
