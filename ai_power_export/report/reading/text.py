"""Reads JSON that others wrote: the document, or one line that says why there is none."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, NoReturn

from ai_power_export.errors import BadInput
from ai_power_export.report.reading.places import TOKEN, one_line, places

DEEPEST = 100
"""Objects and lists in each other; the format has 6. All that walk a document may recurse."""

_ARCHIVES = {
    b"PK\x03\x04": "a zip archive",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"7z\xbc\xaf": "a 7z archive",
}
"""What a file is by its first bytes, as the specifications of these formats say."""

_SLIPS = (
    (re.compile(r"<"), "this is HTML or XML"),
    (re.compile(r"'"), 'JSON has " for quotes'),
    (re.compile(r"//|/\*|#"), "JSON has no comments"),
    (re.compile(r"True|False"), "write true and false"),
    (re.compile(r"None|nan|inf|undefined"), "leave out what has no value"),
    (re.compile(r",\s*[}\]]"), "take the last comma away"),
    (re.compile(r"$"), "its end is missing"),
)
"""What often stands where JSON ends, and what to do about it."""

_HUGE = re.compile(r"\d[eE]\+?\d{3}")
"""An exponent that a float may not be able to hold."""


class NotJson(BadInput):
    """A file that holds no JSON document, or none that can be relied on."""

    def __init__(self, what: str, mend: str = "", *, code: str = "not-json", line: int = 1) -> None:
        super().__init__(what, mend=mend)
        self.code, self.line = code, line


def parse_json(content: bytes) -> Any:
    """Return the JSON document that bytes hold.

    Raises:
        NotJson: They hold none, or one that readers understand differently: with NaN or a number
            beyond all floats, with a key twice in an object, nested deeper than `DEEPEST`.
    """
    text = decode(content)
    repeated: list[bool] = []
    document = _parsed(text, repeated)
    if text.count("{") + text.count("[") > DEEPEST and _is_deep(document):
        _refuse_deep()
    if repeated:
        _refuse_repeated(text)
    return document


def decode(content: bytes) -> str:
    """Return the text of a JSON file, which is UTF-8, without a byte order mark.

    Raises:
        NotJson: It is empty, an archive, or in another encoding.
    """
    if not content.strip():
        raise NotJson("is empty", code="empty-file")
    kind = next((name for mark, name in _ARCHIVES.items() if content.startswith(mark)), None)
    if kind:
        raise NotJson(f"is {kind}, not JSON", "unpack it first")
    encoding = json.detect_encoding(content)
    if not encoding.startswith("utf-8"):
        raise NotJson(f"is {encoding[:6].upper()}, not UTF-8", "save it as UTF-8", code="not-utf-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = f"is not UTF-8: byte 0x{content[error.start]:02x} in line {line}"
        raise NotJson(what, "save it as UTF-8", code="not-utf-8", line=line) from None


def _parsed(text: str, repeated: list[bool]) -> Any:
    """Return the document, and note whether a key stands twice in an object."""
    exact = _finite if _HUGE.search(text) else None
    try:
        return json.loads(
            text, object_pairs_hook=_noting(repeated), parse_constant=_refusing(text), parse_float=exact
        )
    except json.JSONDecodeError as error:
        what = f"is not JSON: {error.msg} in line {error.lineno}, column {error.colno}"
        raise NotJson(what, _mend(text, error), line=error.lineno) from None
    except RecursionError:
        _refuse_deep()
    except ValueError:  # Python reads no integer of more than 4300 digits
        raise NotJson("holds a number of thousands of digits") from None


def _noting(repeated: list[bool]) -> Callable[[list[tuple[str, Any]]], dict[str, Any]]:
    """Return what makes an object of its members, and notes where two have the same key."""

    def make(members: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(members)
        if len(made) < len(members):
            repeated.append(True)
        return made

    return make


def _finite(literal: str) -> float:
    number = float(literal)
    if number in (float("inf"), float("-inf")):
        raise NotJson(f"holds {one_line(literal)}, beyond all numbers that computers calculate with")
    return number


def _refusing(text: str) -> Callable[[str], NoReturn]:
    """Return what refuses NaN and Infinity, which Python's reader takes."""

    def refuse(name: str) -> NoReturn:
        at = next(token.start() for token in TOKEN.finditer(text) if token[0] == name)
        line = text.count("\n", 0, at) + 1
        raise NotJson(f"is not JSON: {name} in line {line}", "leave out what has no value", line=line)

    return refuse


def _mend(text: str, error: json.JSONDecodeError) -> str:
    if error.msg == "Extra data":
        return "a file holds one document and nothing after it"
    before = text[: error.pos].rstrip()
    at = len(before) - 1 if before.endswith(",") else error.pos
    return next((mend for slip, mend in _SLIPS if slip.match(text, at) or slip.match(text, error.pos)), "")


def _is_deep(document: Any) -> bool:
    level = [document] if isinstance(document, (dict, list)) else []
    for _ in range(DEEPEST):
        inner = (node.values() if isinstance(node, dict) else node for node in level)
        level = [child for children in inner for child in children if isinstance(child, (dict, list))]
        if not level:
            return False
    return True


def _refuse_deep() -> NoReturn:
    raise NotJson(f"is nested more than {DEEPEST} levels deep", code="nested-too-deep")


def _refuse_repeated(text: str) -> NoReturn:
    seen: set[str] = set()
    for path, offset in places(text):
        if path in seen:
            line = text.count("\n", 0, offset) + 1
            raise NotJson(
                f"has {path} twice, again in line {line}",
                "keep the true one",
                code="duplicate-key",
                line=line,
            )
        seen.add(path)
    raise NotJson("has a key twice in one object", "keep the true one", code="duplicate-key")
