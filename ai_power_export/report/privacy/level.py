"""How much of its publisher a report tells when it leaves."""

from __future__ import annotations

from enum import Enum


class Level(str, Enum):
    """What may be told of who publishes; secrets, paths and identities never are."""

    ANONYMOUS = "anonymous"
    """Nothing at all."""
    ORGANISATION = "organisation"
    """Which organisation, and its public key; not which part or project of it."""
    FULL = "full"
    """All that the publisher said of itself."""
