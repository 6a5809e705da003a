"""Says of a report on disk whether it is signed, by whose key, and whether it was changed since."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.report.evidence import value_at
from ai_power_export.report.read import report_path
from ai_power_export.report.signing.canonical import HASH, has_hash, hash_of, read_object
from ai_power_export.report.signing.keys import PublicKey, read_public_key
from ai_power_export.report.signing.seal import (
    PUBLIC_KEY,
    SUFFIX,
    Seal,
    Unreadable,
    from_file,
    from_hash,
    report_id_of,
    signature_path,
    to_file,
)


class Verdict(str, Enum):
    """What becomes of checking a signature, best first."""

    VALID = "valid"
    """Signed and unchanged, by the key that the header names."""
    UNTRUSTED = "untrusted"
    """The same, but the key is none of those that were asked for."""
    OTHER_KEY = "otherKey"
    """Signed and unchanged, but by another key than the header names."""
    CHANGED = "changed"
    """Report and signature do not belong together: one of them was changed."""
    UNREADABLE = "unreadable"
    """There is a signature, but none that can be checked."""
    UNSIGNED = "unsigned"
    """There is no signature."""


@dataclass(frozen=True)
class Trusted:
    """Public keys whose holders are known."""

    names: Mapping[PublicKey, str] = field(default_factory=dict)
    """Name of the holder by key; empty where only the key is known."""
    required: bool = False
    """Whether only these keys are good."""


CHANGED = f"it was changed since it was signed: its {HASH} is of another text"
"""Why a report of which `is_changed` is true is not to be shared."""

NOBODY = Trusted()
"""No holder of any key is known."""


@dataclass(frozen=True)
class Verified:
    """What can be said of the signature of one report."""

    report: Path
    verdict: Verdict
    why: str = ""
    """The reason, of any verdict but `VALID`."""
    key: PublicKey | None = None
    """The key that signed; None where no signature fits."""
    holder: str = ""
    """Who holds the key, as those who are asked for or known say; empty where nobody does."""


def verify_report(place: Path, trusted: Trusted = NOBODY) -> Verified:
    """Check the signature of the report that a path names.

    Args:
        place: The report, its evidence or signature, or a folder with one report.
        trusted: Keys whose holders are known.

    Raises:
        BadInput: The report cannot be read, or says a thing twice.
    """
    signature = place.name.endswith(SUFFIX)
    path = report_path(place.with_name(place.name.removesuffix(SUFFIX)) if signature else place)
    document = read_object(path)
    return _verified(path, document, lambda: _seal_of(path, document), trusted)


def is_changed(document: Mapping[str, Any]) -> bool:
    """Tell whether a report holds a signature, in `$hash`, that is not of this text.

    Of one that cannot be checked nobody can say so.
    """
    if HASH not in document or not has_hash(document):
        return False
    verified = _verified(Path(), document, lambda: from_hash(document[HASH]), NOBODY)
    return verified.verdict is Verdict.CHANGED


def verify_detached(
    document: Mapping[str, Any], signature: Mapping[str, Any], trusted: Trusted = NOBODY
) -> Verified:
    """Check a detached signature that came with a report, neither of them as a file; `report` is no path.

    Args:
        document: The report.
        signature: The JSON of its signature file.
        trusted: Keys whose holders are known.
    """
    return _verified(Path(), document, lambda: from_file(signature), trusted)


def signature_that_holds(report: Path) -> dict[str, Any] | None:
    """Return the detached signature of a report, as JSON to go with it; None where none holds.

    Raises:
        BadInput: The report cannot be read.
    """
    beside = signature_path(report)
    if not beside.exists() or has_hash(read_object(report)):
        return None
    if verify_report(report).verdict is not Verdict.VALID:
        return None
    return to_file(from_file(read_object(beside)))  # and nothing else that may stand in that file


def _verified(
    path: Path, document: Mapping[str, Any], read_seal: Callable[[], Seal | None], trusted: Trusted
) -> Verified:
    """Check the signature of a report, wherever it is read from."""
    try:
        seal = read_seal()
    except Unreadable as error:
        return Verified(path, Verdict.UNREADABLE, str(error))
    if seal is None:
        where = f"it has no {HASH}" if has_hash(document) else f"no {signature_path(path).name} beside it"
        return Verified(path, Verdict.UNSIGNED, where)
    try:
        hashed = hash_of(document, seal.algorithm)
    except BadInput as error:
        return Verified(path, Verdict.CHANGED, error.what)
    check = _by_header if seal.key is None else _by_file
    return check(path, document, seal, hashed, trusted)


def _seal_of(path: Path, document: Mapping[str, Any]) -> Seal | None:
    if has_hash(document):
        return from_hash(document[HASH]) if HASH in document else None
    beside = signature_path(path)
    if not beside.exists():
        return None
    try:
        return from_file(read_object(beside))
    except BadInput as error:
        raise Unreadable(f"the signature file {error.what}") from None


def _by_file(
    path: Path, document: Mapping[str, Any], seal: Seal, hashed: bytes, trusted: Trusted
) -> Verified:
    """Check a detached signature, which names the key and the hash that it was made with."""
    assert seal.key is not None and seal.hash is not None
    fits = seal.key.verifies(seal.signature, seal.hash)
    if not fits:
        return Verified(path, Verdict.CHANGED, "the signature was not made with the key that it names")
    other = seal.report_id != report_id_of(document)
    if seal.hash != hashed or other:
        why = "the signature is of another report" if other else "its hash is not the one that was signed"
        return Verified(path, Verdict.CHANGED, why, seal.key, trusted.names.get(seal.key, ""))
    return _known(path, document, seal.key, trusted)


def _by_header(
    path: Path, document: Mapping[str, Any], seal: Seal, hashed: bytes, trusted: Trusted
) -> Verified:
    """Check a signature in the report, which leaves it to the header to name the key."""
    named = _named(document)
    for key in [*([named] if named else []), *trusted.names]:
        if key.verifies(seal.signature, hashed):
            return _known(path, document, key, trusted)
    if named is None:
        why = f"{PUBLIC_KEY} is no Ed25519 public key"
        return Verified(path, Verdict.UNREADABLE, why)
    return Verified(
        path, Verdict.CHANGED, "the signature is not of this text by the key that the header names"
    )


def _known(path: Path, document: Mapping[str, Any], key: PublicKey, trusted: Trusted) -> Verified:
    """Judge the key of a signature that fits."""
    holder = trusted.names.get(key, "")
    if _named(document) != key:
        return Verified(path, Verdict.OTHER_KEY, f"{PUBLIC_KEY} is not the key that signed", key, holder)
    if trusted.required and key not in trusted.names:
        return Verified(path, Verdict.UNTRUSTED, "the key is none of those given", key)
    return Verified(path, Verdict.VALID, "", key, holder)


def _named(document: Mapping[str, Any]) -> PublicKey | None:
    try:
        return read_public_key(str(value_at(document, PUBLIC_KEY)))
    except ValueError:
        return None
