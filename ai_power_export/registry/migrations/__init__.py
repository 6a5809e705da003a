"""How the tables came to be, step by step; a registry takes the steps that it lacks when it starts."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import column, inspect, select, table
from sqlalchemy.exc import DBAPIError

from ai_power_export.errors import BadInput
from ai_power_export.registry.database import Database

HEAD = "0001"
"""The last step."""
_VERSION = table("alembic_version", column("version_num"))
"""Where Alembic notes the last step that was taken."""


def migrate(database: Database) -> None:
    """Bring the tables of a database up to date; of several servers that start at once, one does.

    Raises:
        BadInput: They are of a newer version of this program, or the database cannot be used.
    """
    try:
        if not _is_up_to_date(database):
            _upgrade(database)
    except DBAPIError as error:
        said = str(error.orig).strip().partition("\n")[0]
        raise BadInput(f"cannot be used: {said}", f"database {database.place}") from None


def _is_up_to_date(database: Database) -> bool:
    """Tell it without Alembic, which takes longer to load than all else of a start."""
    with database.reading() as connection:
        if not inspect(connection).has_table(_VERSION.name):
            return False
        return connection.execute(select(_VERSION.c.version_num)).scalar() == HEAD


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
