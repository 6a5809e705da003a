"""How a registry says no: one error, answered as a problem of RFC 9457 (application/problem+json)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse

from ai_power_export.report.checks.finding import Finding

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A request that is not fulfilled; its text is for who sent it and holds no secret."""

    def __init__(
        self,
        status: int,
        detail: str,
        findings: Sequence[Finding] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail, findings, headers)  # all of it, so that it passes between processes
        self.status, self.detail, self.findings = status, detail, findings
        self.headers = dict(headers or {})

    def response(self) -> JSONResponse:
        """Return the answer."""
        content: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        if self.findings:
            content["findings"] = [told(finding) for finding in self.findings]
        return JSONResponse(content, self.status, self.headers, MEDIA_TYPE)


_SCHEMA = {
    "type": "object",
    "properties": {
        **{name: {"type": "string"} for name in ("type", "title", "detail")},
        "status": {"type": "integer"},
        "findings": {"type": "array", "items": {"type": "object"}},
    },
    "required": ["type", "title", "status", "detail"],
}


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return how OpenAPI describes answers that are problems."""
    content = {MEDIA_TYPE: {"schema": _SCHEMA}}
    return {each: {"description": HTTPStatus(each).phrase, "content": content} for each in statuses}


def told(finding: Finding) -> dict[str, str]:
    """Return a finding as JSON."""
    return {
        "path": finding.path,
        "code": finding.code,
        "severity": finding.severity,
        "what": finding.what,
        "mend": finding.mend,
    }
