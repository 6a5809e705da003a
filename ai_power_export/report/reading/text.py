"""Reads JSON that others wrote: the document, or one line that says why there is none."""

from __future__ import annotations

import json
import math
import re
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


class NotJson(BadInput):
    """A file that holds no JSON document, or none that can be relied on."""

    def __init__(self, what: str, mend: str = "", *, code: str = "not-json", line: int = 1) -> None:
        super().__init__(what, mend=mend)
        self.code, self.line = code, line


_UNSURE = object()


class _Repeated(Exception):
    """A key stands twice in an object."""


class _Constant(Exception):
    """A name that Python's reader takes for a number, and JSON does not have."""


def parse_json(content: bytes) -> Any:
    """Return the JSON document that bytes hold.

    Raises:
        NotJson: They hold none, or one that readers understand differently: with NaN or a number
            beyond all floats, with a key twice in an object, nested deeper than `DEEPEST`.
    """
    document = _quickly(content)
    return _carefully(decode(content)) if document is _UNSURE else document


def _quickly(content: bytes) -> Any:
    """Return the document of a text that is plainly well-formed, faster than `json` does; else `_UNSURE`.

    The parser keeps the last of two equal keys. Then the document, written again, has fewer colons than
    the text, in which they are all plain (`003a` is the only other way to write one).
    """
    from pydantic_core import from_json, to_json

    may_be_deep = content.count(b"{") + content.count(b"[") > DEEPEST
    if may_be_deep or b"\\u003" in content:
        return _UNSURE
    try:
        document = from_json(content, allow_inf_nan=False)
        again = to_json(document)
    except ValueError:
        return _UNSURE
    is_whole = again.count(b":") == content.count(b":") and b"Infinity" not in again
    return document if is_whole else _UNSURE


def _carefully(text: str) -> Any:
    try:
        document = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        what = f"is not JSON: {error.msg.removesuffix(' at')} in line {error.lineno}, column {error.colno}"
        raise NotJson(what, _mend(text, error), line=error.lineno) from None
    except RecursionError:
        raise _too_deep() from None
    except _Constant as error:
        raise _constant(text, str(error)) from None
    except _Repeated:
        raise _repeated(text) from None
    except ValueError:  # Python reads no integer of more than 4300 digits
        raise NotJson("holds a number of thousands of digits") from None
    if _is_deep(document):
        raise _too_deep()
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


def _unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(members)
    if len(made) < len(members):
        raise _Repeated
    return made


def _finite(literal: str) -> float:
    number = float(literal)
    if math.isinf(number):
        raise NotJson(f"holds {one_line(literal)}, beyond all numbers that computers calculate with")
    return number


def _refuse(name: str) -> NoReturn:
    raise _Constant(name)


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_finite, parse_constant=_refuse)


def _constant(text: str, name: str) -> NotJson:
    at = next(token.start() for token in TOKEN.finditer(text) if token[0] == name)
    line = text.count("\n", 0, at) + 1
    return NotJson(f"is not JSON: {name} in line {line}", "leave out what has no value", line=line)


def _repeated(text: str) -> NotJson:
    """Return what is wrong with a text in which a key stands twice."""
    seen: set[str] = set()
    try:
        for path, offset in places(text):
            if path in seen:
                line = text.count("\n", 0, offset) + 1
                what = f"has {path} twice, again in line {line}"
                return NotJson(what, "keep the true one", code="duplicate-key", line=line)
            seen.add(path)
    except (RecursionError, StopIteration, ValueError):  # what follows is not JSON, or nested too deep
        pass
    return NotJson("has a key twice in an object", "keep the true one", code="duplicate-key")


def _mend(text: str, error: json.JSONDecodeError) -> str:
    if error.msg == "Extra data":
        return "a file holds one document and nothing after it"
    if error.msg.startswith("Unterminated"):
        return "its end is missing"
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


def _too_deep() -> NotJson:
    return NotJson(f"is nested more than {DEEPEST} levels deep", code="nested-too-deep")
