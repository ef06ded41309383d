"""Two versions of a model side by side, as docs/rollouts.md tells it."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from salience.cli.commands import app
from salience.v1.entities_pb2 import RecognizeEntitiesReply, RecognizeEntitiesRequest
from salience.v1.entities_pb2_grpc import EntityServiceStub
from tests.live.metrics import samples
from tests.live.running_service import RunningService, eventually
from tests.live.transports.over_grpc import grpc_channel
from tests.live.transports.over_http import JSON, Http

STABLE, CANDIDATE = ("entities-en", "1.0"), ("entities-next", "2.0")
MODEL, NEXT = STABLE[0], CANDIDATE[0]
PERSON = "Ada Lovelace was born in London."
FIRM = "She works for Siemens."
NUM_CALLS = 16

Ask = Callable[..., tuple[str, str]]
"""Who answered a text, asked with these headers: a model and its version."""


@pytest.fixture(params=["grpc", "http"])
def ask(request: pytest.FixtureRequest, small_service: RunningService) -> Iterator[Ask]:
    small_service.wait_until_whole()
    if request.param == "http":
        yield over_http(small_service)
    else:
        with grpc_channel(small_service) as channel:
            recognize = EntityServiceStub(channel).RecognizeEntities

            def ask(text: str, headers: Mapping[str, str]) -> tuple[str, str]:
                request = RecognizeEntitiesRequest(texts=[text])
                reply: RecognizeEntitiesReply = recognize(request, metadata=list(headers.items()))
                return reply.model, reply.model_version

            yield ask


def over_http(service: RunningService) -> Ask:
    http = Http(service.ports["HTTP_PORT"])

    def ask(text: str, headers: Mapping[str, str]) -> tuple[str, str]:
        body = json.dumps({"texts": [text]}).encode()
        reply = http.send("POST", "/v1/entities", body, headers={**JSON, **headers}).json
        return reply["model"], reply["model_version"]

    return ask


def roll_out(rollouts: Path, *options: str) -> str:
    """What `salience rollout` prints."""
    environment = {"SALIENCE_ROLLOUTS": str(rollouts)}
    return CliRunner().invoke(app, ["rollout", MODEL, *options], env=environment).stdout


def answering(ask: Ask) -> dict[str, tuple[str, str]]:
    """Who answered each of several calls, by its request id."""
    ids = [f"call-{number}" for number in range(NUM_CALLS)]
    return {one: ask(PERSON, {"x-request-id": one}) for one in ids}


def shadowed(service: RunningService) -> Counter[str]:
    """Items compared in the shadow of the model, by what came of it."""
    return Counter(
        {
            sample.labels["outcome"]: int(sample.value)
            for sample in samples(service)
            if sample.name == "salience_shadow_items_total" and sample.labels["model"] == MODEL
        }
    )


def expect_shadow(service: RunningService, text: str, outcome: str) -> None:
    """Ask, and wait until one more item has come out so, and no other."""
    expected = shadowed(service) + Counter([outcome])
    assert over_http(service)(text, {}) == STABLE
    eventually(lambda: shadowed(service) == expected, 30, what=f"{text} is {outcome}")


def test_calls_are_shared_and_a_header_chooses(ask: Ask, rollouts: Path) -> None:
    roll_out(rollouts, "--to", NEXT, "--percent", "50")

    shared = answering(ask)

    assert set(shared.values()) == {STABLE, CANDIDATE}
    assert answering(ask) == shared
    for one, other in ((STABLE, "candidate"), (CANDIDATE, "stable")):
        request_id = next(request_id for request_id, who in shared.items() if who == one)
        headers = {"x-request-id": request_id, "x-salience-variant": other}
        assert {one, ask(PERSON, headers)} == {STABLE, CANDIDATE}


def test_answers_in_the_shadow_are_compared_and_counted(
    small_service: RunningService, rollouts: Path
) -> None:
    roll_out(rollouts, "--to", NEXT, "--percent", "0", "--shadow")

    for text, outcome in ((PERSON, "same"), (FIRM, "different"), (PERSON, "same")):
        expect_shadow(small_service, text, outcome)


def test_a_candidate_is_promoted_and_rolled_back(ask: Ask, rollouts: Path) -> None:
    roll_out(rollouts, "--to", NEXT, "--percent", "5", "--shadow")

    assert roll_out(rollouts, "--promote") == f"{MODEL}: {NEXT} answers 100 % of its calls\n"
    assert set(answering(ask).values()) == {CANDIDATE}

    assert roll_out(rollouts, "--roll-back") == f"{MODEL}: {NEXT} answers 0 % of its calls\n"
    assert set(answering(ask).values()) == {STABLE}
