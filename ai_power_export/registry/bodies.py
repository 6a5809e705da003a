"""Takes the bodies of requests: bounded in size, time, and all together, before they are held in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import ClientDisconnect, Request

from ai_power_export.registry.config import Config
from ai_power_export.registry.problems import Problem

JSON = "application/json"
"""The one type that is taken. What a browser lets any page send to any site is of other types."""

SOON = {"Retry-After": "1"}


class Bodies:
    """All bodies that are held at the moment; used by one event loop."""

    def __init__(self, config: Config) -> None:
        """Take the limits."""
        self._limit, self._limit_of_all = config.body_limit, config.bodies_limit
        self._seconds = config.body_time_limit
        self._held = 0

    @asynccontextmanager
    async def body(self, request: Request) -> AsyncIterator[bytes]:
        """Give the body of a request, which counts as held up to the end of the block.

        Raises:
            Problem: It is no plain JSON, too large, too slow or broken off, or too many are held already.
        """
        _demand_plain_json(request)
        self._demand_size(int(request.headers.get("content-length", 0)))
        chunks: list[bytes] = []
        try:
            await asyncio.wait_for(self._read(request, chunks), self._seconds)
            yield b"".join(chunks)
        except asyncio.TimeoutError:
            raise Problem(408, f"the request took longer than {self._seconds:g} s to arrive") from None
        except ClientDisconnect:
            raise Problem(400, "the request did not arrive whole") from None
        finally:
            self._held -= sum(map(len, chunks))

    async def _read(self, request: Request, chunks: list[bytes]) -> None:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            self._demand_size(size)
            if self._held + len(chunk) > self._limit_of_all:
                raise Problem(503, "too much is sent at the moment: send it again", headers=SOON)
            chunks.append(chunk)
            self._held += len(chunk)

    def _demand_size(self, size: int) -> None:
        if size > self._limit:
            raise Problem(
                413, f"the request is larger than {self._limit:,} bytes: send fewer reports at once"
            )


def _demand_plain_json(request: Request) -> None:
    given = request.headers.get("content-type", "")
    if given.partition(";")[0].strip().lower() != JSON:
        raise Problem(415, "send JSON, as Content-Type: application/json")
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Problem(
            415, "send the request without Content-Encoding", headers={"Accept-Encoding": "identity"}
        )
