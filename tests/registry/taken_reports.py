"""A real server with its callers, and reports that no test has sent before."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from public_reports import public_report
from serving import Server

_NUMBERS = itertools.count(1_000_000)


def new_report(**header: Any) -> dict[str, Any]:
    """Make a public report without a fault, with an id of its own."""
    return public_report(next(_NUMBERS), **header)


def id_of(report: dict[str, Any]) -> str:
    return report["header"]["reportId"]


def corrected(report: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The report of the same id that corrects another."""
    return {**report, "header": {**report["header"], "reportStatus": "corrective"}, **changes}


class Callers:
    """Callers of a server: without a token, or by the name and role of theirs."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._clients: dict[str, httpx.Client] = {}

    def __getitem__(self, who: str) -> httpx.Client:
        """A client of `anonymous`, or of a token as `role` or `role name`."""
        if who not in self._clients:
            role, _, name = who.partition(" ")
            shown = {} if who == "anonymous" else {"Authorization": f"Bearer {self.server.token(role, name)}"}
            self._clients[who] = httpx.Client(base_url=self.server.url, headers=shown, timeout=60)
        return self._clients[who]

    def close(self) -> None:
        for each in self._clients.values():
            each.close()


@contextmanager
def callers_of(server: Server) -> Iterator[Callers]:
    callers = Callers(server)
    try:
        yield callers
    finally:
        callers.close()
