"""GET /health and /ready: for those who watch over the server."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request

from ai_power_export.registry.problems import Problem
from ai_power_export.registry.state import registry_of
from ai_power_export.registry.tables import reports

router = APIRouter(tags=["operation"])


@router.get("/health")
def health() -> dict[str, str]:
    """Say that the server answers."""
    return {"status": "ok"}


@router.get("/ready")
def ready(request: Request) -> dict[str, str]:
    """Say that reports can be read and taken."""
    registry = registry_of(request)
    try:
        if not registry.writer.is_alive:
            raise Problem(503, "reports cannot be taken", headers={"Retry-After": "5"})
        with registry.database.reading() as connection:
            connection.execute(select(reports.c.number).limit(1))
    except SQLAlchemyError:
        raise Problem(503, "the database cannot be asked", headers={"Retry-After": "5"}) from None
    return {"status": "ready"}
