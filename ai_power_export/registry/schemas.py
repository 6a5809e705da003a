"""GET /schemas: the versions of the format, and the JSON Schema of each."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from ai_power_export.registry.conditional import unchanged
from ai_power_export.registry.problems import Problem, answers
from ai_power_export.report.format.schema import schema_path
from ai_power_export.report.format.versions import VERSIONS, WHOLE

router = APIRouter(prefix="/schemas", tags=["format"])

MEDIA_TYPE = "application/schema+json"


@router.get("")
def list_schemas() -> dict[str, list[dict[str, Any]]]:
    """Return the versions of the format that reports may follow, the newest first."""
    return {
        "schemas": [
            {
                "version": each.name,
                "title": each.title,
                "formatVersion": each.format_version,
                "specification": each.specification_uri,
                "url": f"/schemas/{each.name}",
                "forms": list(each.models),
            }
            for each in VERSIONS.values()
        ]
    }


@router.get(
    "/{version}", response_class=Response, responses={200: {"content": {MEDIA_TYPE: {}}}, **answers(404)}
)
def schema(
    request: Request,
    version: str,
    form: Annotated[str, Query(description="Which form of a version that has several.")] = WHOLE,
) -> Response:
    """Return the JSON Schema of a version."""
    content, tag = _schema(version, form)
    headers = {"ETag": tag, "Cache-Control": "public, max-age=3600"}
    return unchanged(request, headers) or Response(content, media_type=MEDIA_TYPE, headers=headers)


def _schema(version: str, form: str) -> tuple[bytes, str]:
    if version not in VERSIONS or form not in VERSIONS[version].models:
        known = ", ".join(VERSIONS)
        raise Problem(404, f"there is no such schema; there are {known}")
    return _read(version, form)


@cache
def _read(version: str, form: str) -> tuple[bytes, str]:
    content = schema_path(version, form).read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:32]}"'
