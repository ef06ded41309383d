"""What holds of every mechanism, whatever it is."""

import ast
import inspect
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

from salience import attention
from tests.unit.attention.mechanisms import (
    BATCH,
    LENGTH,
    MECHANISMS,
    OTHER_FUNCTIONS,
    RECORDS,
    Mechanism,
)

every = pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda one: one.name)
every_weighing = pytest.mark.parametrize(
    "mechanism", [one for one in MECHANISMS if one.weigh], ids=lambda one: one.name
)
every_orderless = pytest.mark.parametrize(
    "mechanism", [one for one in MECHANISMS if one.order != "none"], ids=lambda one: one.name
)
EVERYTHING = torch.ones(BATCH, LENGTH, LENGTH, dtype=torch.bool)


def partly_hidden() -> Tensor:
    """The last key of all rows is hidden, and everything from the second query of the first."""
    visible = EVERYTHING.clone()
    visible[:, :, -1] = False
    visible[0, 1] = False
    return visible


def weights_of(mechanism: Mechanism, visible: Tensor) -> Tensor:
    """Batch, heads, query, key."""
    assert mechanism.weigh is not None
    weights = mechanism.weigh(mechanism.made(), mechanism.input(), visible)
    return weights if weights.dim() == 4 else weights[:, None]


def test_every_public_name_is_tried() -> None:
    tried = {mechanism.name for mechanism in MECHANISMS}

    assert tried | RECORDS | OTHER_FUNCTIONS | {"ScoreFunction"} == set(attention.__all__)
    assert not tried & OTHER_FUNCTIONS


def test_what_is_no_mechanism_is_called_by_a_test_of_its_own() -> None:
    called = {
        node.func.id
        for path in Path(__file__).parent.glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }

    assert called >= OTHER_FUNCTIONS


def test_every_record_is_what_a_mechanism_returns() -> None:
    kinds = [getattr(attention, mechanism.name) for mechanism in MECHANISMS]
    returned = [
        inspect.signature(method).return_annotation
        for kind in kinds
        if isinstance(kind, type)
        for _, method in inspect.getmembers(kind, inspect.isfunction)
    ]

    assert [name for name in RECORDS if getattr(attention, name) not in returned] == []


@every
def test_its_docstring_names_its_paper(mechanism: Mechanism) -> None:
    public = getattr(attention, mechanism.name)
    module = __import__(public.__module__, fromlist=["__doc__"])

    assert "Source" in f"{public.__doc__} {module.__doc__}" or mechanism.name in {
        "attention_distribution",
        "weighted_mean",
    }


@every_weighing
def test_weights_sum_to_one_over_what_is_visible(mechanism: Mechanism) -> None:
    sums = weights_of(mechanism, EVERYTHING).sum(dim=-1)

    assert (sums <= 1 + 1e-6).all()
    assert (sums > 0).all()
    if mechanism.sums_to_one:
        assert_close(sums, torch.ones_like(sums))


@every_weighing
def test_what_is_hidden_weighs_exactly_nothing(mechanism: Mechanism) -> None:
    weights = weights_of(mechanism, partly_hidden())

    assert (weights[..., -1] == 0).all()
    assert (weights[1, ..., :-1].sum(dim=-1)[:, :-1] > 0).all()


@every_weighing
def test_a_query_that_sees_nothing_weighs_nothing(mechanism: Mechanism) -> None:
    weights = weights_of(mechanism, partly_hidden())

    assert (weights[0, :, 1] == 0).all()


@every_weighing
def test_hidden_inputs_change_no_other_row(mechanism: Mechanism) -> None:
    made, inputs = mechanism.made(), mechanism.input()
    changed = inputs.clone()
    changed[:, -1] += 100

    before, after = (mechanism.run(made, one, partly_hidden()) for one in (inputs, changed))

    if before.shape[1] == LENGTH:
        assert_close(before[:, :-1], after[:, :-1])


@every_orderless
def test_the_order_of_the_inputs_only_orders_the_outputs(mechanism: Mechanism) -> None:
    made, inputs = mechanism.made(), mechanism.input()
    is_map = inputs.dim() == 4
    flat = inputs.flatten(2).transpose(1, 2) if is_map else inputs
    order = torch.randperm(flat.size(1), generator=torch.Generator().manual_seed(2))
    moved = flat[:, order]
    if is_map:
        moved = moved.transpose(1, 2).view_as(inputs)

    expected = mechanism.run(made, inputs, EVERYTHING)
    found = mechanism.run(made, moved, EVERYTHING)

    if is_map:
        expected, found = (one.flatten(2).transpose(1, 2) for one in (expected, found))
    assert_close(found, expected[:, order] if mechanism.order == "equivariant" else expected)


@every
def test_its_gradient_is_right_for_inputs_and_parameters(mechanism: Mechanism) -> None:
    made = mechanism.made()
    parameters = list(made.double().parameters()) if isinstance(made, nn.Module) else []

    def run(inputs: Tensor, *_: Tensor) -> Tensor:
        return mechanism.run(made, inputs, partly_hidden())

    inputs = mechanism.input().double().requires_grad_()
    assert torch.autograd.gradcheck(run, (inputs, *parameters), fast_mode=True)


@every
def test_half_precision_stays_in_it_and_near_the_whole(mechanism: Mechanism) -> None:
    made, inputs = mechanism.made(), mechanism.input().bfloat16()
    whole = mechanism.run(made, inputs.float(), partly_hidden())
    halved = made.bfloat16() if isinstance(made, nn.Module) else made

    found = mechanism.run(halved, inputs, partly_hidden())

    assert found.dtype == torch.bfloat16
    assert_close(found.float(), whole, atol=0.1, rtol=0.1)


@every
def test_neighbours_in_a_batch_change_nothing(mechanism: Mechanism) -> None:
    made, inputs = mechanism.made(), mechanism.input()
    other = inputs.clone()
    other[0] = 7.0

    assert_close(
        mechanism.run(made, inputs, EVERYTHING)[1], mechanism.run(made, other, EVERYTHING)[1]
    )


@every
def test_an_empty_batch_gives_an_empty_answer(mechanism: Mechanism) -> None:
    made, inputs = mechanism.made(), mechanism.input()
    usual = mechanism.run(made, inputs, EVERYTHING)

    found = mechanism.run(made, inputs[:0], EVERYTHING[:0])

    assert found.shape == (0, *usual.shape[1:])
