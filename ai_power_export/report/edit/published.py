"""Whether a report has been published: the one place that knows.

Whoever delivers a report leaves a receipt beside it, `<name>.published`, one line a delivery. A report that
has one is never changed again; what is to be said differently becomes a report of its own, its correction.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

from ai_power_export.report.edit.places import value_of
from ai_power_export.report.read import Saved

RECEIPT_SUFFIX = ".published"
"""Not `.json`: a receipt is no report, whoever looks for reports in a folder."""


def receipt_of(report: Path) -> Path:
    """Return where the receipt of a report is, if it has one."""
    return report.with_suffix(RECEIPT_SUFFIX)


def note_published(report: Path, destination: str, where: str = "", hash_: str = "") -> None:
    """Note beside a report that it was delivered.

    Args:
        report: The file of the report.
        destination: Where it went, in words that hold no secret.
        where: Its address or path there; empty where that is not known.
        hash_: SHA-256 of what arrived, in hexadecimal; empty where that is not known.

    Raises:
        OSError: The receipt cannot be written.
    """
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    told = {"destination": destination, "where": where, "hash": hash_, "datetime": now}
    line = json.dumps({name: word for name, word in told.items() if word}, ensure_ascii=False)
    with receipt_of(report).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


def is_published(saved: Saved) -> bool:
    """Tell whether others have a report, so that it must stay as it is.

    That is so where it has a receipt, whatever is in it, and where a final, public report came without
    the evidence that stays with its maker: it came from where such reports are.
    """
    if receipt_of(saved.path).exists():
        return True
    finished = value_of(saved.document, "header.reportStatus") in ("final", "corrective")
    public = value_of(saved.document, "header.publisher.confidentialityLevel") == "public"
    return saved.evidence is None and finished and public
