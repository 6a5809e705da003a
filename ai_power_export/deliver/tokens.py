"""Where the token for a destination comes from; it is asked for late, and never shown."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from pydantic import SecretStr

from ai_power_export.errors import BadInput
from ai_power_export.settings import Settings

HEADER_WORD = re.compile(r"[!-~]{1,1000}")
"""What every server takes as a word in a header (RFC 9110, section 5.5)."""

SERVICE = "ai-power-export"
"""What tokens are kept under in a keyring, each with the host of its destination as user."""


_USUAL = {"hf": "HF_TOKEN"}
"""Variables of places of one kind alone, by scheme: no token for another place goes there instead."""


def token_for(address: str, name: str, settings: Settings) -> Callable[[], str | None]:
    """Return what gives the token for a destination when it is needed, or None where there is none.

    The first of: `AIPOWER_TOKEN_<NAME>` of a destination that the settings name, the variable that tokens of
    such a place have anyway, the setting `token` (`AIPOWER_TOKEN`), the system's keyring.

    Args:
        address: Where reports go.
        name: What the settings call it; empty where they do not.
        settings: The settings that hold.
    """

    def token() -> str | None:
        named = os.environ.get(variable_of(name)) if name else None
        usual = os.environ.get(_USUAL.get(address.partition(":")[0].lower(), ""))
        settled = settings.token.get_secret_value() if settings.token else None
        return named or usual or settled or _kept(_host_of(address))

    return token


def for_header(token: str | None, place: str) -> SecretStr | None:
    """Return a token as a header can carry it, None where there is none.

    Raises:
        BadInput: No header can.
    """
    token = (token or "").strip()
    if token and not HEADER_WORD.fullmatch(token):
        raise BadInput("the token holds what no token has: blanks, or letters beyond ASCII", place)
    return SecretStr(token) if token else None


def variable_of(name: str) -> str:
    """Return the environment variable with the token of a destination that has a name.

    >>> variable_of("open-data")
    'AIPOWER_TOKEN_OPEN_DATA'
    """
    return "AIPOWER_TOKEN_" + re.sub(r"\W", "_", name, flags=re.ASCII).upper()


def _host_of(address: str) -> str:
    """Return the host with its port; of an address without one, such as `hf:OWNER/DATASET`, the scheme."""
    parts = urlsplit(address)
    return parts.netloc.rpartition("@")[2] or parts.scheme


def _kept(host: str) -> str | None:
    """Return the token that the system's keyring keeps for a host, if there is a keyring."""
    try:
        import keyring

        kept: str | None = keyring.get_password(SERVICE, host)
    except Exception:  # noqa: BLE001 - not installed, locked, or broken in a way of its own: there is none
        return None
    return kept
