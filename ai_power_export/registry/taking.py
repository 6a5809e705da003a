"""POST /reports: one report, or many."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import JSONResponse

from ai_power_export.registry.access import Caller, may
from ai_power_export.registry.arrivals import Arrival, Judged, Refusal, Sent
from ai_power_export.registry.headers import CORRECTS, KEY, SIGNATURE, Said, said_of
from ai_power_export.registry.known import Contributor
from ai_power_export.registry.problems import Problem, told
from ai_power_export.registry.state import Registry, registry_of
from ai_power_export.registry.store import Delivery, Outcome
from ai_power_export.registry.tokens import Role

router = APIRouter(tags=["reports"])

_JSON = {"application/json": {"schema": {"anyOf": [{"type": "object"}, {"type": "array"}]}}}
_HEADERS = [
    {"name": name, "in": "header", "description": what, "schema": {"type": "string"}}
    for name, what in (
        (
            KEY,
            "<reportId>:<SHA-256 of its canonical JSON>: another one is refused",
        ),
        (SIGNATURE, "detached signature: base64 of the .sig file"),
        (CORRECTS, "id of the report that this one takes the place of"),
    )
]
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "It is there already; or, of many, what became of each, in their order."},
    400: {"description": "It is no JSON that can be relied on."},
    401: {"description": "No token, or none that holds."},
    403: {"description": "The token is not good for it, or the report corrects one of somebody else."},
    408: {"description": "It took too long to arrive."},
    409: {"description": "Another report of this id is there, and this one is not corrective."},
    413: {"description": "Too large, or too many."},
    415: {"description": "No plain JSON."},
    422: {
        "description": "Not valid, not public, or its signature or key is not its own: `findings` say why."
    },
    429: {"description": "Too many requests; Retry-After says when to come again."},
    503: {"description": "Not at the moment; Retry-After says when to come again."},
    507: {"description": "No room left."},
}


@router.post(
    "/reports",
    status_code=201,
    responses=_ANSWERS,
    openapi_extra={"requestBody": {"required": True, "content": _JSON}, "parameters": _HEADERS},
)
async def take(request: Request, caller: Annotated[Caller, Depends(may(Role.contributor))]) -> JSONResponse:
    """Take a report, or a list of reports of which each is judged on its own.

    A report that is there already stays there once. One of the same id with other content becomes its next
    version if its status is `corrective`, and is refused otherwise.
    """
    registry = registry_of(request)
    said = said_of(request)
    async with registry.bodies.body(request) as body:
        judged = await registry.judges.judge(Sent(body, registry.config.batch_limit, said.signature))
        _demand_own(said, judged)
        outcomes = await _keep(registry, judged, caller, said.corrects)
    answers = [_answer(report, outcome) for report, outcome in zip(judged.reports, outcomes, strict=True)]
    if judged.is_many:
        return JSONResponse(answers)
    if isinstance(outcomes[0], Refusal):
        raise Problem(outcomes[0].status, outcomes[0].detail, outcomes[0].findings)
    return JSONResponse(answers[0], 201 if outcomes[0].is_new else 200)


def _demand_own(said: Said, judged: Judged) -> None:
    """Make sure that what headers say of a report can be of what was sent."""
    if judged.is_many and any((said.key, said.signature, said.corrects)):
        raise Problem(422, f"{KEY}, {SIGNATURE} and {CORRECTS} are of one report: send it alone")
    report = judged.reports[0] if judged.reports else None
    if said.key is not None and isinstance(report, Arrival) and said.key != report.key:
        raise Problem(422, f"{KEY} is not that of this report: <reportId>:<SHA-256 of its canonical JSON>")


async def _keep(registry: Registry, judged: Judged, caller: Caller, corrects: str | None) -> list[Outcome]:
    by = Contributor(caller.name, caller.role is Role.manager)
    deliveries = [Delivery(each, by, corrects) for each in judged.reports if isinstance(each, Arrival)]
    outcomes = await asyncio.wrap_future(registry.writer.keep(deliveries)) if deliveries else []
    kept = iter(outcomes)
    return [each if isinstance(each, Refusal) else next(kept) for each in judged.reports]


def _answer(report: Arrival | Refusal, outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Refusal):
        return {
            "id": outcome.report_id,
            "status": "refused",
            "statusCode": outcome.status,
            "detail": outcome.detail,
            "findings": [told(each) for each in outcome.findings],
        }
    assert isinstance(report, Arrival)
    return {
        "id": report.report_id,
        "version": outcome.version,
        "hash": report.hash,
        "status": "created" if outcome.is_new else "exists",
        "url": f"/reports/{report.report_id}",
        "findings": [told(each) for each in report.warnings],
    }
