"""What models looked at, over both protocols, on the engines that serve."""

import pytest

from loadtests.sentences import read_sentences
from salience.v1.models_pb2 import ListModelsReply, ListModelsRequest
from tests.live.transports.transport import (
    Transport,
    entities,
    failure_of,
    summarize,
    translate,
    translate_request,
)

TEXT = "Angela Merkel paid 25 euros in Paris 😀. She left."
NAMES = read_sentences("entities")[:2]


def test_every_default_model_explains_and_says_how_much(transport: Transport) -> None:
    models = transport.call(ListModelsRequest(), ListModelsReply).models

    limits = {model.name: model.limits.max_explained_characters for model in models}
    assert all(model.explains for model in models)
    assert (limits["translation-en-de"], limits["image-classification"]) == (3_000, 0)


def test_a_translation_tells_where_it_looked_in_the_text_that_was_sent(
    transport: Transport,
) -> None:
    plain, explained = (
        translate(transport, TEXT, explain=explain).results[0].translation
        for explain in (False, True)
    )

    assert not plain.alignments
    assert len(explained.alignments) == 2
    looked_at = {}
    for alignment in explained.alignments:
        width = len(alignment.source)
        for row, piece in enumerate(alignment.target):
            weights = list(alignment.weights[row * width : (row + 1) * width])
            source = alignment.source[weights.index(max(weights))]
            assert sum(weights) == pytest.approx(1, abs=1e-3)
            assert TEXT[source.start : source.end] == source.text
            assert explained.text[piece.start : piece.end] == piece.text
            looked_at[piece.text] = source.text
    assert looked_at["5"] == "5"


def test_a_name_tells_the_pieces_it_looked_at(transport: Transport) -> None:
    reply = entities(transport, NAMES[0].text, NAMES[1].text, explain=True)

    for sentence, result in zip(NAMES, reply.results, strict=True):
        assert "".join(piece.text for piece in result.entities.pieces)
        for entity in result.entities.entities:
            own = result.entities.pieces[entity.attention.first_piece :]
            assert 0 < sum(entity.attention.weights) <= 1
            assert len(own) >= len(entity.attention.weights)
            assert sentence.text[entity.start : entity.end] == entity.text


def test_summaries_tell_what_they_were_made_of(transport: Transport) -> None:
    chosen = summarize(transport, TEXT, explain=True).results[0].summary
    written = summarize(transport, TEXT, explain=True, model="headline-en").results[0].summary

    assert len(chosen.weighed) == 2
    assert sum(written.piece_weights) == pytest.approx(1, abs=1e-3)
    assert len(written.piece_weights) == len(written.pieces)


def test_too_much_to_explain_is_refused(transport: Transport) -> None:
    failure = failure_of(transport, translate_request("It rains. " * 301, explain=True))

    assert (failure.reason, failure.fields) == ("INPUT_TOO_LONG", ["texts"])
