"""Ratings to draw, and their labels as pixels from each backend; run by itself it draws the pictures anew."""

import io
from dataclasses import replace
from pathlib import Path

from ai_power_export.label.draw import drawn
from ai_power_export.label.draw.fonts import font_file
from ai_power_export.label.rated import Group, MetricRating, Rating, Reason, Words

PICTURES = Path(__file__).parent / "pictures"
WIDTH = 240
"""Of the committed pictures, in pixels."""


def metric(name, en, fr, unit, value, letter=None, best=None, worst=None, *, weight=0.0, **more):
    """A metric that is rated where it has weight."""
    return MetricRating(
        name,
        Words(en, fr),
        unit,
        higher_is_better=name == "accuracy",
        weight=weight,
        rated=weight > 0,
        value=value,
        letter=letter,
        best=best or letter,
        worst=worst or letter,
        **more,
    )


ENERGY = metric(
    *("energy", "Energy", "Énergie", "kWh", 3.2e-6, "B", "A", "C"),
    weight=0.6,
    index=0.9,
    percentile=72.0,
    boundaries=(1e-6, 4e-6, 1e-5, 1e-4),
)
TIME = metric("time", "Time", "Durée", "s", 0.0123, "C", weight=0.2, boundaries=(0.001, 0.01, 0.1, 1.0))
PARAMETERS = metric("parameters", "Parameters", "Paramètres", "M", 25.6, "D", weight=0.1)
DATA = metric(
    *("data_size", "Size of the data", "Taille des données", "GB", None),
    weight=0.05,
    why_not=Reason(
        "the report does not tell it (dataSize of the input)",
        "le rapport ne l'indique pas (dataSize of the input)",
    ),
)
ACCURACY = metric("accuracy", "Accuracy", "Exactitude", "", 0.934)
CARBON = metric("carbon_intensity", "Carbon intensity", "Intensité carbone", "g/kWh", 56.0)
FLOPS = metric("gflops", "Operations", "Opérations", "GFLOP", 1.126, "E", weight=0.05)
GROUP = Group("imageClassification", "inference", "image", "GPU", 12, 5)

FEW = Rating(
    scheme_name="aipower-inference",
    scheme_version="1",
    scheme_hash="ab" * 32,
    report_id="5a1f4a36-6b13-4a7e-9d0c-6f7f2b0f1c2d",
    report_hash="cd" * 32,
    title="resnet50.a1_in1k",
    functional_unit="image",
    metrics=(ENERGY, TIME),
    group=GROUP,
    letter="B",
    best="A",
    worst="C",
    date="2026-11-20",
    quality="medium",
)
SEVEN = replace(FEW, metrics=(ENERGY, TIME, PARAMETERS, DATA, ACCURACY, CARBON, FLOPS), uncovered_weight=0.05)
TOO_FEW = Reason("3 comparable runs, 5 needed", "3 exécution(s) comparable(s), 5 requises")
NOT_RATED = replace(
    FEW,
    **dict.fromkeys(("letter", "best", "worst")),
    group=replace(GROUP, members=3),
    metrics=(replace(ENERGY, letter=None, percentile=None, why_not=TOO_FEW), CARBON),
    why_not=TOO_FEW,
)
MISSING = replace(
    FEW, metrics=(replace(ENERGY, value=None, letter=None, why_not=Reason("no energy was measured", "no energy was measured")), TIME, DATA),
    letter="E", best="D", worst="E", group=None, functional_unit="", date="", quality="", uncovered_weight=0.65,
)  # fmt: skip
LONG = replace(
    FEW, title="an-organisation/a-large-model-of-which-the-name-has-no-end-17B-128E-instruct-quantized-4bit",
    metrics=(replace(ENERGY, title=Words(*("Energy of all that was asked, with what came before and after",) * 2)),),
)  # fmt: skip
RATINGS = {
    "seven": (SEVEN, "en"),
    "french": (SEVEN, "fr"),
    "missing": (MISSING, "en"),
    "not-rated": (NOT_RATED, "fr"),
    "long": (LONG, "en"),
}
"""By picture, each with its language."""


def pixels(rating, language, backend):
    """The label as an image as wide as the committed ones, as a backend and its reader make it."""
    content = drawn(rating, backend, language=language)
    return narrow({".png": _of_png, ".svg": _of_svg, ".pdf": _of_pdf}[backend](content))


def narrow(image):
    """An image as wide as the committed ones."""
    from PIL import Image

    height = round(image.height * WIDTH / image.width)
    return image.convert("RGB").resize((WIDTH, height), Image.Resampling.BOX)


def _of_png(content):
    from PIL import Image

    return Image.open(io.BytesIO(content))


def _of_svg(content):
    import resvg_py

    fonts = [str(font_file(bold=bold)) for bold in (False, True)]
    family = "Bitstream Vera Sans"
    rendered = resvg_py.svg_to_bytes(
        svg_string=content.decode(), width=960, skip_system_fonts=True, font_files=fonts,
        font_family=family, sans_serif_family=family,
    )  # fmt: skip
    return _of_png(bytes(rendered))


def _of_pdf(content):
    import pypdfium2

    return pypdfium2.PdfDocument(content)[0].render(scale=960 / 360).to_pil()


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for name, (rating, language) in RATINGS.items():
        pixels(rating, language, ".png").quantize(256).save(PICTURES / f"{name}.png", optimize=True)
