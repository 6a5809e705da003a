"""Who judges reports while the server goes on answering: threads a few, processes on all processors many."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, ThreadPoolExecutor
from threading import Thread

from ai_power_export.registry.arrivals import Judged, Sent, judge
from ai_power_export.registry.problems import Problem

FEW = 64 * 1024
"""Bytes of a request that a thread judges: some dozens of reports, in less than 0.1 s."""


class Judges:
    """Threads, and as many processes as are asked for, which begin with the first large request.

    Used by one event loop.
    """

    def __init__(self, processes: int) -> None:
        """Take the number of processes."""
        self._processes = processes
        self._threads = ThreadPoolExecutor(processes, "judge")
        self._pool = self._new_pool()

    async def judge(self, sent: Sent) -> Judged:
        """Judge every report of a request; errors as in `arrivals.judge`."""
        pool = self._pool
        where = self._threads if len(sent.body) <= FEW else pool
        try:
            return await asyncio.get_running_loop().run_in_executor(where, judge, sent)
        except BrokenExecutor:  # a process was killed, as by a machine short of memory
            if self._pool is pool:
                self._pool = self._new_pool()
            pool.shutdown(wait=False)
            raise Problem(
                503, "it could not be judged: send it again", headers={"Retry-After": "1"}
            ) from None

    def close(self) -> None:
        """End threads and processes once they are done."""
        self._threads.shutdown()
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
