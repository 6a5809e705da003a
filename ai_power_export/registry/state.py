"""What all endpoints of a registry share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from starlette.requests import Request

from ai_power_export.registry.config import Config
from ai_power_export.registry.database import Database
from ai_power_export.registry.tokens import Role
from ai_power_export.registry.writer import Writer


@dataclass(frozen=True)
class Registry:
    """One registry that runs."""

    config: Config
    database: Database
    writer: Writer

    @property
    def anonymous_role(self) -> Role:
        """What those may do who show no token."""
        if self.config.anonymous_writes:
            return Role.contributor
        return Role.reader if self.config.anonymous_reads else Role.nobody


def registry_of(request: Request) -> Registry:
    """Return the registry that a request was sent to."""
    return cast("Registry", request.app.state.registry)
