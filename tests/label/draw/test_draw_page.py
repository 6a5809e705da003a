"""The page of a label: well formed, safe, accessible, and what it says."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from drawn_ratings import FEW, NOT_RATED, RATINGS, SEVEN
from test_draw_names import NAMES, named

from ai_power_export.label.index import REASONS
from ai_power_export.label.pages import page

VOID = {"meta", "br"}
KNOWN = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "h1",
        "h2",
        "h3",
        "figure",
        "section",
        "article",
    ),
    *(
        "p",
        "strong",
        "dl",
        "dt",
        "dd",
        "ul",
        "li",
        "table",
        "caption",
        "tr",
        "th",
        "td",
        "code",
        "br",
        "span",
    ),
    *("svg", "desc", "metadata", "polygon", "polyline", "circle", "path", "text"),
}


class Outline(HTMLParser):
    """The tags of a page, opened and closed in pairs, and its words."""

    def __init__(self, content):
        super().__init__()
        self.open, self.tags, self.words, self.attributes = [], set(), [], set()
        self.feed(content)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attributes)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_names_of_strangers_stay_words(name):
    outline = Outline(page(named(name), "en"))
    assert not outline.open
    assert outline.tags <= KNOWN
    assert not {each for each in outline.attributes if each.startswith("on")}


@pytest.mark.parametrize("name", RATINGS)
def test_is_self_contained_and_accessible(name):
    rating, language = RATINGS[name]
    content = page(rating, language)
    assert f'<html lang="{language}">' in content
    assert 'name="viewport"' in content
    assert 'role="img"' in content and "<desc" in content
    assert not {"script", "img", "link", "iframe"} & Outline(content).tags
    assert "src=" not in content and "href=" not in content


def test_says_why():
    words = " ".join(Outline(page(SEVEN, "en")).words)
    for said in (
        "B, A to C",
        "60\u00a0%",
        "Energy per image",
        "Time per image",
        "better than, or as good as, 72 % of the runs",
        "A begins at about 1 mWh",
        "Where one letter becomes the next",
        "worse than the letter of all",
        "Compared with 12 runs",
        "the report does not tell it (dataSize of the input)",
        "for information",
        SEVEN.report_hash,
        SEVEN.scheme_hash,
    ):
        assert said in words, said


def test_says_why_in_french():
    words = " ".join(Outline(page(SEVEN, "fr")).words)
    assert "B, de A à C" in words
    assert "commence vers" in words
    assert "Énergie par image" in words
    assert "Où une lettre devient la suivante" in words


def test_says_why_there_is_no_letter():
    content = page(NOT_RATED, "en")
    assert "3 comparable runs, 5 needed" in content
    assert "The first letter" not in content
    assert "letter of all" not in content


def test_reasons_are_in_the_language_of_the_page():
    content = page(NOT_RATED, "fr")
    assert "3 exécution(s) comparable(s), 5 requises" in content
    assert "comparable runs" not in content.split("</metadata>")[1]


@pytest.mark.parametrize("reason", [each for each in REASONS.values() if each])
def test_each_reason_of_the_arithmetic_has_its_french(reason):
    assert reason.in_language("fr") != reason
    assert reason.in_language("en") == reason


def test_what_has_no_weight_has_no_effect():
    unweighted = replace(SEVEN, metrics=tuple(replace(each, weight=0.0) for each in SEVEN.metrics))
    assert "letter of all" not in page(unweighted, "en")


def test_needs_no_metrics():
    assert not Outline(page(replace(FEW, metrics=()), "en")).open
