"""`aipower verify`: whose key signed a report, and whether it was changed since."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ai_power_export.console import say
from ai_power_export.errors import BadInput

if TYPE_CHECKING:
    from ai_power_export.report.signing.verify import Trusted, Verified

HELP = """Say whose key signed reports, and whether they were changed since.

Spaces, line ends and the order of names in a file mean nothing, so they may change; values may not.
Exit code 0 if all are signed and unchanged by good keys, 1 if not, 2 if a file cannot be read.

  aipower verify report.json --key publisher.pub

  aipower verify --trust publishers.txt data/
"""

WORDS = {
    "valid": "signed and unchanged,",
    "untrusted": "signed and unchanged,",
    "otherKey": "signed and unchanged,",
    "changed": "changed since it was signed",
    "unreadable": "has a signature that cannot be checked",
    "unsigned": "not signed",
}
"""What each verdict is called."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify", help=HELP)(_verify)


def _verify(
    places: Annotated[
        list[str],
        typer.Argument(metavar="REPORT...", help="Reports, folders or patterns.", show_default=False),
    ],
    key: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY", help="Public key that must have signed: a file, or its text; repeatable."
        ),
    ] = None,
    trust: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="File of such keys, one a line, each with a name behind it; repeatable."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    from ai_power_export.report.signing.verify import Verdict, verify_report

    trusted = _trusted(key or [], trust or [])
    found: dict[Path, Verified] = {}
    unread = []
    for path in _reports(places):
        try:
            verified = verify_report(path, trusted)
        except BadInput as error:
            say(str(error))
            unread.append({"report": str(path), "verdict": None, "why": str(error)})
        else:
            found[verified.report] = verified  # a wildcard names a signature beside its report
    if as_json:
        typer.echo(json.dumps([*map(_shown, found.values()), *unread], indent=1))
    else:
        for each in found.values():
            say(_line(each, asked=trusted.required))
    if unread:
        return BadInput.exit_code
    return int(any(each.verdict is not Verdict.VALID for each in found.values()))


def _reports(places: list[str]) -> list[Path]:
    """Return the files that places name, sorted within each place.

    Raises:
        BadInput: A place names none.
    """
    from ai_power_export.report.reading.found import report_files

    found = []
    for place in places:
        try:
            found += sorted(map(Path, report_files(place)))
        except BadInput as error:
            raise BadInput(error.what, place) from None
    if not found:
        raise BadInput("no report among the files", places[0])
    return found


def _trusted(keys: list[str], files: list[Path]) -> Trusted:
    """Return the keys that are asked for; where none are, those that the user knows."""
    from ai_power_export.report.signing.keyring import known_keys, read_trusted_keys
    from ai_power_export.report.signing.verify import Trusted

    asked = [*map(_keys_in, keys), *map(read_trusted_keys, files)]
    known = known_keys()
    if not asked:
        return Trusted(known)
    names = {key: name or known.get(key, "") for each in asked for key, name in each.items()}
    return Trusted(names, required=True)


def _keys_in(text: str) -> dict[Any, str]:
    """Return the one key that `--key` gives, as a file or as text, without a name."""
    from ai_power_export.report.signing.keys import read_public_key

    path = Path(text)
    is_file = _is_file(path)
    try:
        return {read_public_key(path.read_text(encoding="utf-8") if is_file else text): ""}
    except (OSError, ValueError) as error:
        # What was given is not shown: it may be a private key by mistake.
        raise BadInput(f"{path if is_file else 'what was given'} {error}", "--key") from None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # the text of a key may be no name that a file can have
        return False


def _shown(each: Verified) -> dict[str, Any]:
    shown: dict[str, Any] = {"report": str(each.report), "verdict": each.verdict.value}
    if each.why:
        shown["why"] = each.why
    if each.key:
        shown |= {"publicKey": each.key.text, "fingerprint": each.key.fingerprint}
    return {**shown, "holder": each.holder} if each.holder else shown


def _line(each: Verified, *, asked: bool) -> str:
    from ai_power_export.cli.rows import printable

    by = f"by {each.holder} {each.key.fingerprint}".replace("  ", " ") if each.key else ""
    whose = " (--key or --trust says whose it is)" if each.key and not (each.holder or asked) else ""
    why = f": {each.why}" if each.why else ""
    return printable(f"{each.report}: {WORDS[each.verdict.value]} {by}".rstrip() + whose + why)
