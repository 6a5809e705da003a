"""`aipower sign`: sign reports, so that others can tell who published them, unchanged."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ai_power_export.console import say
from ai_power_export.errors import BadInput

HELP = """Sign reports with your Ed25519 key.

The public key goes into the header; the signature into $hash where the version of the format has it, else
into a file of the same name that ends in .sig: publish both. `aipower keys new` makes a key.

  aipower sign power-reports/report_*.json
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sign", help=HELP)(_sign)


def _sign(
    reports: Annotated[
        list[Path],
        typer.Argument(metavar="REPORT...", help="Reports, or folders with one report.", show_default=False),
    ],
    key: Annotated[
        Path | None,
        typer.Option(help="Private key, in PEM or OpenSSH's form; by default yours from `aipower keys new`."),
    ] = None,
    replace_key: Annotated[
        bool, typer.Option("--replace-key", help="Sign also where the header names another key.")
    ] = False,
) -> int:
    from ai_power_export.cli.keys import passphrase_of
    from ai_power_export.deliver.prepare import Gate
    from ai_power_export.report.read import EVIDENCE_SUFFIX, read_report
    from ai_power_export.report.signing.keyring import KEY, keys_folder, read_signing_key
    from ai_power_export.report.signing.sign import sign_report
    from ai_power_export.settings import load_settings

    gate = Gate(load_settings(Path.cwd(), {}))
    path = key or keys_folder() / KEY
    signing = read_signing_key(path, lambda: passphrase_of(path))
    # A wildcard names the evidence of reports as well.
    for place in [each for each in reports if not each.name.endswith(EVIDENCE_SUFFIX)] or reports:
        try:
            signed = sign_report(place, signing, replace_key=replace_key)
        except OSError as error:
            raise BadInput(f"cannot be written: {error.strerror or error}", str(place)) from None
        inside = signed.signature == signed.report
        where = "in its $hash" if inside else f"in {signed.signature.name} beside it"
        say(f"signed {signed.report} as {signing.public.fingerprint}: the signature is {where}")
        removals = gate.prepare(read_report(signed.report)).outgoing.removals
        if removals:  # then what arrives is not what was signed
            paths = ", ".join(dict.fromkeys(removal.path for removal in removals))
            say(f"{signed.report.name}: aipower upload takes out {paths}, and leaves the signature here")
    return 0
