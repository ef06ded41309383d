"""Documents near the limit are answered to their end."""

import re
from itertools import pairwise

from tests.live.transports.over_grpc import Grpc
from tests.live.transports.over_http import Http
from tests.live.transports.transport import entities, translate

PEOPLE = "Angela Merkel met José García of Siemens in Zürich 😀. "
SEPARATORS = ["  ", "\n", "\n\n\t"]
NUM_SENTENCES = 400


def test_every_name_of_a_long_document_is_placed_exactly(over_grpc: Grpc) -> None:
    text = (PEOPLE * 2000)[:90_000]
    in_bytes = text.encode()

    found = list(entities(over_grpc, text).results[0].entities.entities)

    for entity in found:
        assert text[entity.start : entity.end] == entity.text
        assert in_bytes[entity.start_byte : entity.end_byte].decode() == entity.text
    assert all(left.end <= right.start for left, right in pairwise(found))
    starts = {entity.start for entity in found if entity.text == "Angela Merkel"}
    assert starts <= set(range(0, len(text), len(PEOPLE)))
    assert len(starts) > 0.95 * text.count("Angela Merkel")


def test_a_document_of_many_sentences_keeps_its_white_space(over_http: Http) -> None:
    sentences = [f"The dog has {number} bones." for number in range(NUM_SENTENCES)]
    between = [SEPARATORS[number % len(SEPARATORS)] for number in range(NUM_SENTENCES)]
    text = "".join(map("".join, zip(sentences, between, strict=True)))

    written = translate(over_http, text).results[0].translation.text

    parts = re.split(r"(\n\n\t|\n|  )", written)
    assert parts[1::2] == between
    translated = parts[:-1:2]
    assert sum("Hund" in sentence for sentence in translated) > 0.95 * NUM_SENTENCES
    assert sum(str(n) in sentence for n, sentence in enumerate(translated)) > 0.5 * NUM_SENTENCES
