"""What a destination is: a place that takes reports. Each kind has a module of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, Protocol

from ai_power_export.errors import CheckFailed
from ai_power_export.report.evidence import value_at


@dataclass(frozen=True)
class Parcel:
    """One report on its way, as it may leave."""

    name: str
    """Name of its file, as the open data set names them."""
    document: Mapping[str, Any]
    signature: Mapping[str, Any] | None = None
    """Its detached signature, for a file beside it; None where it has none that holds."""
    corrects: str | None = None
    """Id of the published report that it takes the place of; None where none is known."""

    @property
    def report_id(self) -> str:
        """The id that the report gives itself."""
        return str(value_at(self.document, "header.reportId"))

    @cached_property
    def hash(self) -> str:
        """SHA-256 of what the report says, in hexadecimal: the same however its JSON is laid out."""
        from ai_power_export.report.signing.canonical import canonical

        return sha256(canonical(self.document)).hexdigest()

    @property
    def key(self) -> str:
        """What a place may know it by: sent twice, it is there once."""
        return f"{self.report_id}:{self.hash}"

    def to_text(self) -> str:
        """Return the report as JSON text."""
        return json.dumps(self.document, ensure_ascii=False, allow_nan=False)


@dataclass(frozen=True)
class Receipt:
    """What a destination answers of a report that has arrived."""

    is_new: bool
    """False where the same report was there already."""
    where: str = ""
    """Address or path of the report there, without any secret; empty where the place has none."""


class Refused(CheckFailed):
    """A report will never be taken as it is; the text says why and what to do, without any secret."""


class Unreachable(CheckFailed):
    """A report did not arrive, or nobody knows whether it has: sending it again may help and does no harm."""

    def __init__(self, why: str, after: float | None = None) -> None:
        """Say why.

        Args:
            why: One line, without any secret.
            after: Seconds that the destination asks to be left alone for.
        """
        super().__init__(why)
        self.after = after


Answer = Receipt | Refused | Unreachable


class Destination(Protocol):
    """A place that takes reports. A kind of our own or of others is found by `destinations.destination`."""

    at_once: int
    """Most reports that it takes in one delivery; more are brought in several."""

    @property
    def place(self) -> str:
        """Where it is, in words that hold no secret; the same words name the same place for ever."""

    def deliver(self, parcels: Sequence[Parcel]) -> Iterator[Answer]:
        """Bring reports there; yield the answer for each, in their order, as soon as it is known.

        A report that is there already, sent twice or by somebody else at once, is there once.
        """

    def requests(self, parcels: Sequence[Parcel]) -> Iterator[str]:
        """Yield in words what `deliver` would do, without doing it and without any secret (`--dry-run`)."""
