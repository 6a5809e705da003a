"""What can go wrong, as types.

AipowerError            everything below; its text is one line for the user
├── BadInput            a file, option or setting that cannot be used (exit code 2)
└── CheckFailed         the check said no: an invalid report, a budget exceeded (exit code 1)
"""

from __future__ import annotations


class AipowerError(Exception):
    """Base of all errors that this package raises; `str()` is one line for the user."""

    exit_code = 1


class BadInput(AipowerError):
    """Something the user gave cannot be used."""

    exit_code = 2

    def __init__(self, what: str, where: str = "", mend: str = "") -> None:
        self.what, self.where, self.mend = what, where, mend
        super().__init__("".join([f"{where}: " if where else "", what, f" ({mend})" if mend else ""]))


class CheckFailed(AipowerError):
    """A check that the user asked for said no."""
