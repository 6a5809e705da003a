"""Reports that a registry has: fetched page by page as they are needed, and kept nowhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from pydantic import SecretStr

from ai_power_export.deliver.http.client import LONGEST_ANSWER, TIMEOUT, Client, Reply, checked
from ai_power_export.deliver.interface import Refused, Unreachable
from ai_power_export.deliver.one_line import one_line
from ai_power_export.deliver.tokens import for_header
from ai_power_export.errors import BadInput
from ai_power_export.report.reading.text import NotJson, parse_json

PAGE = 200
"""Reports of a page; a usual one has 5 kB."""
MOST = 10_000
"""Reports that are fetched for one question; a part of them would answer another one."""

_SAYS = {
    401: "its reports are read with a token only, and this one is not known there",
    403: "the token does not give the right to read",
    404: "there is no registry: check the address",
}
_NO_TOKEN = "its reports are read with a token only (AIPOWER_TOKEN, or keyring set ai-power-export {host})"
TOO_MANY = (
    f"it has more than {MOST:,} reports to compare with; freeze a scheme from a table of them"
    " (GET /reports?format=parquet, then aipower label scheme fit --against FILE)"
)
_NO_REGISTRY = "what answers there is no registry"


class Registry:
    """The reports of a registry."""

    def __init__(self, words: str, token: Callable[[], str | None], *, timeout: float = TIMEOUT) -> None:
        """Take the address of a registry; nothing is asked yet.

        Args:
            words: The address, `https://…`; `http://…` on this machine.
            token: Gives the bearer token, if there is one; called with the first page.
            timeout: Seconds to wait for a connection, and for each next piece of an answer.

        Raises:
            BadInput: It is no such address, or holds a secret.
        """
        url = checked(words)
        if url.path not in ("", "/", "/reports") or url.query:
            raise BadInput("is not the address of a registry", one_line(str(url)), "leave out its path")
        self._url = url.copy_with(path="/reports", fragment=None)
        self._ask_for_token = token
        self._client = Client(self._url, timeout)

    @property
    def place(self) -> str:
        """The address."""
        return str(self._url).removesuffix("/reports")

    def reports(self, filters: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
        """Yield the newest version of each report that all filters let through, with its address before it.

        What cannot be read as JSON is a `NotJson` in its place.

        Args:
            filters: Values by the names of filters, as `GET /reports` has them.

        Raises:
            Unreachable: A page did not come, or not whole.
            Refused: They are not to be had: no registry, no right to read, too many.
            BadInput: No header can carry the token.
        """
        query, most, fetched = {**filters, "sort": "received", "total": "true"}, PAGE, 0
        while True:
            reply = self._page({**query, "limit": str(most)})
            if len(reply.body) >= LONGEST_ANSWER and most > 1:
                most = max(most // 4, 1)
                continue
            entries, cursor = self._read(reply)
            fetched += len(entries)
            if max(fetched, _total(reply)) > MOST:
                raise Refused(self._says(TOO_MANY))
            for entry in entries:
                yield f"{self.place}/reports/{one_line(str(entry.get('id')))}", _document(entry)
            if cursor is None:
                return
            query |= {"after": cursor, "total": "false"}

    def _page(self, query: Mapping[str, str]) -> Reply:
        headers = {"Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token.get_secret_value()}"
        reply = self._client.get(query, headers)
        if reply.status == 200:
            return reply
        detail = _detail(reply)
        if reply.status >= 500 or reply.status in (408, 425, 429):
            raise Unreachable(self._says(f"answers {reply.status}", detail))
        if reply.status == 401 and not self._token:
            raise Refused(self._says(_NO_TOKEN.format(host=self._url.netloc.decode())))
        raise Refused(self._says(_SAYS.get(reply.status, f"answers {reply.status}"), detail))

    def _read(self, reply: Reply) -> tuple[list[Mapping[str, Any]], str | None]:
        """Return the entries of a page, and the cursor of the next."""
        page = _json(reply)
        entries = page.get("reports") if isinstance(page, Mapping) else None
        cursor = page.get("next") if isinstance(page, Mapping) else None
        if not isinstance(entries, list) or not all(isinstance(each, Mapping) for each in entries):
            raise Refused(self._says(_NO_REGISTRY))
        # A page that says there is more, and has nothing, would be asked for without end.
        if not (cursor is None or (isinstance(cursor, str) and entries)):
            raise Refused(self._says(_NO_REGISTRY))
        return entries, cursor

    def _says(self, *words: str) -> str:
        token = self._token.get_secret_value() if self._token else ""
        return one_line(f"{self.place}: {': '.join(filter(None, words))}", token)

    @cached_property
    def _token(self) -> SecretStr | None:
        return for_header(self._ask_for_token(), self.place)


def _total(reply: Reply) -> int:
    """Return how many reports there are on all pages; 0 where the registry does not tell."""
    told = reply.headers.get("x-total-count", "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 20 else 0


def _document(entry: Mapping[str, Any]) -> Any:
    """Return a report, read as strictly as one in a file: what surrounds it must not fail for its sake."""
    try:
        return parse_json(json.dumps(entry.get("report")).encode())
    except NotJson as error:
        return error


def _json(reply: Reply) -> Any:
    try:
        return json.loads(reply.body)
    except (ValueError, RecursionError):
        return None


def _detail(reply: Reply) -> str:
    """Return why, in the words of a problem (RFC 9457)."""
    said = _json(reply)
    detail = said.get("detail") if isinstance(said, Mapping) else None
    return detail if isinstance(detail, str) else ""
