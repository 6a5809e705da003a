"""How often clients may ask: each has as many requests as it gets in a minute, and they come back evenly."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from threading import Lock

from starlette.requests import Request

from ai_power_export.registry.problems import Problem

MOST_CLIENTS = 10_000
"""Clients that are remembered; of more, those that asked longest ago are forgotten."""
MINUTE = 60.0
IPV6_NETWORK_BITS = 64
"""What one subscriber has at least: its addresses are one client (RFC 6177)."""


class Rates:
    """What each client has left; any thread may ask."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the most requests of one client in a minute; 0: any number."""
        self._per_minute, self._clock = per_minute, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def demand(self, client: str) -> None:
        """Take one request of a client.

        Raises:
            Problem: It has none left.
        """
        if not self._per_minute:
            return
        with self._lock:
            now = self._clock()
            left, since = self._left.pop(client, (float(self._per_minute), now))
            left = min(float(self._per_minute), left + (now - since) * self._per_minute / MINUTE)
            self._left[client] = (left - 1 if left >= 1 else left), now
            if len(self._left) > MOST_CLIENTS:
                self._left.popitem(last=False)
        if left < 1:
            wait = math.ceil((1 - left) * MINUTE / self._per_minute)
            detail = f"more than {self._per_minute} requests in a minute: ask again in {wait} s"
            raise Problem(429, detail, headers={"Retry-After": str(wait)})


def address_of(request: Request) -> str:
    """Return what a client without a token is told apart by."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:  # a socket of this machine has none
        return host
    if isinstance(address, IPv6Address):
        return str(int(address) >> IPV6_NETWORK_BITS)
    return host
