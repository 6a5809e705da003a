"""How commands print to people: names on the left, texts on the right, nothing that a terminal would obey."""

from __future__ import annotations

import json

from rich.console import Console
from rich.text import Text

QUIET, GAP, HINT, LOUD, HEADING = "dim", "yellow", "cyan", "magenta", "bold"
INDENT, GUTTER = 2, 2

Row = tuple[str, Text]


def console() -> Console:
    """Return stdout as it prints for people: colours only on a terminal, texts as they are."""
    return Console(highlight=False, markup=False, emoji=False)


def print_rows(out: Console, rows: list[Row]) -> None:
    """Print names on the left and texts on the right, wrapped below themselves; no line ends in blanks."""
    left = max(len(printable(name)) for name, _ in rows)
    margin = INDENT + (left + GUTTER if left else 0)
    for name, body in rows:
        label = f"{'':{INDENT}}{printable(name)}"
        for line in body.wrap(out, max(out.width - margin, 20), overflow="fold"):
            line.rstrip()
            out.print(Text(f"{label:{margin}}").append_text(line), no_wrap=True, crop=False)
            label = ""


def shown(value: object) -> str:
    """Write a value as the report has it, texts without quotes."""
    return printable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def printable(text: str) -> str:
    """Escape what could move the cursor or colour a terminal: a report may come from anybody."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text
    )
