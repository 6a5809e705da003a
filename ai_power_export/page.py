"""The page that summaries are appended to, as Markdown: the user's file, else that of the CI job."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ai_power_export.ci import summary_file
from ai_power_export.console import say
from ai_power_export.settings import Settings


def page_of(settings: Settings, folder: Path, *, quiet: bool = False) -> Path | None:
    """Return the file that summaries are appended to; None for none.

    Args:
        settings: Of which the file wins; without one, whoever wants no summary has none in CI either.
        folder: Where the user's file is, if its path is relative.
        quiet: True: the user wants no summary, whatever the settings say.
    """
    if settings.summary is not None:
        return folder / settings.summary
    return None if quiet or settings.quiet else summary_file()


def append(path: Path, lines: Iterable[str]) -> None:
    """Append to a file, which may hold the summaries of other runs or steps; a word if that fails."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write("\n".join(lines))
    except OSError as error:
        say(f"the summary could not be written to {path}: {error.strerror or error}")


def printable(text: str) -> str:
    """Return a text as one line that moves no cursor: a stage may have any name."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def escaped(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    return "".join(f"\\{letter}" if letter in r"\`*_[]<>|#~" else letter for letter in printable(text))
