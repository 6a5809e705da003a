"""Signs a report on disk: the key into its header, the signature into `$hash` or beside it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.facts import Certainty, Fact, Origin
from ai_power_export.report.edit.published import receipt_of
from ai_power_export.report.evidence import filled_fields, value_at
from ai_power_export.report.format.boamps import FIELDS
from ai_power_export.report.read import EVIDENCE_SUFFIX, Saved, read_evidence_object, read_report
from ai_power_export.report.replace import replace_report
from ai_power_export.report.signing.canonical import HASH, has_hash
from ai_power_export.report.signing.keys import PublicKey, SigningKey, read_public_key
from ai_power_export.report.signing.seal import PUBLIC_KEY, made, signature_path, to_file, to_hash
from ai_power_export.report.write import write_json


@dataclass(frozen=True)
class Signed:
    """A report that is signed now."""

    report: Path
    signature: Path
    """Where the signature is: a file beside the report, or the report itself."""


def sign_report(place: Path, key: SigningKey, *, replace_key: bool = False) -> Signed:
    """Sign the report that a path names.

    The signature is written last, so that an interruption leaves a report that is not signed.

    Args:
        place: The report, its evidence, or a folder with one report.
        key: Who signs.
        replace_key: Whether another key that the header names gives way.

    Raises:
        BadInput: The report cannot be read or signed, its header has no place for the key or names
            another one, or it would become another than the one that was published.
        OSError: A file cannot be written.
    """
    saved = read_report(place)
    keyed = _with_key(saved.document, key.public, saved.path, replace_key=replace_key)
    try:
        seal = made(keyed, key)
    except BadInput as error:
        raise BadInput(error.what, saved.path.name) from None
    inside = has_hash(keyed)
    finished = {**keyed, HASH: to_hash(seal)} if inside else keyed
    if finished != saved.document:
        _demand_unpublished(saved)
        _write(saved, finished)
    if inside:
        return Signed(saved.path, saved.path)
    write_json(signature_path(saved.path), to_file(seal))
    return Signed(saved.path, signature_path(saved.path))


def _with_key(
    document: Mapping[str, Any], key: PublicKey, path: Path, *, replace_key: bool
) -> dict[str, Any]:
    """Return the report with the key in its header; one that names it already stays as it is."""
    keyed = deepcopy(dict(document))
    publisher = value_at(keyed, "header.publisher")
    if not isinstance(publisher, dict):
        mend = "say how widely it may be shared: header.publisher.confidentialityLevel"
        raise BadInput("its header names no publisher, who could sign it", path.name, mend)
    named = publisher.get("publicKey")
    if _is(named, key):
        return keyed
    if not replace_key and (named is not None or HASH in document):
        what = "its header names another public key" if named is not None else f"its {HASH} is not yours"
        raise BadInput(what, path.name, "--replace-key signs with your key instead")
    publisher["publicKey"] = key.text
    return keyed


def _demand_unpublished(saved: Saved) -> None:
    if receipt_of(saved.path).exists():
        what = "was published without your key: signed, it would be another report"
        raise BadInput(what, saved.path.name, "make one that takes its place (aipower edit), and sign that")


def _is(named: Any, key: PublicKey) -> bool:
    try:
        return read_public_key(str(named)) == key
    except ValueError:
        return False


def _write(saved: Saved, finished: dict[str, Any]) -> None:
    """Write a report, and its evidence where there is any."""
    if saved.evidence is None:
        write_json(saved.path, finished)
        return
    before = read_evidence_object(saved.path.with_suffix(EVIDENCE_SUFFIX), saved.document)
    replace_report(saved, finished, before, _told(before, finished))


def _told(evidence: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the evidence with the user's word for the key."""
    fact = Fact(PUBLIC_KEY, value_at(document, PUBLIC_KEY), Origin.USER, "aipower sign", Certainty.CERTAIN)
    shown = {name: value for name, value in fact.to_json().items() if name != "field"}
    return {
        **evidence,
        "filled": f"{len(filled_fields(document))} of {len(FIELDS)} fields",
        "fields": {**evidence["fields"], PUBLIC_KEY: shown},
        "absent": [each for each in evidence["absent"] if each["field"] != PUBLIC_KEY],
    }
