"""Words of others, made fit to be shown: one line, with nothing that a terminal obeys and no secret."""

from __future__ import annotations

import re

from ai_power_export.vocabulary.addresses import urls_in
from ai_power_export.vocabulary.private import Kind, without_overlaps
from ai_power_export.vocabulary.secrets import secrets_in

LONGEST = 300
"""Characters of such a line at most."""
_USER = re.compile(r"(?<=://)[^/\s@]+@")
"""User and password in an address, also in one that cannot be read as such."""
_LOOKED_AT = 4000
"""Characters of a text that are looked at for secrets: a cut one would not be told as such."""


def one_line(text: str, *secrets: str) -> str:
    r"""Return a text as one line of at most `LONGEST` characters, without secrets.

    Control characters, marks of direction and line ends become blanks.

    Args:
        text: Words of a server, of a program or of an error.
        secrets: What must not be shown, wherever it stands; what looks like a secret is not shown either.

    >>> one_line("not you:\n\x1b[31mxyzzy", "xyzzy")
    'not you: [31m[secret]'
    """
    for secret in filter(None, secrets):
        text = text.replace(secret, Kind.SECRET.word)
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in text[:_LOOKED_AT]).split())
    text = _USER.sub("", text)
    keys = [span for _, _, span in urls_in(text) if span and span.kind is Kind.SECRET]
    for span in reversed(without_overlaps([*keys, *secrets_in(text)])):
        text = text[: span.start] + Kind.SECRET.word + text[span.end :]
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
