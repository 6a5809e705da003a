"""The picture of a rating: an arrow label, or a badge, as SVG, PNG, PDF or HTML.

`layout` says where everything stands, as the shapes of `primitives`; `svg`, `pdf` and `png` translate
those. The same rating gives the same bytes. `embedded` reads the rating back from a label.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ai_power_export.errors import BadInput
from ai_power_export.label.draw.carried import as_data, embedded
from ai_power_export.label.draw.primitives import Picture
from ai_power_export.label.rated import Rating
from ai_power_export.report.write import write_bytes

__all__ = ["SUFFIXES", "as_data", "draw", "drawn", "embedded"]


def draw(rating: Rating, path: Path, *, language: str = "en", badge: bool = False) -> None:
    """Write the label of a rating to a file, whole or not at all; the suffix says in which format.

    Args:
        rating: What is drawn.
        path: Where it goes: `.svg`, `.png`, `.pdf` or `.html`.
        language: `en` or `fr`.
        badge: Draw only one line with the letter, for a README; not as HTML.

    Raises:
        BadInput: The format or the language is none of these, the library for it is not installed, or
            the file cannot be written.
    """
    content = drawn(rating, path.suffix, language=language, badge=badge)
    try:
        write_bytes(path, content)
    except (OSError, ValueError) as error:  # ValueError: no file can have such a name
        reason = getattr(error, "strerror", None) or error
        raise BadInput(f"cannot be written: {reason}", str(path)) from None


def drawn(rating: Rating, suffix: str, *, language: str = "en", badge: bool = False) -> bytes:
    """Return what `draw` writes to a file with a suffix; raises as it does, but for the file."""
    written = _FORMATS.get(suffix.casefold())
    if written is None:
        raise BadInput(
            f"a label is no {suffix or 'file without suffix'}", mend=f"write {', '.join(SUFFIXES)}"
        )
    return written(rating, language, badge)


def _svg(rating: Rating, language: str, badge: bool) -> bytes:
    from ai_power_export.label.draw.carried import as_text
    from ai_power_export.label.draw.svg import svg

    return svg(_picture(rating, language, badge), as_text(rating)).encode()


def _png(rating: Rating, language: str, badge: bool) -> bytes:
    from ai_power_export.label.draw.carried import as_keyword
    from ai_power_export.label.draw.png import png

    return png(_picture(rating, language, badge), as_keyword(rating))


def _pdf(rating: Rating, language: str, badge: bool) -> bytes:
    from ai_power_export.label.draw.carried import as_keyword
    from ai_power_export.label.draw.pdf import pdf

    return pdf(_picture(rating, language, badge), as_keyword(rating))


def _html(rating: Rating, language: str, badge: bool) -> bytes:
    from ai_power_export.label.pages import page

    if badge:
        raise BadInput("a badge is a picture, not a page", mend="write .svg")
    return page(rating, language).encode()


def _picture(rating: Rating, language: str, badge: bool) -> Picture:
    from ai_power_export.label.draw import layout
    from ai_power_export.label.draw.badge import badge as small

    return small(rating, language) if badge else layout.label(rating, language)


_FORMATS: dict[str, Callable[[Rating, str, bool], bytes]] = {
    ".svg": _svg,
    ".png": _png,
    ".pdf": _pdf,
    ".html": _html,
}
SUFFIXES = tuple(_FORMATS)
"""Of the formats that a label is drawn in."""
