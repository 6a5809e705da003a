"""Imports what the end of a run needs before the run begins, so that its end does not wait for that."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module

USED_AT_THE_END = ("ai_power_export.run.job.conclude", "psutil", "pycountry")
USED_BY_THE_SUMMARY = ("ai_power_export.run.summary", "rich.console", "rich.table")


def import_ahead(names: Iterable[str]) -> None:
    """Import modules; what cannot be imported is told when it is needed."""
    for name in names:
        with suppress(Exception):
            import_module(name)
