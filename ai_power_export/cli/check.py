"""`aipower check`: fail a CI job whose reports are over a budget, or over what such runs took before."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ai_power_export.console import say

if TYPE_CHECKING:
    from ai_power_export.budget.check import Limits
    from ai_power_export.budget.finding import Finding
    from ai_power_export.budget.taken import Taken
    from ai_power_export.settings import Settings

HELP = """Check that reports keep a budget of energy or emissions, or what runs like them took before.

Each report is checked for itself, a stage with its own kind. Its energy may be off by its quality: it fails
only if it is over beyond doubt; --doubt fail: also if it may be; --doubt ignore: numbers count as they are.

  aipower check power-reports --max-kwh 0.5 --max-co2 0.1

  aipower check power-reports --baseline baseline/ --tolerance 10%

Exit code 0 if all keep it, 1 if not or if a report is invalid or a draft, 2 if something cannot be checked.
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check", help=HELP)(_check)


def _check(
    places: Annotated[
        list[str],
        typer.Argument(metavar="REPORT|FOLDER...", help="Reports, folders or patterns.", show_default=False),
    ],
    max_kwh: Annotated[float | None, typer.Option(metavar="KWH", help="Most energy of a report.")] = None,
    max_co2: Annotated[
        float | None,
        typer.Option(metavar="KG", help="Most emissions of a report, by the carbon intensity that it tells."),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(metavar="FILE|FOLDER", help="Reports of before; of several like it the median counts."),
    ] = None,
    tolerance: Annotated[
        str | None,
        typer.Option(metavar="PERCENT", help="How much more than the baseline is fine; 10% if not said."),
    ] = None,
    doubt: Annotated[
        str | None,
        typer.Option(metavar="pass|fail|ignore", help="Where the error leaves it open; pass if not said."),
    ] = None,
    summary: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Append what comes of it as Markdown.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON, also of what each report took; needs no limit.")
    ] = False,
) -> int:
    from ai_power_export.budget.check import check_all, worst
    from ai_power_export.report.reading.found import paths_of
    from ai_power_export.settings import load_settings

    given = {"max_kwh": max_kwh, "max_co2": max_co2, "baseline": baseline, "tolerance": tolerance}
    settings = load_settings(Path.cwd(), {**given, "doubt": doubt, "summary": summary})
    limits = _limits(settings, may_be_none=as_json)
    taken, findings = check_all(paths_of(places), limits)
    code = worst(findings)
    _tell(findings)
    _append_to_page(findings, settings, code)
    if as_json:
        typer.echo(json.dumps(_as_json(taken, findings, limits, code), indent=1))
    return code


def _limits(settings: Settings, *, may_be_none: bool) -> Limits:
    """Return what is to be kept; with JSON it may be nothing, for those who want to know what was taken.

    Raises:
        BadInput: It is nothing, or the baseline cannot be used.
    """
    from ai_power_export.budget.baseline import baseline_of
    from ai_power_export.budget.check import Limits
    from ai_power_export.errors import BadInput

    told = (settings.max_kwh, settings.max_co2, settings.baseline)
    if told == (None, None, None) and not may_be_none:
        raise BadInput("nothing to check against", mend="give --max-kwh, --max-co2 or --baseline")
    baseline = baseline_of(settings.baseline, say) if settings.baseline is not None else ()
    return Limits(settings.max_kwh, settings.max_co2, baseline, settings.tolerance, settings.doubt)


def _as_json(
    taken: Sequence[Taken], findings: Sequence[Finding], limits: Limits, code: int
) -> dict[str, Any]:
    return {
        "passed": code == 0,
        "doubt": limits.doubt,
        "checks": [each.to_json() for each in findings],
        "reports": [each.to_json() for each in taken],
    }


def _tell(findings: Sequence[Finding]) -> None:
    """Say what comes of each check; what fails the job last, where it is read first."""
    from ai_power_export.report.reading.places import printable

    for each in sorted(findings, key=lambda finding: finding.exit_code):
        say(printable(each.reason))


def _append_to_page(findings: Sequence[Finding], settings: Settings, code: int) -> None:
    """Append it to the page of the job, if there is one, without what is private: others read it."""
    from ai_power_export.page import append, escaped, page_of
    from ai_power_export.report.privacy.filter import PrivacyFilter

    page = page_of(settings, Path.cwd())
    if page is None or not findings:
        return
    clean = PrivacyFilter().text
    lines = [f"- **{each.verdict.value}**: {escaped(clean(each.reason))}" for each in findings]
    append(page, [f"### aipower check: {'failed' if code else 'passed'}\n", *lines, "\n"])
