"""How the tables came to be, step by step; a registry takes the steps that it lacks when it starts."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.exc import DBAPIError

from ai_power_export.errors import BadInput
from ai_power_export.registry.database import Database


def migrate(database: Database) -> None:
    """Bring the tables of a database up to date; of several servers that start at once, one does.

    Raises:
        BadInput: They are of a newer version of this program, or the database cannot be used.
    """
    try:
        _upgrade(database)
    except DBAPIError as error:
        said = str(error.orig).strip().partition("\n")[0]
        raise BadInput(f"cannot be used: {said}", f"database {database.place}") from None


def _upgrade(database: Database) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    with database.writing() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError:
            newer = "was made by a newer version of this program"
            raise BadInput(newer, f"database {database.place}", "update ai-power-export") from None
