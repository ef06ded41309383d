"""ROUGE as the literature counts it."""

import pytest

from salience.evaluation.rouge import best_rouge, rouge


def test_a_summary_equal_to_one_of_its_references_is_perfect() -> None:
    figures = best_rouge("the cat sat", ["a dog ran", "The cat sat."])

    assert figures == pytest.approx({"rouge1": 100, "rouge2": 100, "rougeL": 100})


def test_words_are_stemmed() -> None:
    assert rouge("models summarizing", "model summarizes")["rouge1"] == 100


def test_figures_are_f1() -> None:
    figures = rouge("a b c", "a b d e")

    assert figures["rouge1"] == pytest.approx(100 * 2 * 2 / (3 + 4))
    assert figures["rouge2"] == pytest.approx(100 * 2 * 1 / (2 + 3))


def test_rouge_1_decides_which_reference_counts_for_every_kind() -> None:
    scattered, in_order = "c b a", "a b x y z"

    assert best_rouge("a b c", [scattered, in_order])["rouge2"] == 0
