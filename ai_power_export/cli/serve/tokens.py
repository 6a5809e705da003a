"""`aipower serve token`: who may write to a registry, or read one that is not open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from ai_power_export.cli.serve.options import DatabaseOption, demand_extra
from ai_power_export.console import say
from ai_power_export.errors import BadInput

if TYPE_CHECKING:
    from sqlalchemy import Connection


class RoleName(str, Enum):
    """Roles of tokens; each may do what those before it may."""

    reader = "reader"
    contributor = "contributor"
    manager = "manager"


def register(serve: typer.Typer) -> None:
    """Add the commands."""
    token = typer.Typer(help="Tokens of those who may write to the registry, or read one that is not open.")
    token.command("add", help="Make a token and print it, this once: only its hash is kept.")(_add)
    token.command("list", help="List all tokens, without what opens doors.")(_list)
    token.command("revoke", help="Let a token hold no more, from now on.")(_revoke)
    serve.add_typer(token, name="token")


def _add(
    name: Annotated[
        str, typer.Argument(help="Who will hold it; tokens of one name are the same contributor.")
    ],
    role: Annotated[RoleName, typer.Option(help="What it is good for.")] = RoleName.contributor,
    database: DatabaseOption = None,
) -> int:
    with _writing(database) as connection:
        from ai_power_export.registry import tokens

        if not re.fullmatch(tokens.NAME, name):
            raise BadInput("is no name: one line of up to 100 characters", "NAME")
        token, secret = tokens.add(connection, name, tokens.Role[role.value])
    typer.echo(secret)
    say(f"token {token.id} of {name}, a {role.value}: shown this once, keep it where secrets are kept")
    return 0


def _list(database: DatabaseOption = None) -> int:
    with _writing(database) as connection:
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
    with _writing(database) as connection:
        from ai_power_export.registry import tokens

        if not tokens.revoke(connection, token):
            raise BadInput("no token of this id holds", token[:20], "aipower serve token list")
    say(f"token {token} holds no more")
    return 0


@contextmanager
def _writing(where: str | None) -> Iterator[Connection]:
    """Give a connection to the database of a registry, whose tables are made if it is new."""
    demand_extra()
    from ai_power_export.registry.config import load_config
    from ai_power_export.registry.database import Database
    from ai_power_export.registry.migrations import migrate

    database = Database(load_config({"database": where}).database.get_secret_value())
    migrate(database)
    try:
        with database.writing() as connection:
            yield connection
    finally:
        database.close()
