"""Runs a registry until it is told to stop."""

from __future__ import annotations

import signal
import socket

import uvicorn

from ai_power_export.errors import BadInput
from ai_power_export.registry.app import create_app
from ai_power_export.registry.config import Config
from ai_power_export.registry.logs import log, write_logs


def serve(config: Config) -> int:
    """Serve until a signal comes, finish what is under way, and return the exit code.

    Raises:
        BadInput: The database cannot be used, or nothing can listen at the address.
    """
    write_logs()
    app = create_app(config)
    listening = _listening(config)
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(
            each, lambda *_: None
        )  # uvicorn raises again, at the end, the signal that it has obeyed
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(config.forwarded_allow_ips),
            forwarded_allow_ips=config.forwarded_allow_ips or None,
            limit_concurrency=config.connection_limit,
            timeout_graceful_shutdown=config.stop_time_limit,
        )
    )
    server.run(sockets=[listening])
    return 0 if server.started else 1


class _Server(uvicorn.Server):
    """Tells its address once requests are answered."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for each in sockets or []:
            host, port = each.getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            log("listening", address=f"http://{shown}:{port}")


def _listening(config: Config) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            config.host, config.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        where = f"{config.host}:{config.port}"
        raise BadInput(
            f"nothing can listen there: {error.strerror}", where, "--port 0 takes a free one"
        ) from None
    return listening
