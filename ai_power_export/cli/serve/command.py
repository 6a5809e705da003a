"""`aipower serve`: run a registry on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from ai_power_export.cli.serve import tokens
from ai_power_export.cli.serve.options import DatabaseOption, demand_extra

HELP = """Serve a registry: take reports, check them, keep every version, answer questions about them.

An SQLite file in the working folder keeps them unless told otherwise. Reading is open to all who reach the
port, writing needs a token: `aipower serve token add NAME`. Every option can be said in AIPOWER_SERVE_*.

  aipower serve --database postgresql://registry@db.example.org/registry --host 0.0.0.0
"""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    serve = typer.Typer(help=HELP)
    serve.callback(invoke_without_command=True)(_serve)
    tokens.register(serve)
    app.add_typer(serve, name="serve")


def _serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen at.", show_default="127.0.0.1")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen at; 0 takes a free one.", show_default="8000")
    ] = None,
    database: DatabaseOption = None,
    anonymous_writes: Annotated[
        bool | None, typer.Option("--allow-anonymous-writes", help="Take reports without a token.")
    ] = None,
    no_anonymous_reads: Annotated[
        bool, typer.Option("--no-anonymous-reads", help="Serve reports only to those with a token.")
    ] = False,
    forwarded_allow_ips: Annotated[
        str | None, typer.Option(help="Proxies whose X-Forwarded-For is believed.", show_default="none")
    ] = None,
) -> int:
    if context.invoked_subcommand is not None:
        # `serve --database FILE token add NAME` means the same file as with the option at the end.
        context.default_map = {"token": {name: {"database": database} for name in tokens.COMMANDS}}
        return 0
    demand_extra()
    from ai_power_export.registry.config import load_config
    from ai_power_export.registry.serving import serve

    given = {
        "host": host,
        "port": port,
        "database": database,
        "anonymous_writes": anonymous_writes,
        "anonymous_reads": False if no_anonymous_reads else None,
        "forwarded_allow_ips": forwarded_allow_ips,
    }
    return serve(load_config(given))
