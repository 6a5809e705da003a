"""GET /stats: how many reports there are, and what they say of energy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ai_power_export.registry import paging
from ai_power_export.registry.access import may
from ai_power_export.registry.aggregates import GROUPED, Told, statistics
from ai_power_export.registry.conditional import unchanged
from ai_power_export.registry.filters import parameters
from ai_power_export.registry.listing import asked
from ai_power_export.registry.problems import Problem
from ai_power_export.registry.state import registry_of
from ai_power_export.registry.tables import reports
from ai_power_export.registry.tokens import Role

router = APIRouter(tags=["statistics"])

BY_DEFAULT = ("stage", "family", "algorithm", "country", "hardware_class")


_ENERGY = {"unit": "kWh", "sum": 1.2, "count": 3, "min": 0.1, "quartile1": None, "median": 0.3, "max": 0.8}
_BY_UNIT = {"stage": "inference", "functionalUnit": "token", "unit": "kWh", "count": 2, "median": 2e-7}
_WHOLE = {"reports": 3, "energy": _ENERGY, "energyPerFunctionalUnit": [_BY_UNIT]}
EXAMPLE = {**_WHOLE, "by": {"stage": {"groups": [{"value": "inference", **_WHOLE}], "others": 0}}}
TOLD = {
    "description": "What the reports say together.",
    "content": {"application/json": {"example": EXAMPLE}},
}


@router.get(
    "/stats",
    dependencies=[Depends(may(Role.reader))],
    response_class=JSONResponse,
    responses={200: TOLD},
    openapi_extra={"parameters": [*parameters()]},
)
def stats(
    request: Request,
    by: Annotated[list[str] | None, Query(description=f"Columns to group by: {', '.join(GROUPED)}.")] = None,
) -> Response:
    """Return counts, sums and quantiles of the reports that all filters let through, as of one moment.

    Energies are of whole runs in kWh, of those reports that tell one (`count`), and by functional unit within
    each stage and unit. Quartiles are told of five values and more.
    """
    columns = by or BY_DEFAULT
    unknown = [name for name in columns if name not in GROUPED]
    if unknown or len(set(columns)) < len(columns):
        raise Problem(422, f"by names each column once; there are {', '.join(GROUPED)}")
    with registry_of(request).database.reading() as connection:
        query = asked(request, "received", "newest", ignored=("by",)).begun(connection)
        headers = {"ETag": query.tag(request.app.version, *columns)}
        known = unchanged(request, headers)
        if known is not None:
            return known
        return JSONResponse(statistics(_rows(connection, query, columns), columns), headers=headers)


def _rows(
    connection: Connection, query: paging.Query, columns: Sequence[str]
) -> Iterator[tuple[Told, Sequence[str | None]]]:
    """Yield what each report of a query tells, few of them in memory at a time."""
    names = (*Told._fields, *columns)
    statement = select(*(reports.c[name].label(f"{place}") for place, name in enumerate(names)))
    found = connection.execution_options(yield_per=1000).execute(statement.where(*query.where))
    for row in found:
        yield Told(*row[: len(Told._fields)]), row[len(Told._fields) :]
