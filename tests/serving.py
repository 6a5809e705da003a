"""The real `aipower serve`, a process of its own, as tests start, kill and start it again."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import Any

from running import AIPOWER, clean_environment

SECONDS = 60
"""A server that does not listen by then never will."""


class Server:
    """A registry on a port that was free; started again it listens at the same one.

    As a context manager it is started unless it runs, and killed at the end.
    """

    def __init__(self, database: str, folder: Path, *options: str, **environment: str) -> None:
        """Take what it is run with.

        Args:
            database: URL of its database.
            folder: Where it runs and writes its log.
            options: Of `aipower serve`.
            environment: What its environment has besides a clean one.
        """
        self.database = database
        self._options = options
        self.folder = folder
        self._environment = {**clean_environment(folder), **environment}
        self._port = "0"
        self.process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def __enter__(self) -> Server:
        return self if self.is_running else self.start()

    def __exit__(self, *_: Any) -> None:
        self.kill()

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def port(self) -> int:
        """Where it listens, or listened last."""
        return int(self._port)

    @property
    def log(self) -> str:
        """All that it has logged since it was last started."""
        return self._log.read_text(encoding="utf-8")

    @property
    def _log(self) -> Path:
        return self.folder / "serve.log"

    def start(self, **more: Any) -> Server:
        """Start it and wait until it answers; `more` is for `subprocess`."""
        self.spawn(**more)
        self.url = self._address()
        self._port = self.url.rpartition(":")[2]
        return self

    def spawn(self, **more: Any) -> None:
        """Start it without waiting; `more` is for `subprocess`."""
        command = [AIPOWER, "serve", "--port", self._port, *self._options]
        environment = {**self._environment, "AIPOWER_SERVE_DATABASE": self.database}
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=environment, stdout=log, stderr=log, **more
            )

    def kill(self) -> None:
        """End it as `kill -9` does, if it has not ended."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def stop(self, seconds: float = SECONDS) -> int:
        """Ask it to end; return its exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(seconds)

    def token(self, role: str, name: str | None = None) -> str:
        """Make a token, whether the server runs or not."""
        from ai_power_export.registry import tokens
        from ai_power_export.registry.database import Database
        from ai_power_export.registry.migrations import migrate

        database = Database(self.database)
        try:
            migrate(database)
            with database.writing() as connection:
                return tokens.add(connection, name or role, tokens.Role[role])[1]
        finally:
            database.close()

    def logged_request(self, request_id: str) -> dict[str, Any]:
        """Wait for the line of a request: it is logged once the answer has left, which its client may be ahead of."""
        return self._logged(event="request", id=request_id)

    def _address(self) -> str:
        try:
            return str(self._logged(event="listening")["address"])
        except AssertionError:
            self.kill()
            raise

    def _logged(self, **wanted: str) -> dict[str, Any]:
        assert self.process is not None
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            for told in map(_json, self.log.splitlines()):
                if wanted.items() <= told.items():
                    return told
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"aipower serve does not log {wanted}: {self.log}")


def _json(line: str) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except ValueError:  # a line that is being written, or a warning of Python's
        return {}
    return told if isinstance(told, dict) else {}
