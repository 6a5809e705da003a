"""What may be kept of the command line that a program was started with."""

from __future__ import annotations

import re
import sys

from ai_power_export.vocabulary.secret_names import names_a_secret

_OPTION = re.compile(r"-{1,2}[A-Za-z][\w.-]{0,60}")
_PLAIN = re.compile(r"[\w.+-]{1,24}")
_OF_SOMEBODY = re.compile(
    r"(?:^|[_.-])(?:user(?:_?name)?|login|e[_-]?mail)$|(?:key|[a-z]token|secret|pass|pwd|auth)$",
    re.IGNORECASE,
)
"""What is somebody's name or secret behind an option, though elsewhere it may be neither."""


def told_arguments() -> list[str] | None:
    """Return the arguments of the program as far as they may be kept; None if it has changed them.

    Kept are names of options, numbers and short plain words; all else, and what follows an option that
    sounds like a secret or like somebody, is an empty text.
    """
    tokens = [str(each) for each in sys.argv[1:]]
    if tokens and sys.orig_argv[-len(tokens) :] != tokens:
        return None
    return [_told(token, before) for token, before in zip(tokens, ["", *tokens], strict=False)]


def _told(token: str, before: str) -> str:
    """Return what may be kept of an argument: of an option with a value at least its name."""
    name, equals, value = token.partition("=")
    if token.startswith("-") and equals and _OPTION.fullmatch(name):
        return token if _PLAIN.fullmatch(value) and not _is_private(name) else f"{name}="
    if _OPTION.fullmatch(token):
        return token
    follows_private = "=" not in before and _is_private(before)
    return token if _PLAIN.fullmatch(token) and not follows_private else ""


def _is_private(option: str) -> bool:
    is_option = _OPTION.fullmatch(option) is not None
    return is_option and (names_a_secret(option) or _OF_SOMEBODY.search(option) is not None)
