"""Labels as files: which form a file has by its ending, and what makes it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from ai_power_export.errors import BadInput
from ai_power_export.label.card import card
from ai_power_export.label.comparable import Run
from ai_power_export.label.rated import Rating
from ai_power_export.label.saved import label_json
from ai_power_export.label.scheme import Scheme
from ai_power_export.label.subject import Subject
from ai_power_export.report.write import write_bytes


def _json(subject: Subject, scheme: Scheme, runs: Sequence[Run] | None, rating: Rating) -> bytes:
    label = label_json(rating, scheme, runs)
    return (json.dumps(label, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _markdown(subject: Subject, scheme: Scheme, runs: Sequence[Run] | None, rating: Rating) -> bytes:
    return card(subject.document, rating).encode()


FORMS = {".json": _json, ".md": _markdown}
"""What makes the bytes of a label, by the ending of its file."""


def check_output(path: Path, reports: int) -> None:
    """Refuse a file that no label can be written to, before anything is rated.

    Raises:
        BadInput: Its ending is not known, or there are several reports for it.
    """
    if path.suffix.lower() not in FORMS:
        raise BadInput("no label is written so", str(path), f"end it in {' or '.join(FORMS)}")
    if reports != 1:
        raise BadInput(f"one file for the labels of {reports} reports", str(path), "name one report")


def write_label(
    path: Path, subject: Subject, scheme: Scheme, runs: Sequence[Run] | None, rating: Rating
) -> None:
    """Write a label.

    Raises:
        BadInput: It cannot be written.
    """
    try:
        write_bytes(path, FORMS[path.suffix.lower()](subject, scheme, runs, rating))
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror or error}", str(path)) from None
