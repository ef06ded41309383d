"""Many callers at once: mixed ones are all answered, and too many are told to come again."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

from salience.v1.entities_pb2 import RecognizeEntitiesRequest
from salience.v1.entities_pb2_grpc import EntityServiceStub
from tests.live.metrics import calls_in_flight
from tests.live.running_service import RunningService, eventually
from tests.live.transports.over_grpc import Grpc
from tests.live.transports.over_http import Http
from tests.live.transports.transport import (
    CallFailed,
    Failure,
    Transport,
    entities,
    failure_of,
    translate,
    translate_request,
)

NUM_THREADS = 32
CALLS_PER_THREAD = 8
PLACES = ["London", "Paris", "Berlin", "Rome", "Madrid", "Vienna", "Tokyo", "Moscow"]
# A row of its own each, and more of them than may wait.
HOG = RecognizeEntitiesRequest(texts=["Ada Lovelace lived in London. " * 666] * 200)


def find_a_place(transport: Transport, chance: random.Random) -> None:
    place, other = chance.sample(PLACES, 2)
    reply = entities(transport, f"She moved to {place}.", "", f"They live in {other}.")
    found = [[entity.text for entity in r.entities.entities] for r in reply.results]
    assert found == [[place], [], [other]]
    assert reply.results[1].error.message == "the text is empty"


def translate_a_place(transport: Transport, chance: random.Random) -> None:
    number = chance.randrange(1000)
    reply = translate(transport, "Good morning.", str(number), "x" * 100_001)
    morning, same, too_long = reply.results
    assert "Morgen" in morning.translation.text
    assert same.translation.text == str(number)
    assert "the limit is 100000" in too_long.error.message


def name_no_model(transport: Transport, chance: random.Random) -> None:
    name = f"nope-{chance.randrange(1000)}"
    failure = failure_of(transport, translate_request("Good morning.", model=name))
    assert failure.code == "NOT_FOUND"
    assert failure.message.startswith(f"there is no model '{name}'; there are ")


def send_nothing_of_use(transport: Transport, chance: random.Random) -> None:
    texts = [""] * chance.randrange(1, 5)
    failure = failure_of(transport, RecognizeEntitiesRequest(texts=texts))
    assert failure.fields == [f"texts[{index}]" for index in range(len(texts))]


def send_no_text_at_all(transport: Transport, chance: random.Random) -> None:
    noise = "".join(chr(chance.randrange(0x20, 0xD800)) for _ in range(200))
    text = entities(transport, noise).results[0]
    for entity in text.entities.entities:
        assert noise[entity.start : entity.end] == entity.text


CALLS: list[Callable[[Transport, random.Random], None]] = [
    find_a_place,
    translate_a_place,
    name_no_model,
    send_nothing_of_use,
    send_no_text_at_all,
]


def test_good_and_bad_calls_of_many_threads_are_all_answered_rightly(
    over_grpc: Grpc, over_http: Http
) -> None:
    transports: list[Transport] = [over_grpc, over_http]

    def calls(seed: int) -> int:
        chance = random.Random(seed)
        for number in range(CALLS_PER_THREAD):
            transport = chance.choice(transports)
            CALLS[(seed + number) % len(CALLS)](transport, chance)
        return CALLS_PER_THREAD

    with ThreadPoolExecutor(NUM_THREADS) as pool:
        assert sum(pool.map(calls, range(NUM_THREADS))) == NUM_THREADS * CALLS_PER_THREAD


def test_an_overloaded_service_says_when_to_come_again(
    service: RunningService, over_grpc: Grpc, over_http: Http
) -> None:
    with hogs(over_grpc, 2):
        eventually(lambda: refusal(over_grpc) is not None, 30, what="the queue is full")
        refused = refusal(over_grpc), refusal(over_http)
        translated = translate(over_http, "Good morning.")

    assert refused[0] == refused[1]
    assert refused[0] is not None
    assert (refused[0].code, refused[0].reason) == ("RESOURCE_EXHAUSTED", "OVERLOADED")
    assert refused[0].retry_seconds == 1.0
    assert "Morgen" in translated.results[0].translation.text  # The other model has its own queue.
    eventually(lambda: calls_in_flight(service) == 0, 10, what="nobody is waited for")


@contextmanager
def hogs(over_grpc: Grpc, count: int) -> Iterator[None]:
    """So many calls with more work than a minute's."""
    stub = EntityServiceStub(over_grpc.channel)
    with ExitStack() as calls:
        for _ in range(count):
            calls.callback(stub.RecognizeEntities.future(HOG, timeout=60).cancel)
        yield


def refusal(transport: Transport) -> Failure | None:
    """Of one more such call; None where it was let in."""
    try:
        transport.call(HOG, type(HOG), timeout_seconds=1.0)
    except CallFailed as failed:
        return failed.failure if failed.failure.reason == "OVERLOADED" else None
    return None
