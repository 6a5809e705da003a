"""The label as one web page: the picture, and for each metric why it has its letter.

Nothing is loaded and nothing is run: style and picture are in the page. Whatever comes from a report is
cleaned and escaped in one place, `_safe`.
"""

from __future__ import annotations

import html
import itertools
from collections.abc import Iterable, Iterator

from ai_power_export.label.draw.carried import as_text
from ai_power_export.label.draw.colours import LETTERS as COLOURS
from ai_power_export.label.draw.colours import upon
from ai_power_export.label.draw.layout import label
from ai_power_export.label.draw.spoken import described, name_of, titled, verdict
from ai_power_export.label.draw.svg import svg
from ai_power_export.label.draw.text import clean
from ai_power_export.label.draw.values import digits, written
from ai_power_export.label.draw.words import say, term
from ai_power_export.label.pages_words import STYLE, phrase
from ai_power_export.label.rated import LETTERS, MetricRating, Rating, grade_of
from ai_power_export.label.why import Move, moves_of

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What a browser may load for the page: nothing."""


def page(rating: Rating, language: str) -> str:
    """Return the label of a rating as an HTML page.

    Raises:
        BadInput: It cannot be written in that language.
    """
    picture = svg(label(rating, language), as_text(rating))
    moves = {move.metric: move for move in moves_of(rating)}
    metrics = (_metric(metric, rating, moves.get(metric.name), language) for metric in rating.metrics)
    return "\n".join(
        (
            f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            f'<meta name="description" content="{_safe(described(rating, language))}">',
            f"<title>{_safe(titled(rating, language))}</title>",
            f"<style>{STYLE}</style>\n</head>\n<body>\n<main>",
            f"<h1>{_safe(rating.title) or say('label', language)}</h1>",
            f"<figure>\n{picture}</figure>",
            f"<section>\n<h2>{phrase('why', language)}</h2>",
            *_paragraphs(_summary(rating, language)),
            *metrics,
            f"</section>\n<section>\n<h2>{phrase('origin', language)}</h2>",
            *_origin(rating, language),
            "</section>\n</main>\n</body>\n</html>\n",
        )
    )


def _summary(rating: Rating, language: str) -> Iterator[str]:
    """Yield sentences on the letter of all: what it is, of whom, and what it does not cover."""
    yield f"<strong>{_safe(verdict(rating, language))}</strong>"
    if rating.why_not:
        yield _safe(rating.why_not.in_language(language))
    unit = term(rating.functional_unit, language)
    yield _safe(say("energy per" if unit else "no unit", language, unit=unit))
    if group := rating.group:
        kinds = (group.stage, group.task_family, group.data_type, group.hardware_class)
        compared = say("compared", language, members=group.members, needed=group.needed)
        yield _safe(f"{compared}: {', '.join(term(each, language) for each in kinds if each)}")
    if rating.uncovered_weight > 0:
        yield _safe(say("uncovered", language, share=digits(rating.uncovered_weight * 100, language)))
    if rating.best != rating.worst:
        yield phrase("range", language)


def _metric(metric: MetricRating, rating: Rating, move: Move | None, language: str) -> str:
    title = _safe(name_of(metric, rating, language))
    mark = _mark(metric) if metric.letter else ""
    rows = "".join(f"<dt>{name}</dt><dd>{told}</dd>" for name, told in _facts(metric, rating, language))
    parts = [f"<article>\n<h3>{mark}{title}</h3>\n<dl>{rows}</dl>"]
    if metric.boundaries:
        parts.append(_boundaries(metric, language))
    if move:
        advice = "".join(f"<li>{_safe(each.in_language(language))}</li>" for each in move.advice)
        parts.append(f"<p>{phrase('up', language)} {_safe(move.text.in_language(language))}.</p>")
        parts.append(f"<ul>{advice}</ul>" if advice else "")
    return "\n".join([*filter(None, parts), "</article>"])


def _facts(metric: MetricRating, rating: Rating, language: str) -> Iterator[tuple[str, str]]:
    """Yield names and values of what is known of a metric."""
    yield phrase("value", language), _safe(written(metric, language) or say("unknown", language))
    if not metric.rated:
        yield phrase("letter", language), say("information", language)
    else:
        reason = f": {metric.why_not.in_language(language)}" if metric.why_not and not metric.letter else ""
        yield phrase("letter", language), _safe(verdict(metric, language) + reason)
        yield phrase("weight", language), f"{digits(metric.weight * 100, language)}\u00a0%"
    if metric.letter and rating.letter and metric.weight > 0:
        yield phrase("effect", language), _effect(metric, rating.letter, language)
    if metric.percentile is not None:
        share = digits(metric.percentile, language)
        yield phrase("standing", language), phrase("percentile", language).format(share=share)


def _effect(metric: MetricRating, letter: str, language: str) -> str:
    """Say whether a metric pulls the letter of all up or down."""
    difference = grade_of(letter) - grade_of(metric.letter or letter)
    return phrase("same" if not difference else "pulls up" if difference > 0 else "pulls down", language)


def _boundaries(metric: MetricRating, language: str) -> str:
    """Return a table of where one letter becomes the next."""
    heads = "".join(f'<th scope="col">{one} | {next_}</th>' for one, next_ in itertools.pairwise(LETTERS))
    cells = "".join(f"<td>{_safe(written(metric, language, each))}</td>" for each in metric.boundaries)
    caption = phrase("boundaries", language)
    return f"<table><caption>{caption}</caption><tr>{heads}</tr><tr>{cells}</tr></table>"


def _mark(metric: MetricRating) -> str:
    colour = COLOURS[grade_of(metric.letter or "")]
    style = f"background:{colour};color:{upon(colour)}"
    return f'<span class="mark" style="{style}">{metric.letter}</span> '


def _origin(rating: Rating, language: str) -> Iterator[str]:
    """Yield which scheme and which report the label comes from, and how to check it."""
    scheme = say("scheme", language, name=rating.scheme_name, version=rating.scheme_version)
    report = say("report", language, id=rating.report_id)
    command = "aipower label verify label.html --report report.json"
    yield from _paragraphs(
        (
            f"{_safe(scheme)}<br><code>SHA-256 {_safe(rating.scheme_hash)}</code>",
            f"{_safe(report)}<br><code>SHA-256 {_safe(rating.report_hash)}</code>",
            _safe(say("run", language, date=rating.date) if rating.date else say("no date", language)),
            f"{phrase('check', language)}<br><code>{command}</code>",
        )
    )


def _paragraphs(texts: Iterable[str]) -> Iterator[str]:
    return (f"<p>{text}</p>" for text in texts)


def _safe(text: str) -> str:
    """Return a text of a report or a scheme as HTML has it, for an element or an attribute."""
    return html.escape(clean(text))
