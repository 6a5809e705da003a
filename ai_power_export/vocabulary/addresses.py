"""Addresses of data: which of them anybody may see."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

_INTERNAL = (
    ".corp", ".home", ".home.arpa", ".internal", ".intranet", ".lan", ".local", ".localdomain",
    ".localhost", ".private", ".test",
)  # fmt: skip
"""Ends of names that are only known inside a network (RFC 2606, 6762, 8375 and what companies use)."""

_GIVES_ACCESS = re.compile(
    r"(?:^|[&;_.-])(?:sig|signature|token|key|auth|password|credential|expires)\b", re.I
)
"""What a query says that opens the door to whoever holds the address."""

_OPAQUE = re.compile(r"(?![0-9a-f]+$)[A-Za-z0-9_=-]{32,}")
"""A part of a path that may be a key; a commit's hash, which is hexadecimal, is none."""


def public_address(text: str) -> str:
    """Return an address of the public web without its query; empty for everything else.

    Addresses with credentials or a signature, of hosts inside a network and
    of file shares are nobody's business.

    >>> public_address("https://example.org/iris.csv?raw=true")
    'https://example.org/iris.csv'
    >>> public_address("http://nas.local/iris.csv"), public_address("https://me:pw@example.org/iris.csv")
    ('', '')
    """
    if not text.startswith(("http://", "https://")):
        return ""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if "@" in parts.netloc or not _is_public_host(host):
        return ""
    if _GIVES_ACCESS.search(parts.query) or any(map(_OPAQUE.fullmatch, parts.path.split("/"))):
        return ""
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}{parts.path}"


def _is_public_host(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host.strip(".") and not host.endswith(_INTERNAL)
