"""Processes that judge reports: all processors do, and the server goes on answering meanwhile."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from threading import Thread

from ai_power_export.registry.arrivals import Judged, Sent, judge
from ai_power_export.registry.problems import Problem


class Judges:
    """As many processes as are asked for; they begin with the first report. Used by one event loop."""

    def __init__(self, processes: int) -> None:
        """Take the number of processes."""
        self._processes = processes
        self._pool = self._new_pool()

    async def judge(self, sent: Sent) -> Judged:
        """Judge every report of a request; errors as in `arrivals.judge`."""
        pool = self._pool
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, judge, sent)
        except BrokenExecutor:  # a process was killed, as by a machine short of memory
            if self._pool is pool:
                self._pool = self._new_pool()
            pool.shutdown(wait=False)
            raise Problem(
                503, "it could not be judged: send it again", headers={"Retry-After": "1"}
            ) from None

    def close(self) -> None:
        """End the processes once they are done."""
        self._pool.shutdown()

    def _new_pool(self) -> ProcessPoolExecutor:
        # Not forked: a lock that a thread of this process holds at that moment would stay locked there.
        return ProcessPoolExecutor(self._processes, multiprocessing.get_context("spawn"), _begin)


def _begin() -> None:
    """Let the server alone decide when this process ends: no signal to all does, its own end does."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    Thread(target=_end_with_server, daemon=True).start()


def _end_with_server() -> None:
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
        os._exit(0)
