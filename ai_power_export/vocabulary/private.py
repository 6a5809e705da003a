"""What a text may hold that is nobody else's business: the kinds, and a piece of text that is one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Kind(str, Enum):
    """What is taken out of a report before it leaves."""

    SECRET = "secret"
    """A token, a key, a password, or an address that opens a door."""
    PATH = "path"
    """An absolute path, or one from somebody's home."""
    USER = "user name"
    """The account or the name of a person."""
    HOST = "host name"
    """A machine, by a name that is only known inside."""
    EMAIL = "e-mail address"
    ADDRESS = "address"
    """An address of a network that is not public, or of storage that cannot be told to be."""
    DEVICE = "device"
    """A number that only this device has: a MAC address, the UUID of a GPU."""
    COORDINATES = "coordinates"
    PUBLISHER = "publisher"
    """What says who publishes, where that is not to be told."""
    PROJECT = "project"
    """The name of a repository, which may be a private one."""
    SEAL = "seal"
    """A hash of the report, which holds no more once something was taken out."""

    @property
    def word(self) -> str:
        """What stands in the place of such a piece."""
        return f"[{self.value}]"


@dataclass(frozen=True)
class Span:
    """A piece of a text that is not to leave."""

    start: int
    end: int
    kind: Kind
    why: str
    """What it looks like: `a GitHub token`."""
    instead: str = ""
    """What may stand in its place; empty: the word of its kind."""


def without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """Return spans in the order of the text; what overlaps becomes one that covers both.

    It has the kind of the first, which is the longer one where both begin together.
    """
    found: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start, -each.end)):
        if not found or span.start >= found[-1].end:
            found.append(span)
        elif span.end > found[-1].end:
            last = found.pop()
            found.append(Span(last.start, span.end, last.kind, last.why))
    return found
