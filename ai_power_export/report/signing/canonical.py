"""The one sequence of bytes that a report stands for, however it is laid out: canonical JSON, RFC 8785."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.report.format.versions import BOAMPS_2024, ORANGE, version_of
from ai_power_export.report.reading.file import read_json

HASH = "$hash"
"""The root property that holds the signature in versions that have it."""

WITH_HASH = (BOAMPS_2024, ORANGE)
"""Versions that have a place for the signature of a report in itself."""

EXACT = 2**53 - 1
"""Up to here all whole numbers are doubles (RFC 7493, section 2.2)."""
BEYOND = 10**21
"""From here on, canonical JSON has no whole numbers: they get an exponent (ECMA-262, Number::toString)."""

_LEAST = 1e-4
"""From here to `EXACT` Python and ECMAScript write a double alike: without an exponent."""
_PYTHONS = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)

HASHES = {"SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
"""Hash functions of the format that still resist collisions, with their names in `hashlib`."""


def read_object(path: Path) -> dict[str, Any]:
    """Read a JSON object that says each thing once: readers differ in which of two equal names they take.

    Raises:
        BadInput: The file cannot be read, or is no such object.
    """
    document = read_json(path)
    if not isinstance(document, dict):
        raise BadInput("is no JSON object", path.name)
    return document


def has_hash(document: Mapping[str, Any]) -> bool:
    """Tell whether the version that a report follows keeps its signature in `$hash`."""
    return version_of(document) in WITH_HASH


def canonical(document: Mapping[str, Any]) -> bytes:
    """Return a report as canonical JSON, without `$hash` where its version has one.

    Raises:
        BadInput: It holds what RFC 8785 cannot say exactly: a number that is no double, or half of a
            surrogate pair.
    """
    import rfc8785

    kept = {name: value for name, value in document.items() if not (name == HASH and has_hash(document))}
    try:
        return _quickly(kept) or rfc8785.dumps(_in_doubles(kept))
    except UnicodeEncodeError:  # from a name; from a value it is rfc8785's own error
        raise BadInput("cannot be signed: it holds text that is no Unicode") from None
    except ValueError as error:
        raise BadInput(f"cannot be signed: {error}") from None


class _Special(Exception):
    """A value that Python's own JSON might write in another form than the canonical one."""


def _quickly(document: Mapping[str, Any]) -> bytes | None:
    """Return canonical JSON several times as fast, of a document of plain values alone; else None."""
    try:
        return _PYTHONS.encode(_plain(document)).encode()
    except (_Special, UnicodeEncodeError):
        return None


def _plain(node: Any) -> Any:
    """Return a value with 2.0 as 2.

    Raises:
        _Special: It has a number that may need an exponent, or a name that may sort otherwise in UTF-16.
    """
    if node is None or isinstance(node, (str, bool)):
        return node
    if isinstance(node, dict) and all(map(str.isascii, node)):
        return {name: _plain(value) for name, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    if isinstance(node, (int, float)) and (node == 0 or _LEAST <= abs(node) < EXACT):
        return int(node) if node == int(node) else node
    raise _Special


def _in_doubles(node: Any) -> Any:
    """Return a value with each whole number beyond 2^53 as the double whose canonical form it is.

    Raises:
        ValueError: A number has no such double: that nearest to it is written with other digits.
    """
    if isinstance(node, dict):
        return {name: _in_doubles(value) for name, value in node.items()}
    if isinstance(node, list):
        return [_in_doubles(value) for value in node]
    return _double(node) if isinstance(node, int) and abs(node) > EXACT else node


def _double(number: int) -> float:
    import rfc8785

    double = float(number) if abs(number) < BEYOND else 0.0
    if rfc8785.dumps(double) != str(number).encode():
        raise ValueError("a number has more digits than a double can tell")
    return double


def hash_of(document: Mapping[str, Any], algorithm: str) -> bytes:
    """Return the hash of a report's canonical JSON; errors as in `canonical`.

    Args:
        document: The report.
        algorithm: One of `HASHES`.
    """
    return hashlib.new(HASHES[algorithm], canonical(document)).digest()
