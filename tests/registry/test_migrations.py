"""The tables of a database are brought up to date when a server starts, by one of all that start at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from serving import Server
from sqlalchemy import text

from ai_power_export.errors import BadInput
from ai_power_export.registry import migrations
from ai_power_export.registry.database import Database
from ai_power_export.registry.migrations import migrate
from ai_power_export.registry.tables import metadata

SERVERS = 3


def test_all_steps_together_make_the_tables_that_are_used(database):
    opened = Database(database)
    migrate(opened)
    migrate(opened)
    with opened.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    opened.close()


def test_the_last_step_is_the_one_that_is_looked_for():
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    assert ScriptDirectory.from_config(config).get_heads() == [migrations.HEAD]


def test_tables_of_a_newer_version_are_left_alone(database):
    opened = Database(database)
    migrate(opened)
    with opened.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(BadInput, match="newer"):
        migrate(opened)
    opened.close()


@pytest.mark.slow
def test_servers_that_start_at_once_do_not_clash(database, tmp_path):
    servers = []
    for number in range(SERVERS):
        folder = tmp_path / str(number)
        folder.mkdir()
        servers.append(Server(database, folder))
    with ThreadPoolExecutor(SERVERS) as threads:
        started = [*threads.map(Server.start, servers)]
    assert [each.stop() for each in started] == [0] * SERVERS
