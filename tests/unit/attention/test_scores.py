"""Each score function against its formula, written with Python's own arithmetic."""

import math
from collections.abc import Sequence

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

from salience.attention import (
    AdditiveScores,
    BilinearScores,
    LocationScores,
    ScoreFunction,
    cosine_scores,
    dot_product_scores,
    scaled_dot_product_scores,
)

Vector = Sequence[float]


def product(one: Vector, other: Vector) -> float:
    return sum(left * right for left, right in zip(one, other, strict=True))


def applied(matrix: nn.Linear, vector: Vector) -> list[float]:
    return [product(row, vector) for row in matrix.weight.tolist()]


def vectors(*shape: int, seed: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def scores_of(score: ScoreFunction, query: Tensor, key: Tensor) -> list[list[float]]:
    answer: list[list[float]] = score(query[None], key[None])[0].tolist()
    return answer


QUERY, KEY, SHORT_KEY = vectors(3, 4, seed=1), vectors(5, 4, seed=2), vectors(5, 2, seed=3)


def expect(found: list[list[float]], formula: list[list[float]]) -> None:
    assert_close(torch.tensor(found), torch.tensor(formula))


def test_the_dot_product_is_the_sum_of_products() -> None:
    formula = [[product(q, k) for k in KEY.tolist()] for q in QUERY.tolist()]

    expect(scores_of(dot_product_scores, QUERY, KEY), formula)


def test_the_scaled_dot_product_is_divided_by_the_root_of_the_width() -> None:
    formula = [[product(q, k) / 2 for k in KEY.tolist()] for q in QUERY.tolist()]

    expect(scores_of(scaled_dot_product_scores, QUERY, KEY), formula)


def test_the_cosine_is_the_product_of_directions() -> None:
    formula = [
        [3 * product(q, k) / math.hypot(*q) / math.hypot(*k) for k in KEY.tolist()]
        for q in QUERY.tolist()
    ]

    expect(cosine_scores(QUERY, KEY, sharpness=3.0).tolist(), formula)


def test_the_additive_score_is_a_network_of_one_hidden_layer() -> None:
    torch.manual_seed(4)
    score = AdditiveScores(query_width=4, key_width=2, hidden_width=6).double()
    formula = [
        [
            product(
                score.score.weight[0].tolist(),
                [
                    math.tanh(a + b)
                    for a, b in zip(applied(score.query, q), applied(score.key, k), strict=True)
                ],
            )
            for k in SHORT_KEY.tolist()
        ]
        for q in QUERY.tolist()
    ]

    expect(scores_of(score, QUERY, SHORT_KEY), formula)


def test_the_additive_score_can_remember_its_keys() -> None:
    score = AdditiveScores(query_width=4, key_width=2, hidden_width=6).double()

    remembered = score.remember(SHORT_KEY)

    assert_close(score.compare(QUERY, remembered), score(QUERY, SHORT_KEY))


def test_the_bilinear_score_has_a_matrix_between_query_and_key() -> None:
    torch.manual_seed(5)
    score = BilinearScores(query_width=4, key_width=2).double()
    formula = [
        [product(q, applied(score.key, k)) for k in SHORT_KEY.tolist()] for q in QUERY.tolist()
    ]

    expect(scores_of(score, QUERY, SHORT_KEY), formula)


def test_the_location_score_looks_at_no_key() -> None:
    torch.manual_seed(6)
    score = LocationScores(query_width=4, max_len=9).double()
    formula = [applied(score.places, q)[:5] for q in QUERY.tolist()]

    expect(scores_of(score, QUERY, KEY), formula)
    expect(scores_of(score, QUERY, SHORT_KEY), formula)


def test_more_keys_than_places_are_refused_by_name_and_limit() -> None:
    score = LocationScores(query_width=4, max_len=3).double()

    with pytest.raises(ValueError, match="5 keys, and max_len is 3"):
        score(QUERY, KEY)
