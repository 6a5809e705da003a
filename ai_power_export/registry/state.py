"""What all endpoints of a registry share."""

from __future__ import annotations

from typing import cast

from starlette.requests import Request

from ai_power_export.registry.bodies import Bodies
from ai_power_export.registry.config import Config
from ai_power_export.registry.database import Database
from ai_power_export.registry.judges import Judges
from ai_power_export.registry.rates import Rates
from ai_power_export.registry.tokens import Role
from ai_power_export.registry.writer import Writer


class Registry:
    """One registry that runs."""

    def __init__(self, config: Config, database: Database) -> None:
        """Begin; the tables of the database are up to date."""
        self.config, self.database = config, database
        self.writer = Writer(database)
        self.judges = Judges(config.judges)
        self.bodies = Bodies(config)
        self.rates = Rates(config.rate_limit)

    def close(self) -> None:
        """Finish what is under way."""
        self.judges.close()
        self.writer.close()
        self.database.close()

    @property
    def anonymous_role(self) -> Role:
        """What those may do who show no token."""
        if self.config.anonymous_writes:
            return Role.contributor
        return Role.reader if self.config.anonymous_reads else Role.nobody


def registry_of(request: Request) -> Registry:
    """Return the registry that a request was sent to."""
    return cast("Registry", request.app.state.registry)
