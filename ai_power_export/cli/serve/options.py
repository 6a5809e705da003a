"""What the commands of `aipower serve` share."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Annotated

import typer

from ai_power_export.errors import BadInput

DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        help="SQLite file or database URL; one with a password better in AIPOWER_SERVE_DATABASE.",
        show_default="aipower-registry.sqlite3",
    ),
]


def demand_extra() -> None:
    """Make sure that what the registry is made of is installed.

    Raises:
        BadInput: It is not.
    """
    if not all(map(find_spec, ("fastapi", "uvicorn", "sqlalchemy", "alembic"))):
        mend = "python -m pip install 'ai-power-export[serve]'"
        raise BadInput("needs packages that are not installed", "aipower serve", mend)
