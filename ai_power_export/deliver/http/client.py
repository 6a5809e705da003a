"""One safe request: to a checked address, over verified TLS, bounded, its token carried nowhere else."""

from __future__ import annotations

import re
import ssl
import time
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import httpx

from ai_power_export.deliver.interface import Refused, Unreachable
from ai_power_export.deliver.one_line import one_line
from ai_power_export.errors import BadInput
from ai_power_export.vocabulary.addresses import urls_in
from ai_power_export.vocabulary.private import Kind

TIMEOUT = 30.0
"""Seconds to wait for a connection, and for each next piece of an answer."""
LONGEST_ANSWER = 4 * 2**20
"""Bytes of an answer that are read; one to a hundred reports with all their findings has a tenth of it."""
MOST_REDIRECTS = 5
_REDIRECTS = {"POST": frozenset({307, 308}), "GET": frozenset({301, 302, 303, 307, 308})}
"""Redirects after which a request stays what it is (RFC 9110, section 15.4)."""
_ERRNO = re.compile(r"^\[Errno -?\d+\] ")
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
"""This machine, by the names that it has everywhere."""


def checked(address: str) -> httpx.URL:
    """Return an address that reports may be sent to.

    Raises:
        BadInput: It is none, is itself a key, or leads through a network where others read and change.
    """
    scheme, _, rest = address.partition("://")
    try:
        url = httpx.URL(f"{scheme.lower()}://{rest}")
        is_address = url.scheme in ("http", "https") and bool(url.host) and (url.port or 0) < 2**16
    except (httpx.InvalidURL, UnicodeError):
        is_address = False
    if not is_address:
        # It is not shown: in what cannot be read, nobody knows where a password stands.
        raise BadInput("is no address that reports can be sent to", f"{scheme[:8]}://…")
    if any(span and span.kind is Kind.SECRET for _, _, span in urls_in(str(url))):
        raise BadInput(
            "the address holds a key or password, which everybody may read there",
            f"{url.scheme}://{url.host}",
            "give it without, and the token in AIPOWER_TOKEN or a keyring",
        )
    # Without TLS whoever stands between reads the token and writes other values into the report.
    if url.scheme == "http" and not is_loopback(url):
        raise BadInput(
            "what is sent there can be read and changed on its way", one_line(str(url)), "https://"
        )
    return url


def is_loopback(url: httpx.URL) -> bool:
    """Tell whether an address is this machine itself."""
    return url.host in ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Reply:
    """What a server answered."""

    status: int
    headers: httpx.Headers
    body: bytes
    """Its first `LONGEST_ANSWER` bytes."""


class Client:
    """Sends to one address, through one connection that is kept."""

    def __init__(self, url: httpx.URL, timeout: float) -> None:
        """Take an address that was checked.

        Args:
            url: Where to send.
            timeout: Seconds to wait for a connection and for each next piece of an answer; twice that
                for the whole of its body.
        """
        self.url = url
        self._timeout = timeout

    def post(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Send a body and return the answer, after redirects that keep the POST.

        Raises:
            Unreachable: Nobody answered, or not to the end.
            Refused: It was redirected to where it must not go.
        """
        return self._sent("POST", self.url, body, headers)

    def get(self, query: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
        """Ask with a query and return the answer, after redirects; errors as in `post`."""
        return self._sent("GET", self.url.copy_merge_params(query), b"", headers)

    def _sent(self, method: str, url: httpx.URL, body: bytes, headers: Mapping[str, str]) -> Reply:
        headers = dict(headers)
        for _ in range(MOST_REDIRECTS + 1):
            reply = self._sent_once(method, url, body, headers)
            if reply.status not in _REDIRECTS[method]:
                return reply
            there = self._redirected(url, reply.headers.get("location", ""))
            if origin(there) != origin(url):
                headers.pop("Authorization", None)
            url = there
        raise Refused(f"{_named(self.url)} redirects in a circle: give the address that it means")

    def _redirected(self, url: httpx.URL, location: str) -> httpx.URL:
        try:
            there = checked(str(url.join(location)))
        except (BadInput, httpx.InvalidURL, ValueError) as error:
            why = f": {error}" if isinstance(error, BadInput) else ""
            raise Refused(f"{_named(url)} redirects to where nothing is sent{why}") from None
        if url.scheme == "https" and there.scheme != "https":
            raise Refused(f"{_named(url)} redirects to {_named(there)}, and https is not left for http")
        return there

    def _sent_once(self, method: str, url: httpx.URL, body: bytes, headers: Mapping[str, str]) -> Reply:
        with self._faults(url), self._http.stream(method, url, content=body, headers=headers) as response:
            return Reply(response.status_code, response.headers, self._body(url, response))

    def _body(self, url: httpx.URL, response: httpx.Response) -> bytes:
        end = time.monotonic() + 2 * self._timeout
        body = bytearray()
        for piece in response.iter_raw():
            body += piece
            if len(body) >= LONGEST_ANSWER:
                break
            if time.monotonic() > end:
                raise Unreachable(f"{_named(url)} does not come to the end of its answer")
        return bytes(body[:LONGEST_ANSWER])

    @contextmanager
    def _faults(self, url: httpx.URL) -> Iterator[None]:
        """Say in one line what broke. A host whose name no lookup takes is a ValueError or OverflowError."""
        try:
            yield
        except (httpx.TransportError, httpx.InvalidURL, OSError, ValueError, OverflowError) as error:
            raise Unreachable(f"{_named(url)} cannot be reached: {self._why(error)}") from None

    def _why(self, error: Exception) -> str:
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLCertVerificationError):
                return (
                    f"its certificate is not trusted, {one_line(cause.verify_message)}"
                    " (SSL_CERT_FILE names a file with those of your own)"
                )
            cause = cause.__cause__ or cause.__context__
        if isinstance(error, httpx.ConnectTimeout):
            return f"no connection within {self._timeout:g} s"
        if isinstance(error, httpx.TimeoutException):
            return f"no answer within {self._timeout:g} s"
        return one_line(_ERRNO.sub("", str(error))) or type(error).__name__

    @cached_property
    def _http(self) -> httpx.Client:
        """The one client. Proxies and certificates are those of the environment.

        A proxy of the environment is not asked for this machine itself: without TLS it would read the token.
        """
        try:
            client = httpx.Client(
                timeout=self._timeout,
                follow_redirects=False,
                headers={"User-Agent": "ai-power-export", "Accept-Encoding": "identity"},
                mounts={f"all://{host}": None for host in _LOOPBACK},
            )
        except (OSError, ValueError, ImportError, httpx.InvalidURL):
            # The reason is left out: it may show the password of a proxy.
            raise Unreachable(
                f"{_named(self.url)}: the environment's certificates (SSL_CERT_FILE, SSL_CERT_DIR) or proxy"
                " (HTTPS_PROXY) cannot be used"
            ) from None
        weakref.finalize(self, client.close)
        return client


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Return what must be the same for a token to go along (RFC 6454)."""
    return url.scheme, url.host, url.port


def _named(url: httpx.URL) -> str:
    """Return an address for a message, without its query."""
    return one_line(str(url.copy_with(query=None, fragment=None)))
