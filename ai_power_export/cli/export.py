"""`aipower export`: run a script under measurement and write its report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from ai_power_export.errors import BadInput

HELP = """Run a Python script under measurement and write its BoAmps report.

The script runs as it would by itself: its arguments, output, exit code and traceback are unchanged.
The report is written to --output when it ends, and delivered where --upload says.

  aipower export train.py --epochs 3

  aipower export --confidentiality public --upload ../open-data --yes train.py

  aipower export --country FRA -m mypackage.train --epochs 3
"""


class _UntilTheScript(TyperCommand):
    """Leaves everything after the script, or after `-m MODULE`, to the script."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Split as Python itself does: `-m MODULE` ends our options."""
        with_value = {
            name for each in self.params for name in each.opts if not getattr(each, "is_flag", True)
        }
        rest = iter(range(len(args)))
        for index in rest:
            if args[index] == "-m":
                args = [*args[: index + 2], "--", *args[index + 2 :]]
                break
            if not args[index].startswith("-"):
                break
            if args[index] in with_value:
                next(rest, None)
        return super().parse_args(ctx, args)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "export", cls=_UntilTheScript, help=HELP, context_settings={"allow_interspersed_args": False}
    )(_export)


def _export(
    script: Annotated[
        list[str] | None, typer.Argument(metavar="SCRIPT [ARGS]...", show_default=False)
    ] = None,
    module: Annotated[
        str | None, typer.Option("-m", metavar="MODULE", help="Run a module, as `python -m`.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Folder of the reports.")] = None,
    country: Annotated[str | None, typer.Option(help="Where this machine is: FRA, FR or France.")] = None,
    offline: Annotated[
        bool | None, typer.Option("--offline/--online", help="Make no request at all.")
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="Value of a report field; repeatable."),
    ] = None,
    publisher: Annotated[str | None, typer.Option(help="Organisation that publishes the report.")] = None,
    division: Annotated[str | None, typer.Option(help="Department within the organisation.")] = None,
    project: Annotated[str | None, typer.Option(help="Name of the project.")] = None,
    licence: Annotated[str | None, typer.Option(help="Licence of the report, such as CC-BY-4.0.")] = None,
    confidentiality: Annotated[
        str | None,
        typer.Option(help="public, internal, confidential or secret; only public ones may be uploaded."),
    ] = None,
    infra_type: Annotated[
        str | None,
        typer.Option(help="publicCloud, privateCloud, onPremise or other, where it cannot be seen."),
    ] = None,
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="VERSION",
            help="Version of the report: boamps (the default), boamps-2024 or orange-0.0.1.",
        ),
    ] = None,
    per_stage: Annotated[
        bool,
        typer.Option("--per-stage", help="One report each of preparing data, training and inference."),
    ] = False,
    meter: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Meter that gets an entry in the report; repeatable: codecarbon (the default), "
            "carbontracker, eco2ai, pyjoules, pyrapl, zeus, one of \\[tool.aipower.meter], or "
            "wattmeter:unit=W,command=COMMAND.",
        ),
    ] = None,
    summary: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Append the summary as Markdown; on GitHub Actions the job's page gets it by itself.",
        ),
    ] = None,
    interactive: Annotated[
        bool | None,
        typer.Option(
            "--interactive/--no-input", help="On a terminal, ask after the script for what its reports lack."
        ),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help="How long each of these questions waits; 60 if not said."),
    ] = None,
    upload: Annotated[
        str | None,
        typer.Option(
            metavar="DEST",
            help="Deliver the reports at the end, where they are public: an address, a folder or a name in "
            "the settings; with --yes, or where the settings agree.",
        ),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="You agree that this run's reports are delivered.")
    ] = False,
    upload_time_limit: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS", help="How long the end waits for that at most; 10 if not said. The rest waits."
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No summary at the end.")] = False,
) -> None:
    from ai_power_export.cli.edit.after import asker
    from ai_power_export.launch.parent import run_script
    from ai_power_export.report.answers import assignments

    given: dict[str, Any] = {
        "output": output,
        "country": country,
        "offline": offline,
        "set": assignments(set_ or [], "--set") or None,
        "publisher": publisher,
        "division": division,
        "project": project,
        "licence": licence,
        "confidentiality": confidentiality,
        "infra_type": infra_type,
        "format": format_,
        "per_stage": per_stage or None,
        "summary": summary,
        "meters": meter or None,
        "interactive": interactive,
        "time_limit": time_limit,
        "upload": upload,
        "upload_time_limit": upload_time_limit,
        "consent": yes or None,
    }
    target = ["-m", module, *(script or [])] if module else script
    if not target:
        raise BadInput("no script given", mend="aipower export [OPTIONS] SCRIPT [ARGS]...")
    run_script(target, given, quiet=quiet, asker=asker)
