"""`aipower keys`: make and show the key that reports are signed with."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from ai_power_export.console import say
from ai_power_export.errors import BadInput

PASSPHRASE = "AIPOWER_KEY_PASSPHRASE"
"""Variable that holds the passphrase of a key where nobody can be asked."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    keys = typer.Typer(help="The key that reports are signed with.")
    keys.callback(invoke_without_command=True)(_keys)
    keys.command("new", help="Make a key for `aipower sign`, in your own folder.")(_new)
    keys.command("show", help="Print the public key, which others check signatures with.")(_show)
    app.add_typer(keys, name="keys")


def _keys(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(2)


def _new(
    passphrase: Annotated[
        bool, typer.Option("--passphrase", help="Encrypt the key; each use asks for the passphrase.")
    ] = False,
) -> int:
    from ai_power_export.report.signing.keyring import PUBLIC, keys_folder, new_key
    from ai_power_export.report.signing.keys import read_public_key

    secret = _passphrase("New passphrase", confirm=True) if passphrase else b""
    if passphrase and not secret:
        raise BadInput("an empty passphrase encrypts nothing", "--passphrase")
    path = new_key(keys_folder(), secret)
    public = read_public_key((path.parent / PUBLIC).read_text(encoding="ascii"))
    say(f"made {path}, for you alone; {PUBLIC} beside it is for everybody: {public.fingerprint}")
    return 0


def _show() -> int:
    from ai_power_export.report.signing.keyring import own_public_key

    public = own_public_key()
    if public is None:
        raise BadInput("no key yet", "aipower keys show", "aipower keys new makes one")
    typer.echo(public.text)
    say(f"fingerprint {public.fingerprint}")
    return 0


def passphrase_of(path: Path) -> bytes:
    """Return the passphrase of a key: from the environment, or asked for on a terminal.

    Raises:
        BadInput: Neither is there.
    """
    return _passphrase(f"Passphrase of {path}")


def _passphrase(question: str, *, confirm: bool = False) -> bytes:
    from ai_power_export.cli.edit.terminal import can_ask

    given = os.environ.get(PASSPHRASE)
    if given is not None:
        return given.encode()
    if not can_ask():
        raise BadInput("nobody can be asked for a passphrase here", mend=f"give it in {PASSPHRASE}")
    return str(typer.prompt(question, hide_input=True, confirmation_prompt=confirm, err=True)).encode()
