"""The registry holds to its own description: whatever is sent, no failure, and answers as they are described."""

from __future__ import annotations

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from public_reports import public_report
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ai_power_export.registry import tokens
from ai_power_export.registry.app import ROUTERS, create_app
from ai_power_export.registry.config import Config

EXAMPLES = 30
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A registry with some reports, asked by one of its managers."""
    where = f"{tmp_path_factory.mktemp('openapi')}/registry.sqlite"
    with TestClient(
        create_app(Config(database=where, rate_limit=0)), raise_server_exceptions=False
    ) as client:
        with client.app.state.registry.database.writing() as connection:
            token = tokens.add(connection, "manager", tokens.Role.manager)[1]
        client.headers["Authorization"] = f"Bearer {token}"
        assert client.post("/reports", json=[public_report(number) for number in range(5)]).is_success
        yield client


@pytest.fixture(scope="module")
def described(client):
    return schemathesis.openapi.from_dict(client.get("/openapi.json").json())


ENDPOINTS = [
    (route.path, method) for router in ROUTERS for route in router.routes for method in route.methods
]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(("path", "method"), ENDPOINTS)
def test_nothing_that_is_sent_makes_it_fail(path, method, client, described):
    operation = described[path][method]
    cases = st.one_of(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=[*HealthCheck])
    @given(cases)
    def holds(case):
        answer = client.request(**case.as_transport_kwargs(base_url=str(client.base_url)))
        case.validate_response(answer, checks=CHECKS)

    holds()
