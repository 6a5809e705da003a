"""POST /reports: one report, or many."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from ai_power_export.registry.access import Caller, may
from ai_power_export.registry.arrivals import Arrival, Judged, Refusal, Sent, judge
from ai_power_export.registry.problems import Problem, told
from ai_power_export.registry.state import Registry, registry_of
from ai_power_export.registry.store import Contributor, Delivery, Placed
from ai_power_export.registry.tokens import Role

router = APIRouter(tags=["reports"])


@router.post("/reports", status_code=201)
async def take(request: Request, caller: Annotated[Caller, Depends(may(Role.contributor))]) -> JSONResponse:
    """Take a report, or a list of reports of which each is judged on its own."""
    registry = registry_of(request)
    body = await request.body()
    judged = await run_in_threadpool(judge, Sent(body, registry.config.batch_limit))
    if not judged.is_many:
        _demand_key(request, judged.reports[0])
    outcomes = await _keep(registry, judged, caller)
    answers = [_answer(report, outcome) for report, outcome in zip(judged.reports, outcomes, strict=True)]
    if judged.is_many:
        return JSONResponse(answers)
    if isinstance(outcomes[0], Refusal):
        raise Problem(outcomes[0].status, outcomes[0].detail, outcomes[0].findings)
    return JSONResponse(answers[0], 201 if outcomes[0].is_new else 200)


async def _keep(registry: Registry, judged: Judged, caller: Caller) -> list[Placed | Refusal]:
    by = Contributor(caller.name, caller.role is Role.manager)
    deliveries = [Delivery(each, by) for each in judged.reports if isinstance(each, Arrival)]
    outcomes = await asyncio.wrap_future(registry.writer.keep(deliveries))
    kept = iter(outcomes)
    return [each if isinstance(each, Refusal) else next(kept) for each in judged.reports]


def _demand_key(request: Request, report: Arrival | Refusal) -> None:
    key = request.headers.get("idempotency-key")
    if key is not None and isinstance(report, Arrival) and key != report.key:
        raise Problem(
            422, "Idempotency-Key is not that of this report: <reportId>:<SHA-256 of its canonical JSON>"
        )


def _answer(report: Arrival | Refusal, outcome: Placed | Refusal) -> dict[str, Any]:
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
