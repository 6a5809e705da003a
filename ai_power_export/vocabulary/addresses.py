"""Addresses: of data, machines and people; which of them anybody may see."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from ai_power_export.vocabulary.private import Kind, Span
from ai_power_export.vocabulary.secrets import looks_random

_INTERNAL = (
    ".corp", ".home", ".home.arpa", ".internal", ".intranet", ".lan", ".local", ".localdomain",
    ".localhost", ".private", ".test",
)  # fmt: skip
"""Ends of names that are only known inside a network (RFC 2606, 6762, 8375 and what companies use)."""

_GIVES_ACCESS = re.compile(
    r"(?:^|[&;_.-])(?:sig|signature|token|key|api_?key|auth|password|passwd|pwd|secret|credential|expires"
    r"|AWSAccessKeyId|GoogleAccessId|Key-Pair-Id)(?==|\b)",
    re.I,
)
"""What a query says that opens the door to whoever holds the address."""

_OPAQUE = re.compile(r"(?![0-9a-f]+$)(?=.*\d)[A-Za-z0-9=]{32,}")
"""A part of a path that may be a key; a commit's hash, which is hexadecimal, is none."""

_HOOKS = ("hooks.slack.com", "discord.com/api/webhooks", "outlook.office.com/webhook")
"""Public hosts whose addresses are keys by themselves."""

_OF_THE_WEB = frozenset({"http", "https", "ftp", "ws", "wss", "git"})
_STORAGE = frozenset({
    "s3", "s3a", "s3n", "gs", "gcs", "az", "azure", "abfs", "abfss", "wasb", "wasbs", "adl", "oss", "cos",
    "r2", "minio", "swift", "b2", "dbfs",
})  # fmt: skip
"""Schemes of stores that are opened by an account: whether one is public cannot be told from its address."""
_INSIDE = frozenset({
    "ssh", "sftp", "scp", "rsync", "smb", "cifs", "nfs", "afp", "hdfs", "viewfs", "ldap", "ldaps", "telnet",
    "rdp", "vnc", "postgres", "postgresql", "mysql", "mariadb", "mssql", "oracle", "sqlite", "mongodb",
    "mongodb+srv", "redis", "rediss", "amqp", "amqps", "kafka", "clickhouse", "snowflake", "cassandra",
    "neo4j", "bolt", "git+ssh", "svn+ssh", "hg+ssh", "mqtt", "tcp", "udp", "grpc", "unix", "http+unix",
})  # fmt: skip
"""Schemes of services that are not for everybody."""

_URL = re.compile(r"\b(?!file:)[A-Za-z][A-Za-z0-9+.-]*://[^\s<>\"'`{}|\\^]*[^\s<>\"'`{}|\\^.,;:!?)\]]")


def public_address(text: str) -> str:
    """Return an address of the public web without its query; empty for everything else.

    Addresses with credentials or a signature, of hosts inside a network and
    of file shares are nobody's business.

    >>> public_address("https://example.org/iris.csv?raw=true")
    'https://example.org/iris.csv'
    >>> public_address("http://nas.local/iris.csv"), public_address("https://me:pw@example.org/iris.csv")
    ('', '')
    """
    if not text.startswith(("http://", "https://")) or _why_private(text):
        return ""
    parts = urlsplit(text)
    return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}"


def urls_in(text: str) -> Iterator[tuple[int, int, Span | None]]:
    """Yield where addresses begin and end, each with what makes it private, if something does."""
    for found in _URL.finditer(text):
        private = _why_private(found[0])
        where = found.start(), found.end()
        yield *where, Span(*where, *private) if private else None


def _why_private(url: str) -> tuple[Kind, str] | None:
    scheme = url.partition(":")[0].lower()
    if scheme in _STORAGE:
        return Kind.ADDRESS, "storage that may be private"
    if scheme in _INSIDE:
        return Kind.ADDRESS, "a service that is not public"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return Kind.ADDRESS, "not readable as an address"
    if "@" in parts.netloc:
        return Kind.SECRET, "an address with credentials"
    if _is_key(parts):
        return Kind.SECRET, "an address that gives access"
    if scheme in _OF_THE_WEB and not _is_public_host(host):
        return Kind.ADDRESS, "an address inside a network"
    return (Kind.ADDRESS, "an address inside a network") if host.endswith(_INTERNAL) else None


def _is_key(parts: SplitResult) -> bool:
    told = _GIVES_ACCESS.search(parts.query) or _GIVES_ACCESS.search(parts.fragment)
    segments = parts.path.split("/")
    opaque = any(_OPAQUE.fullmatch(part) or looks_random(part) for part in segments)
    return bool(told) or opaque or f"{parts.hostname}{parts.path}".startswith(_HOOKS)


def _is_public_host(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host.strip(".") and not host.lower().rstrip(".").endswith(_INTERNAL)


# ---- outside of URLs ------------------------------------------------------------------------------

_QUERY = re.compile(
    r"(?<=[?&])[\w-]*?(?:sig|signature|token|key|password|secret|credential)=[^&\s\"']{8,}", re.I
)
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}(?![\w-])(?::[\w./~-]+)?")
_LOGIN = re.compile(
    r"(?<![\w.+-])[A-Za-z_][\w.-]*@[A-Za-z0-9][\w.-]*:(?:[~/][\w./~-]*|[A-Za-z][\w.-]*/[\w./~-]+)"
)
_HOST = re.compile(
    rf"(?<![\w.@/-])(?:{_LABEL}\.)+(?:corp|internal|intranet|lan|local|localdomain|home\.arpa|private)"
    r"(?![\w(-]|\.\w)(?::\d+)?",
    re.IGNORECASE,
)
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)(?::\d+)?")
_IPV6 = re.compile(
    r"(?<![\w.])\[?(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?:%\w+)?\]?(?![\w:.]\w)", re.IGNORECASE
)
_VERSION_BEFORE = re.compile(r"(?:version|ver\.?|\bv|[=<>~!]=)\s*$", re.IGNORECASE)
_MAC = re.compile(
    r"(?<![\w-])(?<![0-9a-f]{2}:)[0-9a-f]{2}(?P<sign>[:-])(?:[0-9a-f]{2}(?P=sign)){4}[0-9a-f]{2}(?![\w-]|:\w)",
    re.IGNORECASE,
)
_GPU_UUID = re.compile(r"\b(?:GPU|MIG)-[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)

_SIMPLE = (
    (_QUERY, Kind.SECRET, "what gives access to an address"),
    (_EMAIL, Kind.EMAIL, "an e-mail address"),
    (_LOGIN, Kind.USER, "an account on a machine"),
    (_HOST, Kind.HOST, "a name inside a network"),
    (_MAC, Kind.DEVICE, "a MAC address"),
    (_GPU_UUID, Kind.DEVICE, "the UUID of a device"),
)


def addresses_in(text: str) -> Iterator[Span]:
    """Yield addresses of people and machines that stand in a text outside of URLs."""
    for pattern, kind, why in _SIMPLE:
        yield from (Span(found.start(), found.end(), kind, why) for found in pattern.finditer(text))
    for found in _IPV4.finditer(text):
        before = text[max(0, found.start() - 12) : found.start()]
        if _is_inside(found[0].partition(":")[0]) and not _VERSION_BEFORE.search(before):
            yield Span(found.start(), found.end(), Kind.ADDRESS, "an address inside a network")
    for found in _IPV6.finditer(text):
        written = found[0] if found[0].endswith("::") else found[0].rstrip(":")
        if _is_inside(written.strip("[]").partition("%")[0]):
            yield Span(found.start(), found.start() + len(written), Kind.ADDRESS, "an address of a machine")


def _is_inside(text: str) -> bool:
    """Tell whether an IPv4 address is one of a private network; of IPv6 each is the machine's own."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if address.version == 4:
        return not address.is_global and 0 < address.packed[0] < 224
    return address.packed[0] >> 5 == 1 or (address.is_private and address.packed != bytes(16))
