"""From the words of the user to a destination.

A kind of others is a package with an entry point in the group `ai_power_export.destinations`: its name is the
scheme of the addresses that it takes, its value something that is called with an address and a function that
returns the token for it, or None, and that returns a `Destination`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from ai_power_export.deliver.folder import Folder
from ai_power_export.deliver.interface import Destination
from ai_power_export.deliver.tokens import token_for
from ai_power_export.errors import BadInput
from ai_power_export.settings import Settings
from ai_power_export.vocabulary.secret_names import names_a_secret

GROUP = "ai_power_export.destinations"

_HERE = "ai_power_export.deliver."
_OURS = {
    "http": f"{_HERE}http.destination:Http",
    "https": f"{_HERE}http.destination:Http",
    "hf": f"{_HERE}hugging_face.destination:HuggingFace",
    "git+https": f"{_HERE}git.destination:Git",
    "git+ssh": f"{_HERE}git.destination:Git",
    "git+file": f"{_HERE}git.destination:Git",
    "git+http": f"{_HERE}git.destination:Git",
    "git+git": f"{_HERE}git.destination:Git",
}
"""Our kinds by scheme, loaded when an address asks for them."""

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+(?=:)", re.IGNORECASE)
"""Two letters at least: one is a drive of Windows."""

_HOST = re.compile(r"[\w-]+(\.[\w-]+)+\.?")
"""What may be the name of a host: a folder of such a name is hardly meant where there is none."""


@dataclass(frozen=True)
class Address:
    """Where reports go, in words that mean the same in every working folder and hold no secret."""

    words: str
    """An address with a scheme, or the whole path of a folder."""
    name: str = ""
    """What the settings call it; empty where they do not."""


def address(words: str, settings: Settings) -> Address:
    """Return what `--to` names: a name in the settings, an address, or a folder.

    Raises:
        BadInput: There are no words, the address holds a secret, or it is open whether a host or a folder
            is meant.
    """
    name = words if words in settings.destinations else ""
    meant = settings.destinations.get(words, words)
    if not meant.strip():
        raise BadInput("is empty", "--to", "name a destination; is a variable not set?")
    if not _SCHEME.match(meant):
        if _HOST.fullmatch(meant) and not Path(meant).is_dir():
            mend = f"write https://{meant} or ./{meant}"
            raise BadInput("no such folder, and it looks like the name of a host", meant, mend)
        return Address(str(Path(meant).expanduser().absolute()), name)
    _check_for_secrets(meant)
    return Address(meant, name)


def destination(where: Address, settings: Settings) -> Destination:
    """Return the destination of an address.

    Raises:
        BadInput: There is no such kind of destination, or it cannot use the address.
    """
    scheme = _SCHEME.match(where.words)
    if scheme is None:
        return Folder(Path(where.words))
    make = _kind(scheme[0].lower()).load()
    made: Destination = make(where.words, token_for(where.words, where.name, settings))
    return made


def _kind(scheme: str) -> EntryPoint:
    if scheme in _OURS:
        return EntryPoint(scheme, _OURS[scheme], GROUP)
    theirs = {each.name: each for each in entry_points(group=GROUP)}
    if scheme not in theirs:
        known = ", ".join(f"{each}:" for each in sorted({*_OURS, *theirs}))
        raise BadInput(f"nothing can be delivered to {scheme}:", "--to", f"give a folder or {known}")
    return theirs[scheme]


def _check_for_secrets(words: str) -> None:
    """Refuse an address that opens a door: it would be kept and shown."""
    if any(_secrets_in(words)):
        scheme = words.partition(":")[0]
        mend = "tokens belong in AIPOWER_TOKEN or a keyring"
        raise BadInput(f"the {scheme}: address holds a user, password or token", "--to", mend)


def _secrets_in(words: str) -> Iterator[bool]:
    try:
        parts = urlsplit(words)
    except ValueError:
        raise BadInput("not readable as an address", "--to") from None
    user, _, host = parts.netloc.rpartition("@")
    # Over SSH a user is no secret: who may log in is decided by a key.
    yield ":" in user if parts.scheme.endswith("ssh") else bool(user or host != parts.netloc)
    for query in (parts.query, parts.fragment):
        yield any(names_a_secret(name) for name, _ in parse_qsl(query, keep_blank_values=True))
