"""A registry that is started and killed over and over, without waiting for its modules each time."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

from running import clean_environment

PRELOADED = """
import os, signal, sys
import alembic.command
from ai_power_export.__main__ import main
from ai_power_export.cli import app
from ai_power_export.registry import serving
from ai_power_export.registry.arrivals import Sent, judge
judge(Sent(b'{"task": {}}', 1))  # loads what checks need
for line in sys.stdin:
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        sys.argv = ["aipower", "serve"]
        sys.exit(main())
    sys.stdin.readline()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    print("killed", flush=True)
"""
"""Becomes the real server at a line, and kills it at the next."""

SECONDS = 60
"""A server that does not listen by then never will."""


class PreloadedServer:
    """The server of `aipower serve` on a port, in a process that has loaded it while it is entered."""

    def __init__(self, database: str, folder: Path, port: int) -> None:
        """Take the URL of its database, where it runs, and a port that is free whenever it starts."""
        self._port = port
        self._process = subprocess.Popen(
            [sys.executable, "-c", PRELOADED],
            cwd=folder,
            env={
                **clean_environment(folder),
                "AIPOWER_SERVE_DATABASE": database,
                "AIPOWER_SERVE_PORT": str(port),
                "AIPOWER_SERVE_RATE_LIMIT": "0",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def __enter__(self) -> PreloadedServer:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()  # what is still served is killed then
        self._process.wait()
        self._process.stdout.close()

    def start(self) -> None:
        """Start the server, and wait until it listens."""
        self._tell("start")
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self._port)).close()
            except ConnectionRefusedError:
                time.sleep(0.01)
            else:
                return
        raise AssertionError("the server does not listen")

    def kill(self) -> None:
        """End it as `kill -9` does."""
        self._tell("kill")
        assert self._process.stdout.readline() == "killed\n"

    def _tell(self, word: str) -> None:
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
