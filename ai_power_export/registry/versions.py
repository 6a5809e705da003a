"""GET /reports/{id}: one report, all its versions, and its signature."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from ai_power_export.registry.access import may
from ai_power_export.registry.problems import Problem
from ai_power_export.registry.state import registry_of
from ai_power_export.registry.tables import reports
from ai_power_export.registry.tokens import Role

router = APIRouter(tags=["reports"], dependencies=[Depends(may(Role.reader))])


@router.get("/reports/{report_id}")
def newest(request: Request, report_id: str) -> Response:
    """Return the newest version of a report, exactly as it was sent."""
    versions = select(reports.c.document).where(reports.c.report_id == report_id)
    with registry_of(request).database.reading() as connection:
        found = connection.execute(versions.order_by(reports.c.version.desc()).limit(1)).scalar()
    if found is None:
        raise Problem(404, "there is no such report")
    return Response(found, media_type="application/json")
