"""Paths of the file system: which of them tell where somebody keeps things."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from ai_power_export.vocabulary.private import Kind, Span

_PERSONAL = re.compile(r"(?:^|[\\/])(?:home|Users)[\\/][^\\/]+|^~|^[A-Za-z]:\\")

_PART = r"[\w.@%+~=#&!$-]+"
_NAMES = r"(?:(?:Users|home)/[A-Z][\w.-]*(?: [A-Z][\w.-]*){1,2}/)?"
_PATH = re.compile(
    rf"""(?P<quoted>(?<=["'`])(?:~?/|[A-Za-z]:[\\/]|\\\\)[^"'`\n]*[\\/][^"'`\n]*(?=["'`]))
    |(?P<file>\bfile:/[^\s"'<>`]*)
    |(?P<windows>(?<!\w)[A-Za-z]:[\\/]+(?:[^\\/:*?"<>|\r\n,;]{{0,80}}[^\\/:*?"<>|\r\n,;\s][\\/]+)*[^\\/:*?"<>|\s,;)]+)
    |(?P<share>(?<![\\\w])\\\\[\w.$-]+(?:\\[^\s"'<>|:*?,;\\]+)+|(?<![:/\w.])//[\w.-]+/[\w$.-]+(?:/{_PART})*)
    |(?P<home>(?<![\w/~.])~[\w.-]*/(?:{_PART}/)*(?:{_PART})?)
    |(?P<encoded>%2F(?:home|Users)%2F[^\s"']+)
    |(?P<posix>(?<![\w/.~%$}})\]-])/(?![/\s]){_NAMES}(?:{_PART}/+)*(?:{_PART})?)""",
    re.VERBOSE | re.IGNORECASE,
)
_WHOLE = re.compile(r"(?:~?/|[A-Za-z]:[\\/]|\\\\)[^\n:*?\"<>|]{1,300}\.\w{1,6}")
"""A text that is one path, perhaps with blanks in it, and nothing else."""

_OF_ANY_MACHINE = re.compile(r"/(?:proc|sys|dev(?!/shm)|usr/(?:bin|lib)|bin|etc/os-release)(?:/|$)|/v\d+/")
"""What every machine has, which tells nothing of anybody, and routes of web services."""

_HOME = re.compile(
    r"(?:^|[\\/])(?:home\d*|homes|users?|scratch)[\\/]+((?-i:[A-Z][\w.-]* [A-Z][\w.-]*(?=[\\/]))|[\w.@-]*\w)",
    re.IGNORECASE,
)
"""A person's folder; on Windows and macOS it may have two names."""


def is_personal(value: object) -> bool:
    """Tell whether a text names somebody's folder."""
    return isinstance(value, str) and bool(_PERSONAL.search(value))


def paths_in(text: str) -> Iterator[Span]:
    """Yield absolute paths and those from a home folder; their last name may stay in their place.

    A drive or a root alone tells nothing, and what every machine has (`/proc/cpuinfo`) neither.
    """
    if _WHOLE.fullmatch(text.strip()) and not _OF_ANY_MACHINE.match(text):
        yield Span(0, len(text), Kind.PATH, "a path of this or another machine", last_name(text.strip()))
        return
    for found in _PATH.finditer(text):
        path = found[0].rstrip(".,;!")
        if found.lastgroup == "posix" and not _is_told(path):
            continue
        end = found.start() + len(path)
        yield Span(found.start(), end, Kind.PATH, "a path of this or another machine", last_name(path))


def _is_told(path: str) -> bool:
    """Tell whether a POSIX path says more than a sign or a system's own folder does."""
    has_parts = "/" in path.strip("/") or bool(re.search(r"\w\.\w{1,6}$", path))
    return has_parts and not _OF_ANY_MACHINE.match(path)


def last_name(path: str) -> str:
    """Return the last name of a path; empty where it is a person's folder, or none is there.

    >>> last_name("/home/me/train.py"), last_name("C:/Users/me")
    ('train.py', '')
    """
    parts = [part for part in re.split(r"[\\/]+", unquote(path)) if part]
    if len(parts) < 2 or _HOME.fullmatch("/".join(["", *parts[-2:]])):
        return ""
    return parts[-1]


def owners_in(text: str) -> set[str]:
    """Return the names of the people whose home folders a text names."""
    return {found[1] for found in _HOME.finditer(unquote(text))}
