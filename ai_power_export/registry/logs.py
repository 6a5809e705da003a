"""Logs: a line of JSON for each request and each event, on stderr. No token, no query, no body is in them."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import traceback
from datetime import datetime, timezone
from uuid import uuid4

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ai_power_export.registry.problems import Problem

logger = logging.getLogger("ai_power_export.registry")

REQUEST_ID = "X-Request-ID"
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""Ids of requests that are taken over from a proxy."""

SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
"""What stands in reports comes from strangers: no browser is to run any of it."""


def log(event: str, *, level: int = logging.INFO, **told: object) -> None:
    """Write one line."""
    logger.log(level, event, extra={"told": told})


def write_logs() -> None:
    """Have this process write its log, and what the server below says that matters."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    for name, level in (("ai_power_export.registry", logging.INFO), ("uvicorn.error", logging.WARNING)):
        each = logging.getLogger(name)
        each.handlers, each.propagate = [handler], False
        each.setLevel(level)


class _Lines(logging.Formatter):
    """Writes each record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds")
        line = {"time": moment, "level": record.levelname.lower(), "event": record.getMessage()}
        line |= getattr(record, "told", {})
        if record.exc_info:
            line["error"] = "".join(traceback.format_exception(record.exc_info[1]))
        return json.dumps(line, default=str)


class RequestLog:
    """Wraps the application: gives each request an id, logs it, and answers for what nobody has caught."""

    def __init__(self, app: ASGIApp) -> None:
        """Take the application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        given = request.headers.get(REQUEST_ID, "")
        request.state.id = given if _GIVEN_ID.fullmatch(given) else uuid4().hex
        began, status = time.perf_counter(), 0

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _complete(message, request.state.id)
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        except Exception as error:  # noqa: BLE001 - the last one who can answer it
            request.state.fault = "".join(traceback.format_exception(error))
            if not status:
                detail = f"the registry failed; its log tells more about request {request.state.id}"
                await Problem(500, detail).response()(scope, receive, send_on)
        finally:
            _log_request(request, status, time.perf_counter() - began)


def _complete(message: Message, request_id: str) -> None:
    headers = MutableHeaders(scope=message)
    headers[REQUEST_ID] = request_id
    for name, value in SAFE_HEADERS.items():
        headers.setdefault(name, value)


def _log_request(request: Request, status: int, seconds: float) -> None:
    fault = getattr(request.state, "fault", None)
    told = {
        "id": request.state.id,
        "method": request.method,
        "path": request.url.path,
        "status": status,
        "ms": round(seconds * 1000, 1),
        "client": request.client.host if request.client else None,
        "token": getattr(request.state, "token_id", None),
    }
    level = logging.ERROR if fault else logging.INFO
    log("request", level=level, **told, **({"error": fault} if fault else {}))
