"""GET /reports: reports by what they say, page by page or all at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from ai_power_export.errors import BadInput
from ai_power_export.registry import paging
from ai_power_export.registry.access import may
from ai_power_export.registry.conditional import unchanged
from ai_power_export.registry.filters import BadQuery, conditions, parameters
from ai_power_export.registry.forms import MEDIA_TYPES, TABLES, Form, accepted, as_json
from ai_power_export.registry.paging import Kept, Order
from ai_power_export.registry.problems import Problem, answers
from ai_power_export.registry.state import registry_of
from ai_power_export.registry.tokens import Role
from ai_power_export.report.flat.parquet_form import need_pyarrow

router = APIRouter(tags=["reports"])

PAGE, MOST = 100, 1000
"""Reports of a page of JSON, and at most of any page."""
NEWEST_FIRST = "-received"
OURS = frozenset({"limit", "after", "sort", "format", "versions", "total"})
"""Parameters that are no filters."""

EXAMPLE = {
    "reports": [
        {
            "id": "7c1f5a3e-5b0e-4c37-9d0c-0d5a6f1f2b7a",
            "version": 1,
            "hash": "9f2c…",
            "received": "2026-11-22 08:30:00.000000",
            "url": "/reports/7c1f5a3e-5b0e-4c37-9d0c-0d5a6f1f2b7a/versions/1",
            "report": {"header": {"…": "…"}, "task": {"…": "…"}, "measures": ["…"]},
        }
    ],
    "next": "WzQyLCBudWxs…",
}
FOUND = {
    "description": "The reports, with a `Link` to the next page if there is one",
    "content": {
        MEDIA_TYPES[Form.JSON]: {"example": EXAMPLE},
        MEDIA_TYPES[Form.CSV]: {"schema": {"type": "string"}},
        MEDIA_TYPES[Form.PARQUET]: {"schema": {"type": "string", "format": "binary"}},
    },
}


@router.get(
    "/reports",
    dependencies=[Depends(may(Role.reader))],
    response_class=StreamingResponse,
    responses={200: FOUND, **answers(406)},
    openapi_extra={"parameters": [*parameters()]},
)
def list_reports(
    request: Request,
    limit: Annotated[int | None, Query(ge=1, le=MOST, description="Reports of a page.")] = None,
    after: Annotated[str | None, Query(max_length=8000, description="Cursor of the page before.")] = None,
    sort: Annotated[
        str, Query(description="What they are sorted by; with - before it, it falls.")
    ] = NEWEST_FIRST,
    format: Annotated[Form | None, Query(description="In place of the Accept header.")] = None,
    versions: Annotated[str, Query(pattern="^(newest|all)$", description="Which of each report.")] = "newest",
    total: Annotated[bool, Query(description="Count them all, in X-Total-Count.")] = False,
) -> Response:
    """Return the reports that all filters let through, the newest version of each.

    JSON comes in pages. CSV and Parquet, the wide tables of `aipower table`, come whole without a `limit`.
    """
    form = format or _accepted(request)
    query = asked(request, sort, versions, after)
    listed = _Listing(request, form, query, limit if limit or form is not Form.JSON else PAGE, total)
    return unchanged(request, listed.headers) or StreamingResponse(
        listed.body(), media_type=MEDIA_TYPES[form], headers=listed.headers
    )


def asked(
    request: Request, sort: str, versions: str, after: str | None = None, ignored: Collection[str] = OURS
) -> paging.Query:
    """Return the query of a request: its filters, order and cursor.

    Args:
        request: All its parameters but those that are `ignored` are filters.
        sort: As `Order.named` has it.
        versions: `newest` or `all`.
        after: The cursor, if it has one.
        ignored: Names of parameters.

    Raises:
        Problem: One of them means nothing.
    """
    filters = [(name, value) for name, value in request.query_params.multi_items() if name not in ignored]
    try:
        mark = urlencode([*sorted(filters), ("sort", sort), ("versions", versions)])
        query = paging.Query((*conditions(filters),), Order.named(sort), mark, versions == "all")
        return query.at(after) if after is not None else query
    except BadQuery as error:
        raise Problem(422, str(error)) from None


def _accepted(request: Request) -> Form:
    form = accepted(request.headers.get("accept", ""))
    if form is None:
        raise Problem(406, f"reports are served as {', '.join(MEDIA_TYPES.values())}")
    return form


class _Listing:
    """One answer: what stands in its head is known before the first byte of its body is sent."""

    def __init__(
        self, request: Request, form: Form, query: paging.Query, limit: int | None, total: bool
    ) -> None:
        if form is Form.PARQUET:
            _need_pyarrow()
        self._database, self._form = registry_of(request).database, form
        self.headers = {"Vary": "Accept"}
        self._next: str | None = None
        with self._database.reading() as connection:
            self._query = query.begun(connection)
            tag = self._query.tag(request.app.version, form.value, str(limit), str(total))
            self.headers["ETag"] = tag
            if total:
                self.headers["X-Total-Count"] = str(self._query.count(connection))
            self._places = None if limit is None else self._query.places(connection, limit + 1)
        if limit and self._places and len(self._places) > limit:
            self._places.pop()
            self._next = self._query.cursor(self._places[-1])
            link = urlencode([*_without_cursor(request), ("after", self._next)])
            self.headers["Link"] = f'</reports?{link}>; rel="next"'
        if form is not Form.JSON:
            self.headers["Content-Disposition"] = f'attachment; filename="reports.{form.value}"'

    def body(self) -> Iterator[bytes]:
        if self._form is Form.JSON:
            return as_json(self._kept(), self._next)
        return TABLES[self._form](self._kept())

    def _kept(self) -> Iterator[Kept]:
        if self._places is None:
            return paging.all_texts(self._database, self._query)
        return paging.texts(self._database, self._places)


def _without_cursor(request: Request) -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.query_params.multi_items() if name != "after"]


def _need_pyarrow() -> None:
    try:
        need_pyarrow()
    except BadInput as error:
        raise Problem(406, error.what) from None
