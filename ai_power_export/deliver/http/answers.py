"""What a server's answer means for each report that was sent."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import httpx

from ai_power_export.deliver.http.client import Reply, origin
from ai_power_export.deliver.interface import Answer, Parcel, Receipt, Refused, Unreachable
from ai_power_export.deliver.one_line import one_line

LONGEST_WAIT = 24 * 3600.0
"""Seconds that a server may ask to be left alone for; beyond, its clock is taken to be wrong."""
_MAY_PASS = frozenset({408, 425, 429})
"""Answers below 500 that the same request need not get again (RFC 9110, 8470, 6585)."""
_SAYS = {
    401: "the token is not known there",
    403: "the token does not give the right to deliver",
    404: "nothing takes reports there: check the address",
    405: "nothing takes reports there: check the address",
    409: "another report has this id there (aipower edit makes one that takes its place)",
    413: "the report is larger than what is taken there",
    415: "no JSON is taken there: check the address",
    422: "the report is not taken as it is",
}
_NO_TOKEN = "reports are taken with a token only (AIPOWER_TOKEN, or keyring set ai-power-export {host})"
_NO_REGISTRY = "what answers there is no registry: its answer does not name the report"


@dataclass(frozen=True)
class Asked:
    """What was asked of whom."""

    url: httpx.URL
    """Where the reports were sent."""
    is_registry: bool
    """Whether it is to name each report that it has; of another service a 2xx is enough."""
    token: str

    def says(self, *words: str) -> str:
        """Return a line about the destination, cleaned of what a server may have put into it."""
        told = ": ".join(filter(None, words))
        return one_line(f"{self.url.copy_with(query=None)}: {told}", self.token)


def answers(reply: Reply, parcels: Sequence[Parcel], asked: Asked) -> list[Answer]:
    """Return what the reply says of each report, in their order."""
    if not 200 <= reply.status < 300:
        return [_failure(reply, asked)] * len(parcels)
    said = _json(reply.body)
    if not asked.is_registry:
        is_new = not (isinstance(said, Mapping) and said.get("status") == "exists")
        return [Receipt(is_new, _where(said, asked)) for _ in parcels]
    entries = said if len(parcels) > 1 else [said]
    if not isinstance(entries, list) or len(entries) != len(parcels):
        return [Unreachable(asked.says(_NO_REGISTRY))] * len(parcels)
    return [_of_one(entry, parcel, asked) for entry, parcel in zip(entries, parcels, strict=True)]


def _of_one(entry: Any, parcel: Parcel, asked: Asked) -> Answer:
    status = entry.get("status") if isinstance(entry, Mapping) else None
    if status == "refused":
        return _refusal(_status_of(entry), _detail(entry), asked)
    # Without its id and hash nobody knows what was taken: a page to sign in answers 200 as well.
    if status not in ("created", "exists") or (entry.get("id"), entry.get("hash")) != (
        parcel.report_id,
        parcel.hash,
    ):
        return Unreachable(asked.says(_NO_REGISTRY))
    return Receipt(status == "created", _where(entry, asked))


def _where(said: Any, asked: Asked) -> str:
    """Return the address of a report, where the answer tells one on the same server."""
    told = said.get("url") if isinstance(said, Mapping) else None
    if not isinstance(told, str):
        return ""
    try:
        url = asked.url.join(told)
    except (httpx.InvalidURL, ValueError):
        return ""
    is_fit = origin(url) == origin(asked.url) and one_line(str(url), asked.token) == str(url)
    return str(url) if is_fit else ""


def _status_of(entry: Mapping[str, Any]) -> int:
    """Return the status that one of many reports would have had alone; 422 where the answer does not tell."""
    status = entry.get("statusCode")
    return status if isinstance(status, int) and 400 <= status < 600 else 422


def _failure(reply: Reply, asked: Asked) -> Answer:
    if 300 <= reply.status < 400:
        there = one_line(reply.headers.get("location", "").partition("?")[0]) or "nowhere"
        return Refused(asked.says(f"redirects to {there}, where a report cannot follow: check the address"))
    detail = _detail(_json(reply.body)) or _text(reply)
    return _refusal(reply.status, detail, asked, _pause(reply.headers))


def _refusal(status: int, detail: str, asked: Asked, after: float | None = None) -> Answer:
    plain = f"answers {status} {_phrase(status)}"
    if status >= 500 or status in _MAY_PASS:
        return Unreachable(asked.says(plain, detail), after)
    if status == 401 and not asked.token:
        return Refused(asked.says(_NO_TOKEN.format(host=asked.url.netloc.decode()), detail))
    return Refused(asked.says(_SAYS.get(status, plain), detail))


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _pause(headers: httpx.Headers) -> float | None:
    """Return the seconds of `Retry-After` (RFC 9110, section 10.2.3), a number or a date."""
    told = headers.get("retry-after", "").strip()
    if told.isdecimal() and told.isascii():
        return min(float(told), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(told).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(until - _now(headers), 0.0), LONGEST_WAIT)


def _now(headers: httpx.Headers) -> float:
    """Return the server's own clock, which its dates are told by, as Unix time; else ours."""
    try:
        return parsedate_to_datetime(headers.get("date", "")).timestamp()
    except (ValueError, TypeError, OverflowError):
        return time.time()


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _text(reply: Reply) -> str:
    kind = reply.headers.get("content-type", "").partition(";")[0].strip()
    return reply.body.decode("utf-8", "replace") if kind == "text/plain" else ""


def _detail(said: Any) -> str:
    """Return why, in the words of a problem (RFC 9457) or as other services tell it: findings go first."""
    if not isinstance(said, Mapping):
        return ""
    findings = said.get("findings")
    errors = [_finding(each) for each in findings if _is_error(each)] if isinstance(findings, list) else []
    if errors:
        return errors[0] + (f", and {len(errors) - 1} more" if len(errors) > 1 else "")
    told = (said.get(name) for name in ("detail", "title", "message", "error"))
    return next((each for each in told if isinstance(each, str) and each), "")


def _is_error(finding: Any) -> bool:
    return isinstance(finding, Mapping) and finding.get("severity", "error") == "error"


def _finding(finding: Mapping[str, Any]) -> str:
    path, what, mend = (str(finding.get(name) or "") for name in ("path", "what", "mend"))
    return f"{path} {what}" + (f" ({mend})" if mend else "")
