"""A proxy in front of an HTTP server that breaks what passes, as a test says: one fault a request."""

from __future__ import annotations

import os
import re
import socket
import struct
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.client import HTTPResponse
from socketserver import StreamRequestHandler, ThreadingTCPServer
from urllib.parse import urlsplit

NO_LINGER = struct.pack("ii", 1, 0)
"""With it, a socket that is closed sends RST, as the host of a process that has crashed does."""


class Exchange(StreamRequestHandler):
    """A connection with requests on their way, each for a fault to break."""

    server: _Listener

    def handle(self) -> None:
        with suppress(OSError):
            while self._receive_head():
                with self.server.proxy.next_fault() as fault:
                    fault(self)
                if fault is not passing:
                    return

    def receive(self, share: float = 1) -> bytes:
        """Return the body, or its first part."""
        return self.rfile.read(int(self._length * share))

    def forward(self, body: bytes) -> tuple[bytes, bytes]:
        """Return what the server answers: the head and the body."""
        with socket.create_connection(self.server.proxy.upstream, timeout=30) as there:
            there.sendall(self._head + body)
            with HTTPResponse(there, method="POST") as response:
                response.begin()
                answer = response.read()
        kept = [
            f"{name}: {value}\r\n"
            for name, value in response.getheaders()
            if name.lower() not in ("connection", "transfer-encoding", "content-length")
        ]
        return head(response.status, *kept, length=len(answer)), answer

    def forward_part(self, body: bytes) -> None:
        """Break off a request to the server in the middle of its body."""
        with socket.create_connection(self.server.proxy.upstream) as there:
            there.sendall(self._head + body)
            there.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)

    def send(self, data: bytes) -> None:
        """Send to the client."""
        self.wfile.write(data)

    def reset(self) -> None:
        """End the connection to the client by RST."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        os.close(self.connection.detach())

    def wait(self) -> None:
        """Say no more until the client has gone."""
        self.rfile.read()

    def _receive_head(self) -> bool:
        lines = []
        while (line := self.rfile.readline()) not in (b"\r\n", b""):
            lines.append(line)
        self._head = b"".join(lines) + b"\r\n"
        found = re.search(rb"^content-length: *(\d+)", self._head, re.IGNORECASE | re.MULTILINE)
        self._length = int(found[1]) if found else 0
        return line != b""


Fault = Callable[[Exchange], None]


class FaultyProxy:
    """Listens on loopback while it is entered; requests pass unless `faults` has something for the next."""

    def __init__(self, upstream: str) -> None:
        """Take the address of the server behind it."""
        parts = urlsplit(upstream)
        self.upstream = (parts.hostname, parts.port)
        self.faults: deque[Fault] = deque()
        self.seen: Counter[str] = Counter()
        """How many requests had each fault."""
        self._change = threading.Condition()
        self._under_way = 0
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @contextmanager
    def next_fault(self) -> Iterator[Fault]:
        """Yield what happens to the next request, while it happens."""
        with self._change:
            fault = self.faults.popleft() if self.faults else passing
            self.seen[fault.__name__] += 1
            self._under_way += 1
        try:
            yield fault
        finally:
            with self._change:
                self._under_way -= 1
                self._change.notify_all()

    def settle(self) -> None:
        """Wait until no request is under way: what the server was to get, it has."""
        with self._change:
            assert self._change.wait_for(lambda: not self._under_way, timeout=60)

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Let connections be refused."""
        self._close()
        try:
            yield
        finally:
            self._open()

    def __enter__(self) -> FaultyProxy:
        self._open()
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def _open(self) -> None:
        self._listener = _Listener(self, self._port)
        self._port = self._listener.server_address[1]
        threading.Thread(target=self._listener.serve_forever, args=(0.01,), daemon=True).start()

    def _close(self) -> None:
        self._listener.shutdown()
        self._listener.server_close()
        self._listener.end_connections()


class _Listener(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, proxy: FaultyProxy, port: int) -> None:
        self.proxy = proxy
        self._connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Exchange)

    def process_request(self, request, client_address) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def end_connections(self) -> None:
        """End what is still open: a client that keeps its connection would not notice otherwise."""
        for each in list(self._connections):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


def head(status: int, *headers: str, length: int = 0) -> bytes:
    """Return the head of an answer; each header is a line with its end."""
    line = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
    return "".join([line, *headers, f"Content-Length: {length}\r\n\r\n"]).encode("latin-1")


# ---- the faults -----------------------------------------------------------------------------------


def passing(exchange: Exchange) -> None:
    """No fault."""
    exchange.send(b"".join(exchange.forward(exchange.receive())))


def reset_before_reading(exchange: Exchange) -> None:
    """The connection is reset when the head has arrived."""
    exchange.reset()


def reset_while_sending(exchange: Exchange) -> None:
    """The connection is reset on both sides when half of the body has passed."""
    exchange.forward_part(exchange.receive(0.5))
    exchange.reset()


def reset_after_stored(exchange: Exchange) -> None:
    """The connection is reset when the server has answered, of which the client hears nothing."""
    exchange.forward(exchange.receive())
    exchange.reset()


def closed_after_stored(exchange: Exchange) -> None:
    """The connection is closed in order, without the answer of the server."""
    exchange.forward(exchange.receive())


def truncated_head(exchange: Exchange) -> None:
    """The answer ends within its head."""
    exchange.send(exchange.forward(exchange.receive())[0][:20])


def truncated_body(exchange: Exchange) -> None:
    """The answer ends within its body."""
    answered, body = exchange.forward(exchange.receive())
    exchange.send(answered + body[: len(body) // 2])


def slow_body(exchange: Exchange) -> None:
    """The answer never comes to the end of its body."""
    answered, body = exchange.forward(exchange.receive())
    exchange.send(answered + body[: len(body) // 2])
    exchange.wait()


def silent(exchange: Exchange) -> None:
    """The server takes the request, and no answer ever comes."""
    exchange.forward(exchange.receive())
    exchange.wait()


def answering(status: int, *headers: str, stored: bool = False) -> Fault:
    """Return the fault of a gateway that answers by itself, after the server has the request or not."""

    def fault(exchange: Exchange) -> None:
        body = exchange.receive()
        if stored:
            exchange.forward(body)
        exchange.send(head(status, *(f"{each}\r\n" for each in headers)))

    fault.__name__ = f"answering_{status}" + ("_after_stored" if stored else "")
    return fault


FAULTS = (
    reset_before_reading,
    reset_while_sending,
    reset_after_stored,
    closed_after_stored,
    truncated_head,
    truncated_body,
    slow_body,
    silent,
    answering(500),
    answering(502),
    answering(502, stored=True),
    answering(503, "Retry-After: 0"),
    answering(504, stored=True),
    answering(429, "Retry-After: 0"),
)
"""All that may happen to one request."""
