"""Labels as they look: beside the committed pictures, legible, and each text inside."""

import pytest
from drawn_ratings import FEW, PICTURES, RATINGS, pixels
from PIL import Image, ImageChops, ImageFont, ImageStat

from ai_power_export.label.draw import colours
from ai_power_export.label.draw.badge import badge
from ai_power_export.label.draw.fonts import font_file
from ai_power_export.label.draw.layout import label
from ai_power_export.label.draw.primitives import Polygon, Text
from ai_power_export.label.draw.text import width_of
from ai_power_export.label.draw.widths import BOLD, REGULAR

MEAN = 4.0
"""Mean difference of a channel, of 255, that smoothing of edges and rounding of glyphs may make."""
BLURRED = 12
"""Side of the squares that are compared by their mean: what is missing or elsewhere shows in them."""
SQUARE = 25
READ_BY = {".png": "PIL", ".svg": "resvg_py", ".pdf": "pypdfium2"}


def differences(image, picture):
    """The mean difference of two images, and the greatest of their squares."""
    assert image.size == picture.size
    difference = ImageChops.difference(image, picture)
    size = tuple(side // BLURRED for side in image.size)
    squares = ImageChops.difference(*(each.resize(size, Image.Resampling.BOX) for each in (image, picture)))
    return max(ImageStat.Stat(difference).mean), max(high for _, high in squares.getextrema())


@pytest.mark.parametrize("name", RATINGS)
@pytest.mark.parametrize("backend", READ_BY)
def test_looks_like_the_committed_picture(backend, name):
    pytest.importorskip(READ_BY[backend])
    rating, language = RATINGS[name]
    picture = Image.open(PICTURES / f"{name}.png").convert("RGB")

    mean, square = differences(pixels(rating, language, backend), picture)

    assert mean < MEAN
    assert square < SQUARE


def test_another_letter_does_not_look_the_same():
    picture = Image.open(PICTURES / "seven.png").convert("RGB")
    other = Image.open(PICTURES / "french.png").convert("RGB")
    assert differences(picture, other)[1] > SQUARE


def texts_with_ground(picture):
    """Each text of a picture with the colour that it stands on."""
    for place, text in enumerate(picture.shapes):
        if isinstance(text, Text):
            start = text.at[0] - {"start": 0, "middle": 0.5, "end": 1}[text.anchor] * width(text)
            middle = (start + width(text) / 2, text.at[1] - text.size / 3)
            below = [each for each in picture.shapes[:place] if isinstance(each, Polygon) and each.fill]
            yield text, start, next(each.fill for each in reversed(below) if is_in(middle, each.points))


def width(text):
    return width_of(text.text, text.size, bold=text.bold)


def is_in(point, corners):
    """Whether a point is in the box around some corners: arrows have theirs where no text is."""
    return all(
        min(side) <= at <= max(side) for at, side in zip(point, zip(*corners, strict=True), strict=True)
    )


@pytest.mark.parametrize("draw", [label, badge])
@pytest.mark.parametrize("name", RATINGS)
def test_each_text_is_inside_and_has_contrast_in_grey(draw, name):
    rating, language = RATINGS[name]
    picture = draw(rating, language)
    for text, start, ground in texts_with_ground(picture):
        assert start >= 7.5 and start + width(text) <= picture.width - 7, text
        assert 0 < text.at[1] < picture.height, text
        assert text.size >= 8, text
        assert colours.contrast(text.fill, ground) >= 4.5, text


def test_letters_side_by_side_differ_in_grey():
    pairs = zip(colours.LETTERS, colours.LETTERS[1:], strict=False)
    assert all(colours.contrast(*pair) >= 1.5 for pair in pairs)


def test_patterns_tell_the_letters_apart_without_any_colour():
    """Where the arrows have their patterns, no two are alike in black and white."""
    grey = pixels(FEW, "en", ".png").convert("L")
    crops = [grey.crop((10, 78 + place * 23, 40, 94 + place * 23)) for place in range(5)]
    flat = [ImageChops.difference(crop, Image.new("L", crop.size, crop.getpixel((0, 0)))) for crop in crops]
    for place, one in enumerate(flat):
        for other in flat[place + 1 :]:
            assert ImageStat.Stat(ImageChops.difference(one, other)).mean[0] > 4


@pytest.mark.parametrize("bold", [False, True])
def test_widths_are_those_of_the_font(bold):
    font = ImageFont.truetype(str(font_file(bold=bold)), 1000, layout_engine=ImageFont.Layout.BASIC)
    for expected, characters in (BOLD if bold else REGULAR).items():
        for character in characters:
            assert font.getlength(character) == pytest.approx(expected, abs=2), character


def test_badge_is_one_line():
    for language in ("en", "fr"):
        picture = badge(FEW, language)
        assert picture.height == 20
        assert picture.width < 220
