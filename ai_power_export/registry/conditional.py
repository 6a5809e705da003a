"""Answers that the reader has already: entity tags and `If-None-Match` (RFC 9110, section 13.1.2)."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response


def unchanged(request: Request, headers: Mapping[str, str]) -> Response | None:
    """Return the answer that nothing has changed, where the reader names the tag of the new one."""
    known = request.headers.get("if-none-match", "").split(",")
    if headers["ETag"].removeprefix("W/") not in (each.strip().removeprefix("W/") for each in known):
        return None
    return Response(status_code=304, headers={name: headers[name] for name in _OF_304 if name in headers})


_OF_304 = ("ETag", "Vary", "Cache-Control")
"""What such an answer has of the head (section 15.4.5)."""
