"""What headers say of the one report that is sent with them."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from ai_power_export.registry.arrivals import is_safe_id
from ai_power_export.registry.problems import Problem
from ai_power_export.report.reading.text import NotJson, parse_json

KEY = "Idempotency-Key"
SIGNATURE = "Report-Signature"
CORRECTS = "Report-Corrects"

LONGEST = 8192
"""Characters of a signature's header; one of ours has some 600."""


@dataclass(frozen=True)
class Said:
    """All of it; None for what is not said."""

    key: str | None
    signature: Mapping[str, Any] | None
    corrects: str | None


def said_of(request: Request) -> Said:
    """Read the headers of a request.

    Raises:
        Problem: What one says is no such thing.
    """
    corrects = request.headers.get(CORRECTS)
    if corrects is not None and not is_safe_id(corrects):
        raise Problem(422, f"{CORRECTS} is no id of a report")
    return Said(request.headers.get(KEY), _signature(request.headers.get(SIGNATURE)), corrects)


def _signature(given: str | None) -> Mapping[str, Any] | None:
    if given is None:
        return None
    try:
        signature = parse_json(base64.b64decode(given[: LONGEST + 1], validate=True))
    except (ValueError, NotJson):  # binascii's own error, or that of text that is not ASCII
        signature = None
    if len(given) > LONGEST or not isinstance(signature, dict):
        raise Problem(422, f"{SIGNATURE} is not base64 of a signature file's JSON")
    return signature
