"""What a label carries for machines: the rating as JSON, and the report's id and hash as a QR code."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import html
import json
import math
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.label.rated import Rating
from ai_power_export.report.reading.file import read_bytes
from ai_power_export.report.reading.text import NotJson, parse_json

NAME = "aipower-rating"
"""Of the element, the text or the keyword that has the rating."""
LONGEST_ID = 100
"""Characters of a report's id that a QR code has room for; a UUID has 36."""

_BINARY = (b"\x89PNG", b"%PDF")
"""How files begin in which the rating is in base64."""
_IN_MARKUP = re.compile(rf'<metadata id="{NAME}">([^<]*)</metadata>'.encode())
_IN_BASE64 = re.compile(rb"aipower-rating:([A-Za-z0-9+/=]+);")


def as_data(rating: Rating) -> dict[str, Any]:
    """Return a rating as JSON has it: lists for tuples, and None for a number that is none."""
    data: dict[str, Any] = _plain(dataclasses.asdict(rating))
    return data


def as_text(rating: Rating) -> str:
    """Return a rating as JSON in one line of ASCII, the same for the same rating."""
    return json.dumps(as_data(rating), sort_keys=True, allow_nan=False, separators=(",", ":"))


def as_keyword(rating: Rating) -> str:
    """Return a rating in letters and digits, for where a format has room for words only."""
    return f"{NAME}:{base64.b64encode(as_text(rating).encode()).decode()};"


def embedded(path: Path) -> dict[str, Any]:
    """Return the rating that a label carries, as `as_data` gives it.

    Args:
        path: A label as SVG, PNG, PDF or HTML, or a badge.

    Raises:
        BadInput: There is no such file, or no rating is in it.
    """
    try:
        found = parse_json(_embedded_in(read_bytes(path)))
    except NotJson as error:
        raise BadInput(f"the rating in it cannot be read: {error.what}", path.name) from None
    if not isinstance(found, dict):
        raise BadInput("it carries no rating", path.name, "give a label that `aipower label` wrote")
    return found


def _embedded_in(content: bytes) -> bytes:
    """Return the JSON in a label's bytes; `null` where there is none.

    The first that is found counts: words of strangers, which may look like it, come after it or are escaped.
    """
    if not content.startswith(_BINARY):
        in_markup = _IN_MARKUP.search(content)
        return html.unescape(in_markup[1].decode("utf-8", "replace")).encode() if in_markup else b"null"
    if in_base64 := _IN_BASE64.search(content):
        try:
            return base64.b64decode(in_base64[1], validate=True)
        except binascii.Error:
            raise NotJson("it is cut off") from None
    return b"null"


def code_of(rating: Rating) -> str:
    """Return what the QR code says: `aipower:report/<id>?sha256=<hash>`.

    An id that is too long for the code is left out; the hash tells which report it is.
    """
    name = rating.report_id if len(rating.report_id) <= LONGEST_ID else ""
    return f"aipower:report/{name}?sha256={rating.report_hash[:64]}"


def modules_of(rating: Rating) -> tuple[bytes, ...]:
    """Return the QR code, error correction M, as rows of bytes: 1 is dark, 0 is light; without margin."""
    return _modules(code_of(rating).encode("utf-8", "replace"))


@lru_cache(maxsize=16)  # most of the time of an SVG, and a report's label is written in several formats
def _modules(content: bytes) -> tuple[bytes, ...]:
    import segno

    return tuple(bytes(row) for row in segno.make_qr(content, error="m", boost_error=False).matrix)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
