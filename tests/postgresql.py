"""A PostgreSQL of the tests' own: a cluster in a temporary folder that only a unix socket leads to."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

OWNER = "tests"
SECONDS = 60
"""A cluster that has not started by then never will."""


def programs() -> Path | None:
    """The folder of PostgreSQL's own programs, of its newest version; Debian keeps them off the path."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = max(debian, key=lambda path: int(path.parts[-3]), default=None) or shutil.which("initdb")
    return Path(found).resolve().parent if found else None


class Cluster:
    """A running cluster, which makes databases."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count()

    def new_database(self, *, in_english: bool = False) -> str:
        """Make an empty database and return its URL; one in English sorts and compares as dictionaries do."""
        import psycopg

        name = f"registry_{next(self._numbers)}"
        english = "template template0 locale_provider icu icu_locale 'en'" if in_english else ""
        with psycopg.connect(self._conninfo("postgres"), autocommit=True) as connection:
            connection.execute(f"create database {name} {english}".encode())
        return f"postgresql://{OWNER}@/{name}?host={self._folder}"

    def is_ready(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self._conninfo("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def _conninfo(self, database: str) -> str:
        return f"host={self._folder} user={OWNER} dbname={database}"


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[Cluster]:
    """Start a cluster and end it.

    One that is not durable would not survive the end of the machine; it survives
    the end of whoever uses it, which is all that tests need.
    """
    found = programs()
    if found is None:
        _absent()
    # Not the folder of a test: the path of a socket has at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    as_user = _another_user(folder)
    make = [found / "initdb", "-D", folder / "data", "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C"]
    subprocess.run([*make, "--no-sync"], check=True, capture_output=True, **as_user)
    options = {
        "listen_addresses": "",
        "unix_socket_directories": folder,
        "fsync": "on" if durable else "off",
        "max_connections": 100,
    }
    words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [found / "postgres", "-D", folder / "data", *words], stdout=log, stderr=log, **as_user
        )
    try:
        yield _started(Cluster(folder), server, folder / "log")
    finally:
        server.send_signal(signal.SIGINT)  # breaks off what clients that were killed have left
        server.wait(SECONDS)
        shutil.rmtree(folder)


def _absent() -> None:
    """Skip, but not where PostgreSQL was said to be there."""
    if os.environ.get("REQUIRE_POSTGRESQL"):
        pytest.fail("REQUIRE_POSTGRESQL is set, and no PostgreSQL is installed")
    pytest.skip("PostgreSQL is not installed")


def _another_user(folder: Path) -> dict[str, object]:
    """Who runs the cluster, as words to `subprocess`: PostgreSQL refuses to be run by root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": [], "cwd": folder}


def _started(started: Cluster, server: subprocess.Popen, log: Path) -> Cluster:
    deadline = time.monotonic() + SECONDS
    while not started.is_ready():
        if server.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"PostgreSQL did not start: {log.read_text()}")
        time.sleep(0.05)
    return started
