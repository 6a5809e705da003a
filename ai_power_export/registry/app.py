"""The application: its endpoints, and what becomes of their errors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ai_power_export.registry import health, listing, schemas, stats, taking, versions
from ai_power_export.registry.config import Config
from ai_power_export.registry.database import Database
from ai_power_export.registry.migrations import migrate
from ai_power_export.registry.problems import Problem
from ai_power_export.registry.state import Registry
from ai_power_export.registry.writer import Writer

ROUTERS = (taking.router, listing.router, versions.router, stats.router, schemas.router, health.router)


def create_app(config: Config) -> FastAPI:
    """Return the application of a registry; its database is opened when it starts.

    Raises:
        BadInput: The database cannot be used.
    """
    database = Database(config.database.get_secret_value())

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        migrate(database)
        writer = Writer(database)
        app.state.registry = Registry(config, database, writer)
        yield
        writer.close()
        database.close()

    app = FastAPI(title="Registry of AI energy reports", lifespan=running, docs_url=None, redoc_url=None)
    for router in ROUTERS:
        app.include_router(router)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    return app


def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return error.response()


def _http(_: Request, error: Exception) -> Response:
    """Answer what the framework refuses: an unknown path, a method that is none."""
    assert isinstance(error, HTTPException)
    return Problem(error.status_code, str(error.detail), headers=error.headers).response()


def _invalid(_: Request, error: Exception) -> Response:
    """Answer what a parameter is refused for."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"][1:]))
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"{where}: {first['msg']}").response()
