"""The application: its endpoints, and what becomes of their errors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from importlib.metadata import version as installed

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response

from ai_power_export.registry import health, index, listing, schemas, stats, taking, token_pages, versions
from ai_power_export.registry.config import Config
from ai_power_export.registry.database import Database
from ai_power_export.registry.failures import problem_of
from ai_power_export.registry.logs import RequestLog
from ai_power_export.registry.migrations import migrate
from ai_power_export.registry.problems import Problem, answers
from ai_power_export.registry.state import Registry

ROUTERS = (
    index.router,
    taking.router,
    listing.router,
    versions.router,
    stats.router,
    schemas.router,
    token_pages.router,
    health.router,
)
COMPRESSED = 1000
"""Bytes from which on an answer is compressed for those who ask for it."""


def create_app(config: Config) -> FastAPI:
    """Return the application of a registry, whose database is brought up to date.

    Raises:
        BadInput: The database cannot be used.
    """
    database = Database(config.database.get_secret_value())
    migrate(database)

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        app.state.registry = registry = Registry(config, database)
        yield
        await run_in_threadpool(registry.close)

    app = FastAPI(
        title="Registry of AI energy reports",
        version=installed("ai-power-export"),
        lifespan=running,
        responses=answers(401, 403, 422, 429, 503),
        docs_url=None,  # these pages load scripts from elsewhere
        redoc_url=None,
    )
    app.add_middleware(GZipMiddleware, minimum_size=COMPRESSED, compresslevel=5)
    app.add_middleware(RequestLog)
    for router in ROUTERS:
        app.include_router(router)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(SQLAlchemyError, _database)
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


def _database(request: Request, error: Exception) -> Response:
    """Answer what the database could not do, and have it logged, without the values it was about."""
    assert isinstance(error, SQLAlchemyError)
    problem = problem_of(error)
    if problem is None:
        raise error
    request.state.fault = f"{type(error).__name__}: {getattr(error, 'orig', error)}"
    return problem.response()


def _invalid(_: Request, error: Exception) -> Response:
    """Answer what a parameter is refused for."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"][1:]))
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"{where}: {first['msg']}").response()
