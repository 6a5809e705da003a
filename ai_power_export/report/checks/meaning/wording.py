"""How checks of meaning say what they found."""

from __future__ import annotations

import reprlib

from ai_power_export.report.checks.finding import Finding

_SHORT = reprlib.Repr()
_SHORT.maxstring = 60


def error(path: str, code: str, what: str, mend: str) -> Finding:
    """Return a finding about what cannot be true."""
    return Finding(path, what, mend, "error", code)


def warning(path: str, code: str, what: str, mend: str) -> Finding:
    """Return a finding about what a human should look at."""
    return Finding(path, what, mend, "warning", code)


def quoted(text: str) -> str:
    """Return a text in quotes, cut down if it is long."""
    return _SHORT.repr(text)


def plain(number: float) -> str:
    """Return a number to six digits: `7`, `0.35`, `1.2e+09`."""
    return f"{number:.6g}"
