"""What Alembic runs: all steps in the transaction that is handed in."""

from __future__ import annotations

from alembic import context

from ai_power_export.registry.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
