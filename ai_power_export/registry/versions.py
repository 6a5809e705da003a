"""GET /reports/{id}: one report, its versions and what corrects it, and its signature."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ai_power_export.registry.access import may
from ai_power_export.registry.arrivals import is_safe_id
from ai_power_export.registry.corrections import chain_of
from ai_power_export.registry.problems import Problem
from ai_power_export.registry.state import registry_of
from ai_power_export.registry.tables import reports
from ai_power_export.registry.tokens import Role

router = APIRouter(
    prefix="/reports/{report_id}",
    tags=["reports"],
    dependencies=[Depends(may(Role.reader))],
    responses={404: {"description": "There is no such report."}},
)

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]

_ONE = select(
    reports.c.report_id,
    reports.c.version,
    reports.c.hash,
    reports.c.superseded_by,
    reports.c.signature,
    reports.c.document,
)


@router.get("")
def newest(request: Request, report_id: str) -> Response:
    """Return the newest version of a report, exactly as it was sent."""
    return _document(request, report_id, None)


@router.get("/signature")
def signature(request: Request, report_id: str) -> Response:
    """Return the detached signature of the newest version, as the file beside the report."""
    return _signature(request, report_id, None)


@router.get("/versions")
def every(request: Request, report_id: str) -> JSONResponse:
    """List all versions of a report, of what it corrects and of what corrects it, in the order of arrival."""
    with registry_of(request).database.reading() as connection:
        _found(connection, report_id, None)
        rows = [*connection.execute(_LISTED.where(reports.c.report_id.in_(chain_of(connection, report_id))))]
    places = {row.number: _place(row) for row in rows}
    return JSONResponse([_listed(row, places) for row in rows])


@router.get("/versions/{version}")
def one(request: Request, report_id: str, version: Number) -> Response:
    """Return one version of a report, exactly as it was sent."""
    return _document(request, report_id, version)


@router.get("/versions/{version}/signature")
def signature_of_one(request: Request, report_id: str, version: Number) -> Response:
    """Return the detached signature of one version."""
    return _signature(request, report_id, version)


_LISTED = select(
    reports.c.number,
    reports.c.report_id,
    reports.c.version,
    reports.c.hash,
    reports.c.status,
    reports.c.received,
    reports.c.superseded_by,
    reports.c.signature.is_not(None).label("is_signed"),
).order_by(reports.c.number)


def _document(request: Request, report_id: str, version: int | None) -> Response:
    with registry_of(request).database.reading() as connection:
        found = _found(connection, report_id, version)
        successor = _successor(connection, found)
    headers = {"ETag": f'"{found.hash}"', "Report-Version": str(found.version)}
    if successor:
        headers["Link"] = f'<{successor}>; rel="successor-version"'
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(found.document, media_type="application/json", headers=headers)


def _signature(request: Request, report_id: str, version: int | None) -> Response:
    with registry_of(request).database.reading() as connection:
        found = _found(connection, report_id, version)
    if found.signature is None:
        raise Problem(404, "this report has no signature beside it")
    return Response(found.signature, media_type="application/json")


def _found(connection: Connection, report_id: str, version: int | None) -> Any:
    """Return one version of a report, the newest if none is named."""
    named = [reports.c.report_id == report_id] + ([] if version is None else [reports.c.version == version])
    newest_first = _ONE.where(*named).order_by(reports.c.version.desc()).limit(1)
    found = connection.execute(newest_first).first() if is_safe_id(report_id) else None
    if found is None:
        raise Problem(404, "there is no such report")
    return found


def _successor(connection: Connection, found: Any) -> str | None:
    """Return the address of what took the place of a version."""
    if found.superseded_by is None:
        return None
    by = select(reports.c.report_id, reports.c.version).where(reports.c.number == found.superseded_by)
    row = connection.execute(by).one()
    return _place(row) if row.report_id == found.report_id else f"/reports/{row.report_id}"


def _place(row: Any) -> str:
    return f"/reports/{row.report_id}/versions/{row.version}"


def _listed(row: Any, places: dict[int, str]) -> dict[str, Any]:
    return {
        "id": row.report_id,
        "version": row.version,
        "hash": row.hash,
        "reportStatus": row.status,
        "received": row.received,
        "supersededBy": places.get(row.superseded_by),
        "isSigned": row.is_signed,
        "url": _place(row),
    }
