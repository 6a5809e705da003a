"""greenops' table, which is known only to be refused: it holds no measurement."""

from __future__ import annotations

from collections.abc import Iterator

from ai_power_export.errors import BadInput
from ai_power_export.importers.imported import Found, Importer
from ai_power_export.importers.table import header_of
from ai_power_export.importers.text import Text

COLUMNS = ("time", "stage", "consumption", "epoch", "time_delta")


def detect(head: str) -> bool:
    """Tell the table by its columns."""
    return set(COLUMNS) <= set(header_of(head).names)


def read(text: Text, per_row: bool) -> Iterator[Found]:
    """Refuse the table.

    Raises:
        BadInput: Always.
    """
    what = (
        "greenops measures nothing: it writes times beside a wattage from a table, so no report is made of it"
    )
    raise BadInput(what, text.name)


IMPORTER = Importer("greenops", "", detect, read)
