"""One report that waits to be delivered to one destination."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from sqlite3 import Row
from typing import Any

from ai_power_export.deliver.destinations import Address
from ai_power_export.deliver.interface import Parcel
from ai_power_export.errors import BadInput, CheckFailed
from ai_power_export.report.evidence import value_at
from ai_power_export.report.read import digest, read_document


@dataclass(frozen=True)
class Entry:
    """A report that waits, as it lies in the outbox."""

    id: int
    place: str
    """Where it goes, as its destination names itself."""
    address: Address
    """What the destination is made from."""
    text: str
    """The report as JSON text, as it was agreed to."""
    beside: str
    """Name, signature and what it corrects, as a parcel has them, as JSON text."""
    hash: str
    """The hash that the parcel had when it was put here."""
    source: Path
    """The user's file that it was made of, for the receipt."""
    source_digest: str
    """The digest of what that file said."""
    put_at: float
    """When it was last put here, in seconds since the epoch."""
    attempts: int
    """How often it was sent without arriving."""
    due: float
    """When it is sent again, in seconds since the epoch."""
    why: str
    """Why it has not arrived; empty where it was not sent yet."""
    is_refused: bool
    """True: it is not sent again until the user says so."""
    holder: str | None
    """The process that sends it now."""

    @classmethod
    def of(cls, row: Row) -> Entry:
        """Return the entry of a row of the table `entries`."""
        return cls(
            id=row["id"],
            place=row["place"],
            address=Address(row["words"], row["name"]),
            text=row["text"],
            beside=row["parcel"],
            hash=row["hash"],
            source=Path(row["source"]),
            source_digest=row["source_digest"],
            put_at=row["put_at"],
            attempts=row["attempts"],
            due=row["due"],
            why=row["why"],
            is_refused=bool(row["is_refused"]),
            holder=row["holder"],
        )

    @cached_property
    def parcel(self) -> Parcel:
        """What is delivered: exactly what was agreed to.

        Raises:
            CheckFailed: It is not, for the file of the outbox has decayed.
        """
        try:
            parcel = Parcel(document=json.loads(self.text), **json.loads(self.beside))
            is_whole = parcel.hash == self.hash
        except (ValueError, TypeError, BadInput):
            is_whole = False
        if not is_whole:
            raise CheckFailed(f"it has decayed in the outbox; upload {self.source.name} again")
        return parcel

    @property
    def file_name(self) -> str:
        """Name of its file there; where that is not known any more, of the user's."""
        try:
            return self.parcel.name
        except CheckFailed:
            return self.source.name

    def obstacle(self) -> str:
        """Say why this must not be sent as it lies here; empty if it may.

        A file that has decayed is not what was agreed to, and what the user has changed since is not their
        last word.
        """
        try:
            _ = self.parcel
        except CheckFailed as error:
            return str(error)
        said = self._said()
        if said is not None and digest(said) != self.source_digest:
            again = f"upload it again, or drop what waits (aipower outbox drop {self.id})"
            return f"{self.source.name} was changed since it was to be delivered; {again}"
        return ""

    def is_source(self) -> bool:
        """Tell whether the user's file still says what it said; False where it is gone or another report."""
        said = self._said()
        return said is not None and digest(said) == self.source_digest

    def _said(self) -> Mapping[str, Any] | None:
        """Return what the user's file says of this report."""
        try:
            document = read_document(self.source)
        except BadInput:
            return None
        path = "header.reportId"
        return document if value_at(document, path) == value_at(self.parcel.document, path) else None
