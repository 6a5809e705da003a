"""What a destination is: a place that takes reports. Each kind has a module of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Parcel:
    """One report on its way, as it may leave."""

    name: str
    """Name of its file, as the open data set names them."""
    document: Mapping[str, Any]
    signature: Mapping[str, Any] | None = None
    """Its detached signature, for a file beside it; None where it has none that holds."""


class Destination(Protocol):
    """A place that takes reports."""

    @property
    def place(self) -> str:
        """Where it is, in words that hold no secret."""

    def deliver(self, parcel: Parcel) -> bool:
        """Bring a report there; tell whether it is new there, False for one that was there already.

        Raises:
            CheckFailed: It cannot be brought there, in one line that says why.
        """
