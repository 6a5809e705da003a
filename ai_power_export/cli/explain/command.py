"""`aipower explain`: where every value of a report comes from, and how to get what is missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain", help="Say where every value of a report comes from, and what is missing.")(
        _explain
    )


def _explain(
    report: Annotated[
        Path,
        typer.Argument(
            metavar="REPORT", help="A report, its evidence, or a folder with one report.", show_default=False
        ),
    ],
    field: Annotated[
        str | None,
        typer.Option("--field", metavar="PREFIX", help="Only fields that begin so, such as task.algorithms."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    return explain_command(report, field, as_json)


def explain_command(place: Path, field: str | None, as_json: bool) -> int:
    """Print the explanation of a report; return the exit code.

    Raises:
        BadInput: No report, evidence of another one, or a field that the format does not have.
    """
    from ai_power_export.cli.explain.text import show
    from ai_power_export.cli.rating import show_rating
    from ai_power_export.cli.rows import console
    from ai_power_export.report.explain import explain
    from ai_power_export.report.rating.any_version import rating_of_report
    from ai_power_export.report.read import read_report

    saved = read_report(place)
    explanation = explain(saved.document, saved.evidence)
    if field:
        explanation = explanation.about(field)
    rating = None if field else rating_of_report(saved)
    if as_json:
        rated = {"rating": rating.to_json()} if rating else {}
        document = {"report": saved.path.name, **explanation.to_json(), **rated}
        console().out(json.dumps(document, indent=1))
        return 0
    show(saved.path.name, explanation)
    if rating:
        show_rating(console(), rating)
    return 0
