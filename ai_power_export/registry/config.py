"""What a registry is run with: flags, then `AIPOWER_SERVE_*`, then defaults."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ai_power_export.errors import BadInput

PREFIX = "AIPOWER_SERVE_"
MEBIBYTE = 2**20


class Config(BaseSettings):
    """All of it, with defaults that are safe on a machine of one's own."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True)

    database: SecretStr = SecretStr("sqlite:///aipower-registry.sqlite3")
    """URL of the database, or path of an SQLite file; it may hold a password and is never printed."""
    host: str = "127.0.0.1"
    """Address to listen at."""
    port: int = Field(8000, ge=0, le=65535)
    """Port to listen at; 0: one that is free."""
    anonymous_reads: bool = True
    """Whether reports are served without a token."""
    anonymous_writes: bool = False
    """Whether reports are taken without a token."""
    forwarded_allow_ips: str = ""
    """Addresses of proxies whose `X-Forwarded-*` is believed, separated by commas; empty: none's."""
    body_limit: int = Field(8 * MEBIBYTE, gt=0)
    """Most bytes of a request; 1000 reports of 5 kB are 5 MB."""
    bodies_limit: int = Field(128 * MEBIBYTE, gt=0)
    """Most bytes of all requests that are under way; who sends more is asked to come again."""
    body_time_limit: float = Field(60, gt=0)
    """Seconds that a request may take to arrive."""
    batch_limit: int = Field(1000, gt=0)
    """Most reports of one request."""
    rate_limit: int = Field(6000, ge=0)
    """Most requests of one client in a minute; 0: any number."""
    judges: int = Field(default_factory=lambda: os.cpu_count() or 1, gt=0)
    """Processes that judge reports."""
    connection_limit: int = Field(512, gt=0)
    """Most connections at once."""
    stop_time_limit: int = Field(30, gt=0)
    """Seconds that requests under way have when the server is stopped."""

    @model_validator(mode="after")
    def _who_writes_reads(self) -> Config:
        if self.anonymous_writes and not self.anonymous_reads:
            raise ValueError("who may write without a token may read without one, too")
        return self


def load_config(given: Mapping[str, Any]) -> Config:
    """Return what a registry is run with.

    Args:
        given: What flags say; None is "not given".

    Raises:
        BadInput: A value cannot be used.
    """
    flags = {name: value for name, value in given.items() if value is not None}
    try:
        return Config(**flags)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "anonymous_writes"
        where = f"--{name.replace('_', '-')}" if name in flags else f"{PREFIX}{name.upper()}"
        raise BadInput(first["msg"].removeprefix("Value error, "), where) from None
