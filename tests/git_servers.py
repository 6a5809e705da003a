"""Git repositories of the tests, served for real: a daemon, and the web server of git behind a password."""

from __future__ import annotations

import base64
import os
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

IDENTITY = {f"GIT_{who}_{what}": "Somebody" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


class Remote:
    """A bare repository, and what arrived in it."""

    def __init__(self, path: Path, *, is_empty: bool = False) -> None:
        self.path = path
        path.mkdir(parents=True)
        self.git("init", "--quiet", "--bare", "--initial-branch=main", "--template=")
        self.git("config", "uploadpack.allowFilter", "true")
        self.git("config", "http.receivepack", "true")
        if not is_empty:
            self.add({"README.md": "open data\n"}, "main")

    @property
    def address(self) -> str:
        return f"git+{self.path.as_uri()}"

    def git(self, *arguments: str, stdin: str = "") -> str:
        """Run git in it, and return what it prints."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            env={**os.environ, **IDENTITY},
            input=stdin,
            text=True,
            capture_output=True,
            check=True,
        )
        return done.stdout.strip()

    def add(self, files: dict[str, str], branch: str) -> None:
        """Commit files to a branch, as somebody who is quicker would."""
        head = self.git("for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")
        stream = f"commit refs/heads/{branch}\ncommitter S <s@example.org> 1700000000 +0200\ndata 1\nx\n"
        stream += f"from {head}\n" if head else ""
        for path, text in files.items():
            stream += f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n"
        self.git("fast-import", "--quiet", stdin=stream)

    def branches(self) -> list[str]:
        return self.git("for-each-ref", "--format=%(refname:short)", "refs/heads/").split()

    def files(self, branch: str) -> dict[str, str]:
        """Return the files of a branch, but those of the first commit."""
        names = self.git("ls-tree", "-r", "--name-only", "-z", branch).split("\0")
        return {name: self.git("show", f"{branch}:{name}") for name in names if name not in ("", "README.md")}

    def places(self) -> dict[str, set[str]]:
        """Return each file with the commits, of all branches, that added it."""
        told = self.git(
            "log", "--all", "--diff-filter=A", "--name-only", "--format=commit %H", "-m", "--first-parent"
        )
        found: dict[str, set[str]] = {}
        commit = ""
        for line in filter(None, told.splitlines()):
            if line.startswith("commit "):
                commit = line
            elif line != "README.md":
                found.setdefault(line, set()).add(commit)
        return found

    def hook(self, name: str, text: str) -> None:
        """Have the server run a shell script."""
        path = self.path / "hooks" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)


@contextmanager
def daemon(folder: Path) -> Iterator[str]:
    """Serve the repositories of a folder by `git daemon`, which takes pushes; yield the folder's address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ("--verbose", "--reuseaddr", "--export-all", "--enable=receive-pack", f"--base-path={folder}")
    process = subprocess.Popen(
        ["git", "daemon", "--listen=127.0.0.1", f"--port={port}", *options],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    if "Ready" not in process.stderr.readline():
        pytest.skip("git daemon is not installed")
    threading.Thread(target=process.stderr.read, daemon=True).start()
    try:
        yield f"git+git://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


@dataclass
class Asked:
    """A request that a `WebServer` was asked."""

    path: str
    password: str | None
    """None where no credentials came."""
    is_in_a_list: bool
    """True if the password stood in the list of processes meanwhile."""


class WebServer:
    """git's own web server (git-http-backend), which wants a password where one is set."""

    def __init__(self, folder: Path, tls: ssl.SSLContext | None = None) -> None:
        self.folder, self._scheme = folder, "https" if tls else "http"
        self.password = ""
        self.asked: list[Asked] = []
        self.status = 0
        """Status that all requests get; 0: what git answers."""
        self.headers: dict[str, str] = {}
        self.breaks: Callable[[str, bytes], bool] = lambda path, answer: False
        """Tells by its path and answer whether a connection is cut when git has answered."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)

    @property
    def address(self) -> str:
        return f"git+{self._scheme}://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> WebServer:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, _, word = self.headers.get("Authorization", "").partition(" ")
                sent = base64.b64decode(word).decode().partition(":")[2] if kind == "Basic" else None
                web.asked.append(Asked(self.path, sent, bool(sent) and _is_listed(str(sent))))
                if web.status:
                    self.answer(web.status, web.headers, b"")
                elif web.password and sent != web.password:
                    self.answer(401, {"WWW-Authenticate": 'Basic realm="git"'}, b"")
                else:
                    self.run_git()

            do_POST = do_GET

            def run_git(self) -> None:
                path, _, query = self.path.partition("?")
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                done = subprocess.run(
                    ["git", "http-backend"], input=body, env=self.variables(path, query), capture_output=True
                )
                head, _, content = done.stdout.partition(b"\r\n\r\n")
                headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
                if web.breaks(self.path, content):
                    self.connection.close()
                    return
                self.answer(int(headers.pop("Status", "200")[:3]), headers, content)

            def variables(self, path: str, query: str) -> dict[str, str]:
                return {
                    "PATH": os.environ["PATH"],
                    "GIT_PROJECT_ROOT": str(web.folder),
                    "GIT_HTTP_EXPORT_ALL": "1",
                    "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                    "REQUEST_METHOD": self.command,
                    "PATH_INFO": path,
                    "QUERY_STRING": query,
                    "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                    "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                }

            def answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


def _is_listed(word: str) -> bool:
    """Tell whether a word stands in the command line of any process."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if word.encode() in path.read_bytes():
                return True
    return False
