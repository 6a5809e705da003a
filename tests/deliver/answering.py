"""An HTTP server that answers what a test says, and remembers what it was asked."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    """By their names in lower case."""
    body: bytes
    peer: tuple[str, int]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What is answered; a body that is no bytes is sent as JSON, a callable writes it by itself."""

    status: int = 200
    body: Any = b""
    headers: dict[str, str] = field(default_factory=dict)


class AnsweringServer:
    """Listens on loopback while it is entered: `with AnsweringServer(answer) as server: server.url`."""

    def __init__(self, answer: Callable[[Asked], Answer], tls: ssl.SSLContext | None = None) -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._scheme = "https" if tls else "http"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> AnsweringServer:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(self.command, self.path, headers, body, self.client_address)
                outer.asked.append(asked)
                try:
                    self._send(outer.answer(asked))
                except OSError:  # whoever asked has gone
                    self.close_connection = True

            do_POST = do_GET = do_PUT = do_CONNECT = _serve

            def _send(self, answer: Answer) -> None:
                self.send_response(answer.status)
                writes = callable(answer.body)
                is_raw = writes or isinstance(answer.body, bytes)
                body = answer.body if is_raw else json.dumps(answer.body).encode()
                headers = {} if is_raw else {"Content-Type": "application/json"}
                headers |= {} if writes else {"Content-Length": str(len(body))}
                for name, value in {**headers, **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                if writes:
                    self.close_connection = True
                    body(self.wfile)
                else:
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Print nothing."""

        return Handler


def taken(asked: Asked) -> Answer:
    """Answer as a registry does that has seen none of the reports before."""
    from ai_power_export.deliver.interface import Parcel

    def entry(document: dict[str, Any]) -> dict[str, Any]:
        parcel = Parcel("", document)
        id_ = parcel.report_id
        return {
            "id": id_,
            "version": 1,
            "hash": parcel.hash,
            "status": "created",
            "url": f"/reports/{id_}",
            "findings": [],
        }

    if isinstance(asked.json, list):
        return Answer(200, [entry(each) for each in asked.json])
    return Answer(201, entry(asked.json))
