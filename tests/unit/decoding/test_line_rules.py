from dataclasses import replace

import pytest
import torch

from salience.decoding.allowed_words import Lexicon
from salience.decoding.line_rules import LineRules, LineSettings
from salience.decoding.options import DecodingOptions

PIECES = ["[END]", "we", "read", "##s", "9", "bert", "a", ",", "[UNK]"]
END, WE, READ, MORE, NINE, BERT, A, COMMA, UNKNOWN = range(9)
SETTINGS = LineSettings(
    DecodingOptions(8), END, max_length=20, min_length=2, blocked_repeat=2, faithful=True
)


def allowed(
    written: list[int],
    *,
    settings: LineSettings = SETTINGS,
    max_words: int = 0,
    text: list[int] | None = None,
) -> set[int]:
    lexicon = Lexicon(PIECES, ["we", "read", "reads", "a"])
    rules = LineRules(lexicon, settings, text or [WE, BERT] * 20, max_words)
    scores = rules.applied(torch.zeros(len(PIECES)), written)
    return set(scores.isfinite().nonzero().flatten().tolist())


def test_what_the_text_lacks_is_written_only_by_the_unfaithful() -> None:
    assert NINE not in allowed([WE])
    assert BERT in allowed([WE])
    assert NINE in allowed([WE], settings=replace(SETTINGS, faithful=False))


def test_what_the_vocabulary_lacks_is_not_copied() -> None:
    assert UNKNOWN not in allowed([WE], text=[WE, UNKNOWN])
    assert UNKNOWN not in allowed([WE], settings=replace(SETTINGS, faithful=False))


def test_a_line_does_not_end_too_soon() -> None:
    assert END not in allowed([WE])
    assert END in allowed([WE, READ])


def test_a_line_about_a_short_text_may_be_shorter() -> None:
    assert END in allowed([WE], text=[WE, BERT, A, A])


def test_no_phrase_comes_twice() -> None:
    assert READ in allowed([WE, A, WE])
    assert A not in allowed([WE, A, WE])
    assert A in allowed([WE, A, WE], settings=replace(SETTINGS, blocked_repeat=0))


def test_a_limit_in_words_leaves_only_the_end_of_a_word() -> None:
    assert allowed([WE, COMMA, READ], max_words=2) == {END, MORE}
    assert END in allowed([WE], max_words=1)


def test_where_nothing_may_come_the_line_ends() -> None:
    settings = replace(SETTINGS, min_length=9, blocked_repeat=1)

    assert allowed([WE, READ, MORE, BERT, A, COMMA], settings=settings) == {END}


def test_scores_of_what_is_allowed_stay_as_they_are() -> None:
    lexicon = Lexicon(PIECES, ["we"])
    scores = torch.arange(9.0)

    ruled = LineRules(lexicon, SETTINGS, [WE], 0).applied(scores, [])

    assert ruled[WE] == pytest.approx(1.0)
