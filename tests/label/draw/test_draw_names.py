"""Names of strangers in labels: markup, control characters, other scripts, no end."""

import io
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest
from drawn_ratings import ENERGY, FEW, GROUP
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_power_export.label.draw import drawn, embedded
from ai_power_export.label.draw.layout import label
from ai_power_export.label.draw.primitives import Text
from ai_power_export.label.draw.text import clean, fitted, halved, width_of, wrapped
from ai_power_export.label.rated import Reason, Words

NAMES = {
    "markup": "</text></svg><script>alert(1)</script>]]>--><!-- &amp; \"'",
    "rating": '<metadata id="aipower-rating">{}</metadata> aipower-rating:e30=;',
    "control": "\x00\x1b[31mred\x07\x7f\x85\nnext\r\tend\ufffe\uffff",
    "right-to-left": "מודל \u202eשפה\u202c العربية \u2066x",
    "halves": "\ud800 \udfff lone",
    "tower": "Z" + "\u0301\u0316" * 3000,
    "wide": "通义千问" * 40,
    "pictures": "\U0001f469\u200d\U0001f4bb" * 30,
    "endless": "x" * 10_000,
    "blank": " \u3000\n ",
    "empty": "",
}


def named(name):
    metric = replace(
        ENERGY,
        title=Words(name, name),
        name=name,
        unit=f"{name}/kWh",
        letter=None,
        why_not=Reason(name, name),
    )
    group = replace(GROUP, task_family=name, stage=name, hardware_class=name)
    texts = dict.fromkeys(
        ("title", "report_id", "scheme_name", "scheme_version", "functional_unit", "date", "quality"), name
    )
    return replace(
        FEW, metrics=(ENERGY, metric), group=group, letter=None, why_not=Reason(name, name), **texts
    )


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_svg_is_well_formed_and_nothing_runs(tmp_path, name):
    path = tmp_path / "label.svg"
    path.write_bytes(drawn(named(name), ".svg"))
    tags = {each.tag.split("}")[1] for each in ElementTree.parse(path).iter()}
    assert tags <= {"svg", "title", "desc", "metadata", "polygon", "polyline", "circle", "path", "text"}
    assert embedded(path)["title"] == name


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_pdf_can_be_read_and_carries_the_name(tmp_path, name):
    pypdfium2 = pytest.importorskip("pypdfium2")
    path = tmp_path / "label.pdf"
    path.write_bytes(drawn(named(name), ".pdf"))
    document = pypdfium2.PdfDocument(path)
    assert len(document) == 1
    assert "SHA-256" in document[0].get_textpage().get_text_range()
    assert embedded(path)["title"] == name


@pytest.mark.parametrize("name", ["rating", "control", "right-to-left", "halves"])
def test_png_can_be_read_and_carries_the_name(tmp_path, name):
    from PIL import Image

    path = tmp_path / "label.png"
    path.write_bytes(drawn(named(NAMES[name]), ".png"))
    Image.open(io.BytesIO(path.read_bytes())).verify()
    assert embedded(path)["title"] == NAMES[name]


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_each_text_has_its_room(name):
    picture = label(named(name), "en")
    for text in picture.shapes:
        if isinstance(text, Text):
            room = text.at[0] if text.anchor == "end" else picture.width - text.at[0]
            assert width_of(text.text, text.size, bold=text.bold) <= room, text


@given(st.text(max_size=80))
@settings(max_examples=60, deadline=None)
def test_any_name_makes_a_well_formed_label(name):
    ElementTree.fromstring(drawn(replace(FEW, title=name, metrics=()), ".svg"))


@given(st.text(max_size=900), st.integers(20, 400), st.booleans())
def test_what_is_fitted_fits(name, room, bold):
    line, size = fitted(name, room, (26, 10), bold=bold)
    assert width_of(line, size, bold=bold) <= room
    assert 10 <= size <= 26
    assert line.endswith("…") or line == clean(name)


@given(st.text(max_size=300), st.integers(40, 300), st.integers(1, 6))
def test_what_is_wrapped_fits_and_loses_nothing_unsaid(text, room, most):
    lines = wrapped(text, room, 12, most)
    assert len(lines) <= most
    assert all(width_of(line, 12) <= room for line in lines)
    assert any("…" in line for line in lines) or " ".join(lines).strip() == clean(text)


@given(st.text(alphabet="ab-/_. é", max_size=200))
def test_halves_of_a_name_are_the_name(name):
    first, second = halved(name, 200, 12)
    assert max(width_of(first, 12), width_of(second, 12)) <= 200
    whole = (first + second).removesuffix("…").replace(" ", "")
    assert clean(name).replace(" ", "").startswith(whole)


@given(st.text())
def test_cleaning_leaves_one_visible_line_and_cleans_once(text):
    line = clean(text)
    assert line.isprintable()
    assert clean(line) == line
