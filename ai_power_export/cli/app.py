"""The commands of `aipower`, and what becomes of their errors."""

from __future__ import annotations

import sys
from typing import Any

import typer

from ai_power_export.cli import (
    calibrate,
    check,
    convert,
    doctor,
    export,
    importing,
    inspect,
    keys,
    merge,
    outbox,
    privacy,
    recover,
    sign,
    streams,
    upload,
    verify,
)
from ai_power_export.cli.edit import command as edit
from ai_power_export.cli.explain import command as explain
from ai_power_export.cli.label import command as label
from ai_power_export.cli.serve import command as serve
from ai_power_export.cli.table import command as table
from ai_power_export.cli.validate import command as validate
from ai_power_export.errors import AipowerError

app = typer.Typer(
    name="aipower",
    help="Measure the energy of an AI run and write a complete, checked BoAmps report of it.",
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def _aipower(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Show the version and exit."),
) -> None:
    if version:
        from importlib.metadata import version as installed

        typer.echo(installed("ai-power-export"))
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(2)


export.register(app)
inspect.register(app)
explain.register(app)
edit.register(app)
recover.register(app)
merge.register(app)
importing.register(app)
calibrate.register(app)
doctor.register(app)
validate.register(app)
convert.register(app)
table.register(app)
check.register(app)
label.register(app)
keys.register(app)
sign.register(app)
verify.register(app)
privacy.register(app)
upload.register(app)
outbox.register(app)
serve.register(app)


def run() -> None:
    """Run the command line; what the user got wrong is one line on stderr and an exit code."""
    streams.make_ready()
    try:
        code = _run()
        sys.stdout.flush()
    except OSError as error:
        if not streams.is_of_output(error):
            raise
        streams.forget_stdout()
        # A reader that has left, such as head, has seen enough.
        is_read = isinstance(error, BrokenPipeError)
        code = 1 if is_read else _told(f"the output cannot be written: {error.strerror}", 2)
    sys.exit(code)


def _run() -> int:
    try:
        code = app(standalone_mode=False)
    except AipowerError as error:
        return _told(str(error), error.exit_code)
    except typer.Abort:
        return _told("interrupted", 130)
    except Exception as error:
        if not _is_usage_error(error):
            raise
        return _told(str(error.format_message()), 2)  # type: ignore[attr-defined]
    return code if isinstance(code, int) else 0


def _is_usage_error(error: Any) -> bool:
    """Typer raises click's errors, which are its own or the installed click's, by version."""
    return hasattr(error, "format_message") and hasattr(error, "exit_code")


def _told(text: str, code: int) -> int:
    typer.echo(f"aipower: {' '.join(text.split())}", err=True)
    return code
