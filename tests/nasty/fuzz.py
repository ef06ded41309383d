"""`make fuzz`: mutated messages and images, until the time is up; the exit status tells.

What a mutation may lead to is an answer or a refusal that names what is wrong. Anything else is
a finding, printed with the seed that makes it again.
"""

import argparse
import random
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from salience.errors import ServingError
from salience.gateway.methods import METHODS
from salience.gateway.open_inference.methods import INFERENCE_METHODS
from salience.gateway.open_inference.rest_body import infer_request
from salience.gateway.openapi.examples import REQUESTS
from salience.gateway.wire_format import parse_message
from salience.vision.decoding import ImageLimits, decode_image
from tests.nasty.images import BAD, GOOD

SLOW_SECONDS = 2.0
LIMITS = ImageLimits(max_bytes=2**23, max_pixels=4_000_000)
INTERESTING = (
    *(b"", b"\x00", b"\xff", b"\x80", b"\xed\xa0\x80", b"\x7f\xff\xff\xff"),
    *(b'"', b"{", b"[", b"null", b"9" * 40),
)
TENSOR_IN_JSON = (
    b'{"id":"1","inputs":[{"name":"texts","datatype":"BYTES","shape":[1],"data":["a"]}],'
    b'"parameters":{"beam_size":2},"outputs":[{"name":"text"}]}'
)
JSON_BEFORE_TENSOR = (
    b'{"inputs":[{"name":"texts","datatype":"BYTES","shape":[1],'
    b'"parameters":{"binary_data_size":5}}]}'
)


@dataclass(frozen=True)
class Subject:
    """A parser, and inputs that it takes."""

    name: str
    parse: Callable[[bytes], object]
    seeds: Sequence[bytes]


def subjects() -> Iterator[Subject]:
    """Everything that reads bytes of strangers."""
    for method in (*METHODS, *INFERENCE_METHODS.values()):
        example = REQUESTS.get(method.name) or method.request_type()
        seeds = [example.SerializeToString()]
        yield Subject(method.name, partial(parse_message, method.request_type), seeds)
    yield Subject("ModelInfer, JSON", lambda body: infer_request(body, None), [TENSOR_IN_JSON])
    behind = partial(infer_request, json_length=len(JSON_BEFORE_TENSOR))
    yield Subject("ModelInfer, raw", behind, [JSON_BEFORE_TENSOR + b"\x01\x00\x00\x00a"])
    images = [*GOOD.values(), *(image for image in BAD.values() if image)]
    yield Subject("image", lambda content: decode_image(content, limits=LIMITS), images)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The data with some of its bytes changed, left out, repeated or put in."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(changed) + 1)
        length = chance.choice((1, 1, 1, 2, 4, 16))
        choice = chance.randrange(4)
        if choice == 0:
            changed[place : place + length] = chance.randbytes(length)
        elif choice == 1:
            del changed[place : place + length]
        elif choice == 2:
            changed[place:place] = changed[place : place + length] * chance.choice((1, 100))
        else:
            changed[place : place + 1] = chance.choice(INTERESTING)
    return bytes(changed)


def fuzz(seconds: float, first_seed: int) -> int:
    """Try every subject in turn, print the counts and every finding; how many there were."""
    counts: Counter[tuple[str, str]] = Counter()
    deadline = time.monotonic() + seconds
    seed = first_seed
    every = list(subjects())
    while time.monotonic() < deadline:
        for subject in every:
            outcome = tried(subject, seed)
            counts[subject.name, outcome] += 1
        seed += 1
    for subject in every:
        outcomes = (f"{counts[subject.name, o]:>7} {o}" for o in ("read", "refused", "found"))
        print(f"{subject.name:<20}{''.join(outcomes)}")
    findings = sum(count for (_, outcome), count in counts.items() if outcome == "found")
    print(f"{sum(counts.values()):,} inputs from seed {first_seed} on, {findings} findings")
    return findings


def tried(subject: Subject, seed: int) -> str:
    """`read`, `refused`, or `found` for what must not happen."""
    chance = random.Random(f"{subject.name} {seed}")
    data = mutated(chance.choice(subject.seeds), chance)
    started = time.monotonic()
    try:
        subject.parse(data)
        outcome = "read"
    except ServingError as error:
        outcome = "refused" if error.message else "found"
    except Exception:
        print(f"{subject.name}, seed {seed}:\n{traceback.format_exc()}")
        return "found"
    if time.monotonic() - started > SLOW_SECONDS:
        print(f"{subject.name}, seed {seed}: took {time.monotonic() - started:.1f} s")
        return "found"
    return outcome


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.nasty.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    raise SystemExit(1 if fuzz(options.seconds, options.seed) else 0)


if __name__ == "__main__":
    main()
