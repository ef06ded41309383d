"""Whatever the OpenAPI document allows, and what it does not, gets an answer that it describes."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import settings
from schemathesis import Case
from schemathesis.checks import CheckFunction
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    negative_data_rejection,
    positive_data_acceptance,
    response_schema_conformance,
)

from salience.gateway.openapi import openapi_document
from tests.unit.gateway.harness import Harness, running_harness

TIMEOUTS_ARE_FOR_CALLERS_TO_CHOOSE = {"expected-statuses": ["2xx", "302", "4xx", "504"]}
CONFIG = SchemathesisConfig.from_dict(
    {"checks": {"not_a_server_error": TIMEOUTS_ARE_FOR_CALLERS_TO_CHOOSE}}
)
SCHEMA = schemathesis.openapi.from_dict(json.loads(openapi_document()), config=CONFIG)


@pytest.fixture(scope="module")
def gateway() -> Iterator[Harness]:
    with running_harness() as harness:
        yield harness


@SCHEMA.parametrize()
@settings(max_examples=25, derandomize=True, deadline=None, database=None)
def test_every_answer_is_as_the_document_says(gateway: Harness, case: Case[Any]) -> None:
    case.call_and_validate(
        base_url=f"http://127.0.0.1:{gateway.ports.http}", excluded_checks=checks_not_for(case)
    )


def checks_not_for(case: Case[Any]) -> list[CheckFunction]:
    """A model's limits and languages are not in the document: what it allows may be refused."""
    checks: list[CheckFunction] = [positive_data_acceptance]
    if case.operation.path.endswith(":stream"):  # Its schema is not that of a single event.
        checks.append(response_schema_conformance)
    if case.method == "GET":  # All that can be wrong are headers, and others may be sent.
        checks.append(negative_data_rejection)
    return checks
