"""Labels as files: the same bytes, what they carry, and one line where something cannot be written."""

import dataclasses
import io
import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from drawn_ratings import ENERGY, FEW, NOT_RATED, SEVEN

from ai_power_export.errors import BadInput
from ai_power_export.label.draw import SUFFIXES, as_data, draw, drawn, embedded
from ai_power_export.label.draw.carried import code_of, modules_of

IN_ANOTHER_PROCESS = """
import hashlib, sys
from drawn_ratings import SEVEN
from ai_power_export.label.draw import SUFFIXES, drawn
assert not {"PIL", "reportlab"} & set(sys.modules)
for suffix in SUFFIXES:
    print(hashlib.sha256(drawn(SEVEN, suffix)).hexdigest())
"""


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_rating_gives_the_same_bytes(suffix):
    content = drawn(FEW, suffix, language="fr")
    assert content == drawn(FEW, suffix, language="fr")
    assert content != drawn(replace(FEW, letter="C"), suffix, language="fr")


def test_another_process_gives_the_same_bytes_and_loads_libraries_late():
    import hashlib

    here = os.path.dirname(__file__)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([here, *filter(None, sys.path)]),
        "PYTHONHASHSEED": "7",
    }
    done = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [hashlib.sha256(drawn(SEVEN, suffix)).hexdigest() for suffix in SUFFIXES]


@pytest.mark.parametrize("rating", [SEVEN, NOT_RATED], ids=["rated", "not-rated"])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_label_carries_its_rating(tmp_path, suffix, rating):
    path = tmp_path / f"label{suffix}"
    draw(rating, path)
    assert embedded(path) == json.loads(json.dumps(dataclasses.asdict(rating))) == as_data(rating)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", [".svg", ".png", ".pdf"])
def test_a_badge_carries_its_rating(tmp_path, suffix):
    path = tmp_path / f"badge{suffix}"
    draw(SEVEN, path, language="fr", badge=True)
    assert embedded(path) == as_data(SEVEN)


def test_a_number_that_is_none_is_carried_as_none():
    rating = replace(FEW, metrics=(replace(ENERGY, index=float("nan"), boundaries=(float("inf"), 1.0)),))
    assert as_data(rating)["metrics"][0]["index"] is None
    assert as_data(rating)["metrics"][0]["boundaries"] == [None, 1.0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "carries no rating"),
        (b"<svg/>", "carries no rating"),
        (b"\x89PNG\r\n aipower-rating:e30;", "cut off"),  # its base64 lacks the padding
        (b"\x89PNG\r\n", "carries no rating"),
        (b'<metadata id="aipower-rating">{"a":</metadata>', "cannot be read"),
        (b'<metadata id="aipower-rating">[1]</metadata>', "carries no rating"),
        (b"%PDF aipower-rating:abc;", "cut off"),
        (b'<metadata id="aipower-rating">{"a": NaN}</metadata>', "cannot be read"),
        (b'<metadata id="aipower-rating">' + b"[" * 100_000 + b"</metadata>", "cannot be read"),
    ],
)
def test_files_of_strangers_are_read_or_refused_in_one_line(tmp_path, content, said):
    path = tmp_path / "label.svg"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=said) as caught:
        embedded(path)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadInput, match="no such file"):
        embedded(tmp_path / "label.svg")


def test_the_code_can_be_scanned_from_the_picture():
    zxingcpp = pytest.importorskip("zxingcpp")
    from PIL import Image

    image = Image.open(io.BytesIO(drawn(FEW, ".png")))
    scanned = [code.text for code in zxingcpp.read_barcodes(image)]
    assert scanned == [f"aipower:report/{FEW.report_id}?sha256={FEW.report_hash}"]


def test_the_code_has_room_for_any_id():
    long = replace(FEW, report_id="é" * 5000)
    assert code_of(long) == f"aipower:report/?sha256={FEW.report_hash}"
    assert len(modules_of(replace(FEW, report_id="é" * 100))) < 80


@pytest.mark.parametrize("name", ["label.bmp", "label", "label.jpeg"])
def test_other_formats_are_refused_in_one_line(tmp_path, name):
    with pytest.raises(BadInput, match=r"\.svg") as caught:
        draw(FEW, tmp_path / name)
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_other_languages_are_refused(suffix):
    with pytest.raises(BadInput, match="en or fr"):
        drawn(FEW, suffix, language="de")


def test_a_badge_is_no_page():
    with pytest.raises(BadInput, match="badge"):
        drawn(FEW, ".html", badge=True)


@pytest.mark.parametrize(
    ("suffix", "library"), [(".png", "PIL"), (".pdf", "reportlab.pdfgen.canvas"), (".png", "reportlab")]
)
def test_a_library_that_is_missing_is_named_with_what_brings_it(monkeypatch, suffix, library):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(BadInput, match=r"ai-power-export\[label\]") as caught:
        drawn(FEW, suffix)
    assert "\n" not in str(caught.value)


def test_a_page_and_an_svg_need_no_extra(monkeypatch):
    for library in ("PIL", "reportlab"):
        monkeypatch.setitem(sys.modules, library, None)
    assert drawn(FEW, ".svg") and drawn(FEW, ".html")


def test_a_place_that_cannot_be_written_is_refused_in_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "label.svg", tmp_path / "a\0b.svg"):
        with pytest.raises(BadInput, match="cannot be written"):
            draw(FEW, path)
