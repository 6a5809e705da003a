"""`aipower serve token`: who may write to a registry, or read one that is not open."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from ai_power_export.cli.serve.options import DatabaseOption, demand_extra
from ai_power_export.console import say
from ai_power_export.errors import BadInput

if TYPE_CHECKING:
    from ai_power_export.registry.database import Database


class RoleName(str, Enum):
    """Roles of tokens; each may do what those before it may."""

    reader = "reader"
    contributor = "contributor"
    manager = "manager"


def _add(
    name: Annotated[
        str, typer.Argument(help="Who will hold it; tokens of one name are the same contributor.")
    ],
    role: Annotated[RoleName, typer.Option(help="What it is good for.")] = RoleName.contributor,
    database: DatabaseOption = None,
) -> int:
    with _opened(database) as opened, opened.writing() as connection:
        from ai_power_export.registry import tokens

        if not re.fullmatch(tokens.NAME, name):
            raise BadInput("is no name: one line of up to 100 characters", "NAME")
        token, secret = tokens.add(connection, name, tokens.Role[role.value])
    typer.echo(secret)
    say(f"token {token.id} of {name}, a {role.value} in {opened.place}: keep it safe, it is shown this once")
    return 0


def _list(database: DatabaseOption = None) -> int:
    with _opened(database) as opened, opened.writing() as connection:
        from ai_power_export.registry import tokens

        found = tokens.every(connection)
    for each in found:
        state = f"revoked {each.revoked}" if each.revoked else "holds"
        typer.echo("\t".join((each.id, each.role.name, each.created, state, each.name)))
    return 0


def _revoke(
    token: Annotated[str, typer.Argument(metavar="ID", help="Its id, as `list` shows it.")],
    database: DatabaseOption = None,
) -> int:
    with _opened(database) as opened, opened.writing() as connection:
        from ai_power_export.registry import tokens

        if not tokens.revoke(connection, token):
            raise BadInput("no token of this id holds", token[:20], "aipower serve token list")
    say(f"token {token} holds no more")
    return 0


@contextmanager
def _opened(where: str | None) -> Iterator[Database]:
    """Give the database of a registry, whose tables are made if it is new."""
    demand_extra()
    from ai_power_export.registry.config import load_config
    from ai_power_export.registry.database import Database
    from ai_power_export.registry.migrations import migrate

    database = Database(load_config({"database": where}).database.get_secret_value())
    try:
        migrate(database)
        yield database
    finally:
        database.close()


COMMANDS: Mapping[str, tuple[Callable[..., int], str]] = {
    "add": (_add, "Make a token and print it, this once: only its hash is kept."),
    "list": (_list, "List all tokens, without what opens doors."),
    "revoke": (_revoke, "Let a token hold no more, from now on."),
}
"""What each does, by its name."""


def register(serve: typer.Typer) -> None:
    """Add the commands."""
    token = typer.Typer(help="Tokens of those who may write to the registry, or read one that is not open.")
    for name, (command, what) in COMMANDS.items():
        token.command(name, help=what)(command)
    serve.add_typer(token, name="token")
