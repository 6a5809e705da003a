"""The one way our words take to the user: a line on stderr, never on stdout."""

from __future__ import annotations

import sys


def say(text: str) -> None:
    """Print one line to stderr; where the program has closed it, nothing."""
    try:
        sys.stderr.write(f"aipower: {text}\n")
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        return
