"""`aipower label scheme`: make, freeze, show and compare the rules of labels."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ai_power_export.cli.replacing import Force, check_free
from ai_power_export.console import say
from ai_power_export.errors import BadInput

if TYPE_CHECKING:
    from ai_power_export.label.scheme import Scheme

NEW = """Write a scheme of your own to start from: a copy of one that is there.

  aipower label scheme new ours.toml --from inference
"""
FIT = """Freeze the boundaries of a scheme from reports: numbers that no later run changes.

The frozen scheme says how many reports it was made from, and their hash.
Groups with too few runs have no boundaries in it.

  aipower label scheme fit inference --against power-reports -o ours-2026.toml
"""
SHOW = """Print a scheme as its file has it, with its hash; without a name, all that there are.

  aipower label scheme show training
"""
DIFF = """Print in what two schemes differ; exit code 1 if they do.

  aipower label scheme diff ours-2025.toml ours-2026.toml
"""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    scheme = typer.Typer(help="The rules of labels: new, fit, show, diff.")
    scheme.callback(invoke_without_command=True)(_scheme)
    scheme.command("new", help=NEW)(_new)
    scheme.command("fit", help=FIT)(_fit)
    scheme.command("show", help=SHOW)(_show)
    scheme.command("diff", help=DIFF)(_diff)
    app.add_typer(scheme, name="scheme")


def _scheme(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(2)


def _new(
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", show_default=False)],
    base: Annotated[str, typer.Option("--from", metavar="NAME|FILE")] = "training",
) -> int:
    from ai_power_export.label.schemes import load, made

    _check(file)
    content = _content(load(base))
    content |= {"name": file.stem, "version": "1", "date": _today()}
    if file.exists():
        raise BadInput("is there already", str(file), "name a new file")
    _write(file, made(content, file.name))
    say(f"wrote {file}, a copy of {base}: edit it, then aipower label REPORT --scheme {file}")
    return 0


def _fit(
    base: Annotated[str, typer.Argument(metavar="NAME|FILE", show_default=False)],
    against: Annotated[
        list[str],
        typer.Option(metavar="PLACE", help="Reports: folder, table or registry of them; repeatable."),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE.toml")],
    version: Annotated[str, typer.Option(help="Version of the frozen scheme.")] = "1",
    force: Force = False,
) -> int:
    from ai_power_export.cli.label.against import places_of
    from ai_power_export.label.comparable import runs_of
    from ai_power_export.label.fit import fit
    from ai_power_export.label.schemes import load

    _check(output)
    check_free(output, force=force)
    scheme = load(base)
    runs = runs_of(places_of(against), scheme.functional_unit, say)
    fitted = fit(scheme, runs, output.stem, version, _today())
    for line in fitted.left_out:
        say(f"no boundaries for {line}")
    _write(output, fitted.scheme)
    groups = len(fitted.scheme.groups)
    say(f"wrote {output}: {groups} group{'s' * (groups != 1)} frozen from {len(runs)} reports")
    return 0


def _show(
    name: Annotated[str | None, typer.Argument(metavar="[NAME|FILE]", show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    from ai_power_export.label.scheme import hash_of
    from ai_power_export.label.schemes import load, names, text_of

    if name is None:
        told = {each: {"version": load(each).version, "sha256": hash_of(load(each))} for each in names()}
        lines = [f"{each}  {of['version']}  {of['sha256']}" for each, of in told.items()]
        typer.echo(json.dumps(told, indent=1) if as_json else "\n".join(lines))
        return 0
    scheme = load(name)
    if as_json:
        typer.echo(json.dumps({"sha256": hash_of(scheme), "scheme": _content(scheme)}, indent=1, default=str))
    else:
        typer.echo(f"# sha256 {hash_of(scheme)}\n{text_of(scheme)}", nl=False)
    return 0


def _diff(
    old: Annotated[str, typer.Argument(metavar="OLD", show_default=False)],
    new: Annotated[str, typer.Argument(metavar="NEW", show_default=False)],
) -> int:
    import difflib

    from ai_power_export.label.schemes import load, text_of

    before, after = (text_of(load(each)).splitlines() for each in (old, new))
    lines = list(difflib.unified_diff(before, after, old, new, lineterm="", n=1))
    for line in lines:
        typer.echo(line)
    return 1 if lines else 0


def _content(scheme: Scheme) -> dict[str, object]:
    from ai_power_export.label.scheme import content_of

    return content_of(scheme)


def _today() -> datetime.date:
    return datetime.datetime.now(datetime.timezone.utc).date()


def _check(path: Path) -> None:
    if path.suffix != ".toml":
        raise BadInput("a scheme is a TOML file", str(path), "end it in .toml")


def _write(path: Path, scheme: Scheme) -> None:
    from ai_power_export.label.schemes import text_of
    from ai_power_export.report.write import write_bytes

    try:
        write_bytes(path, text_of(scheme).encode())
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror or error}", str(path)) from None
