"""Labels as files: which form a file has by its ending, and what makes it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from ai_power_export.cli.label.rating import Rated
from ai_power_export.cli.replacing import check_free
from ai_power_export.errors import BadInput
from ai_power_export.label.draw import SUFFIXES, drawn
from ai_power_export.label.draw.words import checked
from ai_power_export.report.write import write_bytes

FORMS = (*SUFFIXES, ".json", ".md")
"""Endings of labels."""
BADGE = "badge"
"""A file of this name is a badge."""


def check_output(path: Path, reports: Sequence[Path], language: str, *, force: bool) -> None:
    """Refuse a file that no label can be written to, before anything is rated.

    Raises:
        BadInput: Its ending or language is not known, there are several reports for it, or a file is there
            that may not be replaced.
    """
    checked(language)
    if path.suffix.lower() not in FORMS:
        raise BadInput("no label is written so", str(path), f"end it in {', '.join(FORMS)}")
    if len(reports) != 1:
        raise BadInput(f"one file for the labels of {len(reports)} reports", str(path), "name one report")
    check_free(path, reports, force=force)


def write_label(path: Path, rated: Rated, language: str) -> None:
    """Write a label.

    Args:
        path: By its ending a picture, a page, JSON or Markdown; `badge.svg` is a badge.
        rated: The report and its rating.
        language: Of pictures and pages: `en` or `fr`.

    Raises:
        BadInput: It cannot be written, or not in that language.
    """
    try:
        write_bytes(path, _content(path, rated, language))
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror or error}", str(path)) from None


def _content(path: Path, rated: Rated, language: str) -> bytes:
    from ai_power_export.label.card import card
    from ai_power_export.label.saved import label_json

    form = path.suffix.lower()
    if form == ".json":
        label = label_json(rated.rating, rated.scheme, rated.runs)
        return (json.dumps(label, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
    if form == ".md":
        return card(rated.subject.document, rated.rating).encode()
    return drawn(rated.rating, form, language=language, badge=path.stem == BADGE)
