"""A signature and where it lies: in `$hash` of a report, or in a file beside it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ai_power_export.report.evidence import value_at
from ai_power_export.report.signing.canonical import HASH, HASHES, hash_of
from ai_power_export.report.signing.keys import PublicKey, SigningKey, read_public_key

SUFFIX = ".sig"
"""Follows the whole name of a report's file, so that nothing that looks for `*.json` takes it for one."""
PUBLIC_KEY = "header.publisher.publicKey"

SIGNED_WITH = "SHA-512"
"""The hash function of our signatures: the one inside Ed25519, and the longest that the format has."""
SIGNATURE = "EDDSA"
"""The format's word for the family that Ed25519 belongs to."""

LONGEST_NAME = 10
"""Characters of `RIPEMD-320`, the longest name that the format has for an algorithm."""


class Unreadable(ValueError):
    """Something stands where the signature should, and is none that can be checked; the text says why."""


@dataclass(frozen=True)
class Seal:
    """What a signature says, read from either place."""

    algorithm: str
    """Hash function that was applied to the canonical report: one of `HASHES`."""
    signature: bytes
    hash: bytes | None
    """The digest that was signed; None in `$hash`, which keeps it only inside the signature."""
    key: PublicKey | None
    """The key that signed; None in `$hash`, where the header alone names it."""
    report_id: str | None
    """Id of the report that was signed; None where it has none, and in `$hash`."""


def signature_path(report: Path) -> Path:
    """Return the file of a report's detached signature."""
    return report.with_name(report.name + SUFFIX)


def made(document: Mapping[str, Any], key: SigningKey) -> Seal:
    """Sign a report as it is; errors as in `canonical`."""
    hashed = hash_of(document, SIGNED_WITH)
    return Seal(SIGNED_WITH, key.sign(hashed), hashed, key.public, report_id_of(document))


def report_id_of(document: Mapping[str, Any]) -> str | None:
    """Return the id of a report as text, None where it has none."""
    found = value_at(document, "header.reportId")
    return None if found is None else str(found)


def to_hash(seal: Seal) -> dict[str, Any]:
    """Return a signature as the format's `$hash`."""
    return {
        "hashAlgorithm": seal.algorithm,
        "cryptographicAlgorithm": SIGNATURE,
        "value": base64.b64encode(seal.signature).decode(),
    }


def to_file(seal: Seal) -> dict[str, Any]:
    """Return a signature as the JSON of a detached file: `$hash`, and what that leaves to be known."""
    return {
        "reportId": seal.report_id,
        "publicKey": seal.key.text if seal.key else None,
        "canonicalization": "RFC 8785",
        "hash": seal.hash.hex() if seal.hash else None,
        **to_hash(seal),
    }


def from_hash(value: Any) -> Seal:
    """Read `$hash`.

    Raises:
        Unreadable: It is no signature, none of a kind that is safe, or more than one, which nobody signed.
    """
    seal = _seal(value)
    if to_hash(seal) != value:
        raise Unreadable(f"{HASH} holds more than a signature")
    return seal


def from_file(data: Mapping[str, Any]) -> Seal:
    """Read the JSON of a detached file; errors as in `from_hash`."""
    inner = _seal(data)
    try:
        key, hashed = read_public_key(str(data.get("publicKey"))), bytes.fromhex(str(data.get("hash")))
    except ValueError as error:
        raise Unreadable(f"its key or hash cannot be read: {error}") from None
    report_id = data.get("reportId")
    return Seal(inner.algorithm, inner.signature, hashed, key, None if report_id is None else str(report_id))


def _seal(value: Any) -> Seal:
    if not isinstance(value, Mapping):
        raise Unreadable("it is no object")
    hashed, signed = value.get("hashAlgorithm"), value.get("cryptographicAlgorithm")
    if not isinstance(hashed, str) or hashed not in HASHES or signed != SIGNATURE:
        raise Unreadable(
            f"{_word(signed)} over {_word(hashed)} is not checked; {SIGNATURE} over {SIGNED_WITH} is"
        )
    return Seal(hashed, _bytes(value.get("value")), None, None, None)


def _word(value: Any) -> str:
    """Return the name of an algorithm, for a message; what is longer than any of the format is none."""
    return value if isinstance(value, str) and 0 < len(value) <= LONGEST_NAME else "something else"


def _bytes(text: Any) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise Unreadable("its value is not base64") from None
