"""What it means when git says no: whether to try again, and what to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ai_power_export.deliver.interface import Refused, Unreachable
from ai_power_export.deliver.one_line import one_line

MOST_WORDS = 200
"""Characters of the server's own words that are passed on."""


class Quicker(Exception):
    """The branch is no longer as it was seen: somebody else has pushed to it."""


@dataclass(frozen=True)
class Said:
    """What git said, and of whom."""

    text: str
    place: str
    host: str
    """Empty for a folder."""
    token: str | None
    """What was sent as token, if anything was: it is never shown."""


_RACES = re.compile(
    r"fetch first|non-fast-forward|cannot lock ref|failed to update ref|reference already exists"
    r"|incorrect old value|stale info|couldn't find remote ref"
)

_MEANINGS = (
    (
        Unreachable,
        r"[Cc]ould not resolve|unable to look up|Name or service not known|name resolution",
        "{place}: no such host, or no network: check the address and the connection",
    ),
    (
        Refused,
        r"exists; cannot create",
        "a branch of {place} stands in the way of the new one: give another, ?branch=NAME",
    ),
    (
        Refused,
        r"terminal prompts disabled|could not read (?:Username|Password)|Authentication failed"
        r"|returned error: 401",
        "{place}: {identify}",
    ),
    (
        Refused,
        r"Permission denied \(",
        "{place} takes none of your ssh keys:"
        " give {host} the public one (one with a passphrase must be in ssh-agent)",
    ),
    (
        Refused,
        r"Host key verification failed",
        "{place}: the key of {host} is not known here, or not the one that is known: compare it with what its"
        " operator publishes, and keep it in known_hosts",
    ),
    (
        Refused,
        r"certificate",
        "{place}: its certificate is not trusted (GIT_SSL_CAINFO names a file with those of your own)",
    ),
    (
        Refused,
        r"dubious ownership",
        "{place} belongs to another user: allow it with git config --global --add safe.directory",
    ),
    (
        Unreachable,
        r"No space left|[Dd]isk quota|unpacker error|remote unpack failed",
        "{place}: the reports cannot be kept, here or there, for lack of room or of a permission{server}",
    ),
    (
        Refused,
        r"hook declined|[Pp]rotected branch|push declined|remote rejected",
        "{place} does not take the push: the branch is protected, or a rule of the server forbids it; give"
        " another, ?branch=NAME{server}",
    ),
    (
        Refused,
        r"returned error: 403|not allowed to push|Permission to .* denied|Write access .* not granted"
        r"|marked as read only",
        "{place}: no permission to push there: use a token or key that may, or a fork of your own{server}",
    ),
    (
        Refused,
        r"not found|does not exist|does not appear to be a git repository|returned error: 404"
        r"|service not enabled|access denied or repository not exported",
        "{place}: no such repository, or you may not see it or not push to it:"
        " check the address and the token or key{server}",
    ),
    (Unreachable, r"did not complete in|timed out|Timeout|too slow", "{place} did not answer in time"),
    (Unreachable, r"returned error: (?:408|429|5\d\d)", "{place} cannot take reports now{server}"),
    (Unreachable, r"", "{place} cannot be reached: {why}"),
)
"""Answers by what git, its transports and servers say; the first that fits holds.

Whatever nobody has thought of may be otherwise next time.
"""


def failure(said: Said) -> Refused | Unreachable:
    """Return what went wrong in one line that says what to do, without any secret."""
    kind, text = next((kind, text) for kind, pattern, text in _MEANINGS if re.search(pattern, said.text))
    lines = said.text.strip().splitlines()
    server = " ".join(line[len("remote:") :] for line in lines if line.startswith("remote:"))
    return kind(
        text.format(
            place=said.place,
            host=said.host or "the host",
            identify=_identify(said),
            server=f" (it says: {_shown(server, said)})" if server.strip() else "",
            why=_shown(_reason(lines), said),
        )
    )


def is_race(text: str) -> bool:
    """Tell whether a fetch or push failed because a branch had moved meanwhile."""
    return bool(_RACES.search(text)) and "exists; cannot create" not in text


def _reason(lines: list[str]) -> str:
    """Return the line that says why: others tell what was tried, or give advice."""
    telling = (line for line in lines if line.startswith(("ssh:", "fatal:")))
    return next(telling, lines[-1] if lines else "git did not say")


def _identify(said: Said) -> str:
    if said.token is None:
        return "it asks who you are: set AIPOWER_TOKEN to a token that may write there, or use a keyring"
    return "it does not take the token: give one that is still valid and may write there"


def _shown(words: str, said: Said) -> str:
    return one_line(words, said.token or "")[:MOST_WORDS]
