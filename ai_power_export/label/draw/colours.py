"""The colours of the letters, and what is written on them so that it can be read, in grey as well."""

from __future__ import annotations

from ai_power_export.label.rated import grade_of

LETTERS = ("#00703c", "#7ab648", "#ffd51e", "#f08a24", "#c21d24")
"""Of A to E. Neighbours differ in lightness too; which is which, place, letter and pattern say."""
INK = "#111820"
GREY = "#4d5761"
PALE = "#c4cad0"
PAPER = "#ffffff"
HEADER = "#16324f"


def of_letter(letter: str) -> str:
    """Return the colour of a letter."""
    return LETTERS[grade_of(letter)]


def upon(colour: str) -> str:
    """Return what is read best on a colour: the ink or the paper."""
    return max((INK, PAPER), key=lambda each: contrast(each, colour))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21, as WCAG 2.2 defines it ("contrast ratio")."""
    dark, light = sorted((lightness(one), lightness(other)))
    return (light + 0.05) / (dark + 0.05)


def lightness(colour: str) -> float:
    """Return the relative luminance of a colour, 0 to 1, as WCAG 2.2 defines it."""
    red, green, blue = (_linear(part / 255) for part in bytes.fromhex(colour[1:]))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mixed(one: str, other: str, share: float) -> str:
    """Return a colour with a share, 0 to 1, of another in it."""
    pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + bytes(round(a + (b - a) * share) for a, b in pairs).hex()


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
