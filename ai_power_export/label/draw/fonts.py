"""Where the fonts of PDF and PNG are: Bitstream Vera, which reportlab brings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ai_power_export.errors import BadInput

FILES = ("Vera.ttf", "VeraBd.ttf")
"""Of the regular and of the bold face."""


@contextmanager
def extra_needed(suffix: str) -> Iterator[None]:
    """Turn a library that is not there into one line that says how it comes.

    Raises:
        BadInput: One is not there.
    """
    try:
        yield
    except ImportError as error:
        mend = "pip install 'ai-power-export[label]', or write .svg"
        raise BadInput(f"a label as {suffix} needs {error.name or 'a library'}", mend=mend) from None


def font_file(*, bold: bool) -> Path:
    """Return the file of a face."""
    import reportlab

    return Path(reportlab.__file__).parent / "fonts" / FILES[bold]
