"""A Hugging Face endpoint of the tests: data sets in memory, behind the calls that huggingface_hub makes.

It answers what a delivery asks, and what huggingface_hub's own client asks to read that back.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "hf_" + "a1B2c3D4e5" * 3
"""The token of an account that may open pull requests."""
READER = "hf_" + "z9Y8x7W6v5" * 3
"""The token of one that may read only."""

Answer = tuple[int, Any, dict[str, str]]


@dataclass
class PullRequest:
    num: int
    title: str
    description: str
    status: str = "open"


@dataclass
class Repository:
    """A data set: its branches and pull requests with their files by path."""

    files: dict[str, dict[str, bytes]] = field(default_factory=lambda: {"main": {".gitattributes": b"\n"}})
    requests: list[PullRequest] = field(default_factory=list)
    ignored: str = "^$"
    """What its .gitignore leaves out, as a regular expression."""
    in_lfs: frozenset[str] = frozenset()
    gated: bool = False

    def open(self, title: str, files: dict[str, bytes], description: str = "") -> PullRequest:
        """Open a pull request that adds files."""
        request = PullRequest(len(self.requests) + 1, title, description)
        self.requests.append(request)
        self.files[f"refs/pr/{request.num}"] = {**self.files["main"], **files}
        return request

    def merge(self, num: int) -> None:
        self.files["main"].update(self.files[f"refs/pr/{num}"])
        self.requests[num - 1].status = "merged"


@dataclass
class Endpoint:
    """What the server knows, what it was asked, and what is to go wrong."""

    repositories: dict[str, Repository] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    """Tokens that came along."""
    fault: Callable[[str], Any] = lambda call: None
    """Called with each call, such as "commit"; what it returns is answered instead, BREAK breaks the line."""
    after: Callable[[str], Any] = lambda call: None
    """Called when a call has been carried out, before its answer leaves; as `fault`."""
    url: str = ""
    lock: Any = field(default_factory=Lock)

    def calls(self, name: str) -> int:
        return sum(each.split()[0] == name for each in self.asked)


BREAK = object()
PAGE = 3
"""Pull requests on a page of their list, few so that there are several."""

_API = re.compile(r"/api/datasets/(?P<repo>[^/]+/[^/]+)/(?P<call>[\w-]+)(?:/(?P<rest>.*))?")
_RESOLVE = re.compile(r"/datasets/(?P<repo>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<path>.+)")


def blob(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@contextmanager
def hub_endpoint() -> Iterator[Endpoint]:
    """Serve an endpoint on a port of this machine's own."""
    endpoint = Endpoint()
    handler = type("Handler", (_Handler,), {"endpoint": endpoint})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    endpoint.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    endpoint: Endpoint
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self._serve()

    do_HEAD = do_POST = do_GET

    def log_message(self, *_):
        pass

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        target = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(target.query).items()}
        found = _API.fullmatch(target.path) or _RESOLVE.fullmatch(target.path)
        call = "other" if found is None else found.groupdict().get("call", "resolve")
        self.endpoint.asked.append(f"{call} {self.command} {self.path}")
        answer = self.endpoint.fault(call)
        if answer is None:
            with self.endpoint.lock:
                answer = self._answer(found, call, query, body)
            answer = self.endpoint.after(call) or answer
        self._send(answer)

    def _send(self, answer: Any) -> None:
        if answer is BREAK:
            self.close_connection = True
            self.connection.close()
            return
        status, content, headers = answer
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _answer(self, found: re.Match | None, call: str, query: dict, body: bytes) -> Answer:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if token:
            self.endpoint.tokens.add(token)
        if token and token not in (TOKEN, READER):
            return no(401, "Invalid credentials in Authorization header")
        repository = self.endpoint.repositories.get(found["repo"]) if found else None
        if repository is None:
            return no(404 if token else 401, "Repository not found", "RepoNotFound")
        if repository.gated:
            return no(403, "Access to this dataset is restricted", "GatedRepo")
        if call in ("commit", "status") and token != TOKEN:
            return no(403, "Discussions need write access")
        parts = found.groupdict()
        return getattr(self, f"_{call.replace('-', '_')}")(repository, parts, query, body)

    # ---- what a delivery asks ---------------------------------------------------------------------

    def _paths_info(self, repository: Repository, parts: dict, query: dict, body: bytes) -> Answer:
        files = repository.files.get(unquote(parts["rest"]))
        if files is None:
            return no(404, "Revision not found", "RevisionNotFound")
        paths = parse_qs(body.decode())["paths"]
        return 200, [_entry(repository, path, files[path]) for path in paths if path in files], {}

    def _preupload(self, repository: Repository, parts: dict, query: dict, body: bytes) -> Answer:
        main = repository.files["main"]
        files = [
            {
                "path": each["path"],
                "uploadMode": "regular",
                "shouldIgnore": bool(re.match(repository.ignored, each["path"])),
                **({"oid": blob(main[each["path"]])} if each["path"] in main else {}),
            }
            for each in json.loads(body)["files"]
        ]
        return 200, {"files": files}, {}

    def _commit(self, repository: Repository, parts: dict, query: dict, body: bytes) -> Answer:
        assert query["create_pr"] == "1"
        assert parts["rest"] == "main"
        lines = [json.loads(line) for line in body.splitlines()]
        said = next(line["value"] for line in lines if line["key"] == "header")
        added = [line["value"] for line in lines if line["key"] == "file"]
        files = {each["path"]: base64.b64decode(each["content"]) for each in added}
        request = repository.open(said["summary"], files, said["description"])
        base = f"{self.endpoint.url}/datasets/{parts['repo']}"
        oid = hashlib.sha1(body).hexdigest()
        where = f"{base}/discussions/{request.num}"
        return 200, {"commitUrl": f"{base}/commit/{oid}", "commitOid": oid, "pullRequestUrl": where}, {}

    def _discussions(self, repository: Repository, parts: dict, query: dict, body: bytes) -> Answer:
        if parts["rest"] is None:
            return self._listed(repository, parts["repo"], query)
        num, _, action = parts["rest"].partition("/")
        request = repository.requests[int(num) - 1]
        if action == "status":
            request.status = json.loads(body)["status"]
            return 200, {"newStatus": _event("status-change", {"status": request.status})}, {}
        comment = _event(
            "comment", {"edited": False, "hidden": False, "latest": {"raw": request.description}}
        )
        details = {"changes": {"base": "refs/heads/main"}, "filesWithConflicts": [], "events": [comment]}
        return 200, {**_told(request, parts["repo"]), **details}, {}

    def _listed(self, repository: Repository, repo: str, query: dict) -> Answer:
        kept = [each for each in repository.requests if query.get("status") in (None, "all", each.status)]
        start = PAGE * int(query["p"])
        page = [_told(each, repo) for each in kept[::-1][start : start + PAGE]]
        return 200, {"count": len(kept), "start": start, "discussions": page}, {}

    def _resolve(self, repository: Repository, parts: dict, query: dict, body: bytes) -> Answer:
        files = repository.files[unquote(parts["revision"])]
        content = files.get(unquote(parts["path"]))
        if content is None:
            return no(404, "Entry not found", "EntryNotFound")
        return 200, content, {"ETag": f'"{blob(content)}"', "X-Repo-Commit": _commit_of(files)}

    # ---- what huggingface_hub's client asks to read it back ---------------------------------------

    def _tree(self, repository: Repository, parts: dict, query: dict, body: bytes) -> Answer:
        files = repository.files[unquote(parts["rest"].partition("/")[0])]
        return 200, [_entry(repository, path, files[path]) for path in sorted(files)], {}

    def _revision(self, repository: Repository, parts: dict, query: dict, body: bytes) -> Answer:
        files = repository.files[unquote(parts["rest"])]
        told = [{"rfilename": path} for path in sorted(files)]
        return 200, {"id": parts["repo"], "sha": _commit_of(files), "siblings": told, "private": False}, {}

    def _refs(self, repository: Repository, parts: dict, query: dict, body: bytes) -> Answer:
        refs = [
            {"name": name, "ref": name, "targetCommit": _commit_of(files)}
            for name, files in repository.files.items()
        ]
        return 200, {"branches": refs[:1], "converts": [], "tags": [], "pullRequests": refs[1:]}, {}


def no(status: int, said: str, code: str = "", **headers: str) -> Answer:
    """Turn a request down, as the Hub does."""
    return (
        status,
        {"error": said},
        {"X-Error-Message": said, **({"X-Error-Code": code} if code else {}), **headers},
    )


def _entry(repository: Repository, path: str, content: bytes) -> dict:
    kept_apart = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 130}
    return {
        "type": "file",
        "path": path,
        "size": len(content),
        "oid": blob(content if path not in repository.in_lfs else b"pointer"),
        **({"lfs": kept_apart} if path in repository.in_lfs else {}),
    }


def _told(request: PullRequest, repo: str) -> dict:
    return {
        "title": request.title,
        "num": request.num,
        "author": {"name": "someone"},
        "createdAt": "2026-11-22T12:00:00.000Z",
        "status": request.status,
        "repo": {"name": repo, "type": "dataset"},
        "isPullRequest": True,
    }


def _event(kind: str, data: dict) -> dict:
    author = {"name": "someone"}
    return {"id": "e1", "type": kind, "createdAt": "2026-11-22T12:00:00.000Z", "author": author, "data": data}


def _commit_of(files: dict[str, bytes]) -> str:
    return hashlib.sha1(repr(sorted(files.items())).encode()).hexdigest()
