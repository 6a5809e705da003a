"""Reports as they arrive: cut out of a request, judged, and made ready to be kept."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ai_power_export.deliver.interface import Parcel
from ai_power_export.errors import BadInput
from ai_power_export.registry.columns import Value, columns_of
from ai_power_export.registry.problems import Problem
from ai_power_export.report.checks.check import check
from ai_power_export.report.checks.finding import Finding
from ai_power_export.report.evidence import value_at
from ai_power_export.report.header import CONFIDENTIALITY, STATUS
from ai_power_export.report.reading.text import NotJson, decode, parse_json
from ai_power_export.report.signing.seal import from_file, to_file
from ai_power_export.report.signing.verify import CHANGED, Verdict, is_changed, verify_detached

ID = "header.reportId"

_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~:@+-]{0,199}")
"""Ids that stand in an address as they are; UUIDs, which the format asks for, are."""
_SPACE = re.compile(r"[ \t\n\r]*")

MOST_NODES = 1_000_000
"""Values in one request; 1000 reports have some 150,000. Each costs up to 100 bytes of memory once read."""


@dataclass(frozen=True)
class Arrival:
    """A report that may be kept."""

    report_id: str
    hash: str
    text: str
    columns: Mapping[str, Value]
    is_corrective: bool
    signature: str | None = None
    """Its detached signature as JSON, which holds."""
    warnings: tuple[Finding, ...] = ()

    @property
    def key(self) -> str:
        """What makes it the same report, sent again."""
        return f"{self.report_id}:{self.hash}"


@dataclass(frozen=True)
class Refusal:
    """Why a report is not kept."""

    status: int
    """Of HTTP, had it been sent alone."""
    detail: str
    findings: tuple[Finding, ...] = ()
    report_id: str | None = None


@dataclass(frozen=True)
class Sent:
    """A request, as far as it matters to what is in it."""

    body: bytes = field(repr=False)
    most: int
    """Reports that it may hold."""
    signature: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Judged:
    """What became of the reports of a request, in their order."""

    reports: Sequence[Arrival | Refusal]
    is_many: bool


def judge(sent: Sent) -> Judged:
    """Judge every report of a request.

    Raises:
        Problem: It holds no JSON, or more than it may.
    """
    text = _text(sent.body)
    if not text.startswith("["):
        return Judged([judge_one(text, sent.signature)], is_many=False)
    return Judged([judge_one(each, None) for each in _entries(text, sent.most)], is_many=True)


def judge_one(text: str, signature: Mapping[str, Any] | None) -> Arrival | Refusal:
    """Judge one report as the client's own checks do, and whether it is one that may be kept."""
    try:
        document = parse_json(text.encode())
    except NotJson as error:
        return Refusal(400, f"the report {error}")
    findings = check(document).findings
    errors = tuple(each for each in findings if each.severity == "error")
    report_id = _id_of(document)
    if errors:
        return Refusal(422, f"the report is not valid: {_first(errors)}", errors, report_id)
    faults = tuple(_unfit(document, report_id))
    if faults:
        return Refusal(422, f"the report cannot be taken: {_first(faults)}", faults, report_id)
    assert report_id is not None
    return _arrival(report_id, text, document, findings, signature)


def _arrival(
    report_id: str,
    text: str,
    document: Mapping[str, Any],
    warnings: tuple[Finding, ...],
    signature: Mapping[str, Any] | None,
) -> Arrival | Refusal:
    try:
        hashed = Parcel("", document).hash
    except BadInput as error:
        return Refusal(422, f"the report {error.what}", (), report_id)
    if is_changed(document):
        return Refusal(422, CHANGED, (), report_id)
    kept = None
    if signature is not None:
        verified = verify_detached(document, signature)
        if verified.verdict is not Verdict.VALID:
            return Refusal(422, f"the signature does not hold: {verified.why}", (), report_id)
        kept = json.dumps(to_file(from_file(signature)))  # and nothing else that may stand in that file
    is_corrective = value_at(document, STATUS) == "corrective"
    return Arrival(report_id, hashed, text, columns_of(document), is_corrective, kept, warnings)


def _text(body: bytes) -> str:
    """Return the text of a request without white space around it."""
    if sum(map(body.count, (b",", b"[", b"{"))) > MOST_NODES:
        raise Problem(413, f"the request holds more than {MOST_NODES:,} values: send fewer reports at once")
    try:
        return decode(body).strip(" \t\n\r")
    except NotJson as error:
        raise Problem(400, f"the request {error}") from None


def _entries(text: str, most: int) -> list[str]:
    """Return the texts of the entries of a list, each exactly as it stands there."""
    decoder, at = json.JSONDecoder(), 1
    found: list[str] = []
    try:
        at = _after_space(text, at)
        while text[at : at + 1] != "]" or found:
            if len(found) == most:
                raise Problem(413, f"the request holds more than {most:,} reports: send fewer at once")
            _, end = decoder.raw_decode(text, at)
            found.append(text[at:end])
            at = _after_space(text, end)
            if text[at : at + 1] != ",":
                break
            at = _after_space(text, at + 1)
    except (ValueError, RecursionError):
        raise _not_json(text) from None
    if text[at:] != "]":
        raise _not_json(text)
    return found


def _after_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _not_json(text: str) -> Problem:
    try:
        parse_json(text.encode())
    except NotJson as error:
        return Problem(400, f"the request {error}")
    return Problem(400, "the request is not JSON")


def _unfit(document: Mapping[str, Any], report_id: str | None) -> list[Finding]:
    """Return why a valid report is none for open data."""
    found = []
    said = value_at(document, CONFIDENTIALITY)
    if said != "public":
        what = f"is {said}" if said else "is missing"
        found.append(Finding(CONFIDENTIALITY, what, "only public reports are taken", "error", "not-public"))
    if report_id is None:
        found.append(
            Finding(ID, "is missing", "give the report an id, such as a UUID", "error", "missing-field")
        )
    elif not is_safe_id(report_id):
        what = "has characters that cannot stand in an address, or too many"
        found.append(Finding(ID, what, "use a UUID", "error", "unsafe-id"))
    return found


def is_safe_id(text: str) -> bool:
    """Tell whether a text is an id that a report in a registry can have."""
    return _SAFE_ID.fullmatch(text) is not None


def _id_of(document: Any) -> str | None:
    """Return the id that a report gives itself; None where there is none."""
    header = document.get("header") if isinstance(document, dict) else None
    found = header.get("reportId") if isinstance(header, dict) else None
    return found if isinstance(found, str) and found else None


def _first(findings: tuple[Finding, ...]) -> str:
    return f"{findings[0]}, and {len(findings) - 1} more" if len(findings) > 1 else str(findings[0])
