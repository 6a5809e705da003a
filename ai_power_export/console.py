"""The one way our words take to the user: a line on stderr, never on stdout."""

from __future__ import annotations

import sys


def say(text: str) -> None:
    """Print one line to stderr; where the program has closed it, nothing."""
    try:
        print(f"aipower: {text}", file=sys.stderr, flush=True)  # noqa: T201 - the one place that prints
    except (OSError, ValueError, AttributeError):
        return
