"""GET /stats: how many reports there are, and what they say of energy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from sqlalchemy import select
from starlette.requests import Request

from ai_power_export.registry import paging
from ai_power_export.registry.access import may
from ai_power_export.registry.aggregates import GROUPED, Told, statistics
from ai_power_export.registry.database import Database
from ai_power_export.registry.filters import parameters
from ai_power_export.registry.listing import asked
from ai_power_export.registry.problems import Problem
from ai_power_export.registry.state import registry_of
from ai_power_export.registry.tables import reports
from ai_power_export.registry.tokens import Role

router = APIRouter(tags=["statistics"])

BY_DEFAULT = ("stage", "family", "algorithm", "country", "hardware_class")


@router.get("/stats", dependencies=[Depends(may(Role.reader))], openapi_extra={"parameters": [*parameters()]})
def stats(
    request: Request,
    by: Annotated[list[str] | None, Query(description=f"Columns to group by: {', '.join(GROUPED)}.")] = None,
) -> dict[str, Any]:
    """Return counts, sums and quantiles of the reports that all filters let through, as of one moment.

    Energies are of whole runs in kWh, of those reports that tell one (`count`), and by functional unit within
    each stage and unit. Quartiles are told of five values and more.
    """
    columns = by or BY_DEFAULT
    unknown = [name for name in columns if name not in GROUPED]
    if unknown or len(set(columns)) < len(columns):
        raise Problem(422, f"by names each column once; there are {', '.join(GROUPED)}")
    query = asked(request, "received", "newest", ignored=("by",))
    return statistics(_rows(registry_of(request).database, query, columns), columns)


def _rows(
    database: Database, query: paging.Query, columns: Sequence[str]
) -> Iterator[tuple[Told, Sequence[str | None]]]:
    """Yield what each report of a query tells, in one transaction and so of one moment."""
    names = (*Told._fields, *columns)
    with database.reading() as connection:
        query = query.begun(connection)
        statement = select(*(reports.c[name].label(f"{place}") for place, name in enumerate(names)))
        found = connection.execution_options(yield_per=1000).execute(statement.where(*query.where))
        for row in found:
            yield Told(*row[: len(Told._fields)]), row[len(Told._fields) :]
