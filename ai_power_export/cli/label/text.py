"""How ratings are printed: the letter with its range, a line a metric, and what would move it up."""

from __future__ import annotations

import json
from collections.abc import Sequence

import typer
from rich.text import Text

from ai_power_export.cli.rows import GAP, HINT, QUIET, Row, console, print_rows, printable
from ai_power_export.label.draw.values import written
from ai_power_export.label.metrics import BY_UNIT, ERRORS
from ai_power_export.label.rated import MetricRating, Rating
from ai_power_export.label.saved import rating_json
from ai_power_export.label.why import moves_of

HASH = 12
"""Digits of a hash that are shown; `--json` has all."""


def show_ratings(ratings: Sequence[Rating], *, as_json: bool) -> None:
    """Print ratings to stdout; as JSON a list of them."""
    if as_json:
        typer.echo(json.dumps([rating_json(rating) for rating in ratings], indent=1))
        return
    for rating in ratings:
        _show(rating)


def letter_with_range(letter: str | None, best: str | None, worst: str | None) -> str:
    """Write a letter with the range of its uncertainty.

    >>> letter_with_range("B", "A", "C"), letter_with_range("B", "B", "B")
    ('B, A to C', 'B')
    """
    if letter is None:
        return "not rated"
    return letter if best == worst else f"{letter}, {best} to {worst}"


def _show(rating: Rating) -> None:
    out = console()
    letter = letter_with_range(rating.letter, rating.best, rating.worst)
    reason = f": {rating.why_not}" if rating.why_not else ""
    title = rating.title or rating.report_id or rating.report_hash[:HASH]
    out.print(Text(printable(f"{title}: {letter}{reason}"), style="bold"), soft_wrap=True)
    metrics = [(metric.name, _of_metric(metric, rating.functional_unit)) for metric in rating.metrics]
    print_rows(out, [*_about(rating), *metrics, *_moves(rating)])


def _about(rating: Rating) -> list[Row]:
    rows = [("scheme", f"{rating.scheme_name} {rating.scheme_version}, {rating.scheme_hash[:HASH]}")]
    if rating.functional_unit:
        rows.append(("functional unit", f"one {rating.functional_unit}"))
    if group := rating.group:
        words = (group.task_family, group.stage, group.data_type, group.hardware_class)
        told = " · ".join(word or "?" for word in words)
        rows.append(("comparable runs", f"{group.members} ({group.needed} needed): {told}"))
    percent = ERRORS.get(rating.quality)
    error = f"{rating.quality}, ±{percent:.0%}" if percent else f"not told, taken as ±{ERRORS['low']:.0%}"
    rows.append(("quality", error))
    if 0 < rating.uncovered_weight < 1:
        rows.append(
            ("not covered", f"{rating.uncovered_weight:.0%} of the weight is on metrics without letter")
        )
    return [(name, Text(printable(told), style=QUIET)) for name, told in rows]


def _of_metric(metric: MetricRating, unit: str) -> Text:
    parts = []
    if value := written(metric, "en"):
        per = f" a {unit}" if unit and metric.name in BY_UNIT else ""
        parts.append(f"{value}{per}")
    if metric.rated and metric.letter:
        parts.append(letter_with_range(metric.letter, metric.best, metric.worst))
        if metric.percentile is not None:
            parts.append(f"better than or as good as {metric.percentile:.0f} % of them")
        parts.append(f"{metric.weight:.0%} of the letter" if metric.weight else "does not count")
    elif metric.why_not:
        parts.append(f"not rated: {metric.why_not}" if metric.rated else metric.why_not)
    else:
        parts.append("for information")
    return Text(_plain("; ".join(parts)), style="" if metric.letter or not metric.rated else GAP)


def _moves(rating: Rating) -> list[Row]:
    rows = []
    for move in moves_of(rating):
        advice = "".join(f"; {each.en}" for each in move.advice[:1])
        rows.append((f"→ {move.metric}", Text(_plain(f"{move.text.en}{advice}"), style=HINT)))
    return rows


def _plain(text: str) -> str:
    """Return a text as a terminal has it: blanks that hold a unit to its number are blanks."""
    return printable(text.replace("\u00a0", " "))
