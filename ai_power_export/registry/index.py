"""GET /: where what is there lies, for whoever opens the address of a registry."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request

router = APIRouter(tags=["operation"])


@router.get("/")
def index(request: Request) -> dict[str, str]:
    """Say what this is, and where to go on."""
    return {
        "title": request.app.title,
        "version": request.app.version,
        "reports": "/reports",
        "stats": "/stats",
        "schemas": "/schemas",
        "description": str(request.app.openapi_url),
    }
