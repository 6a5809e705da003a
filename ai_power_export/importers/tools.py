"""The tools whose files can be imported, and how a file finds its tool."""

from __future__ import annotations

from ai_power_export.errors import BadInput
from ai_power_export.importers import (
    carbontracker,
    codecarbon,
    eco2ai,
    ecologits,
    greenops,
    impact_tracker,
    nvidia_smi,
    perf,
    pyjoules,
    pyrapl,
    wattmeter,
    zeus,
)
from ai_power_export.importers.imported import Importer
from ai_power_export.importers.text import Text

IMPORTERS: tuple[Importer, ...] = (
    codecarbon.IMPORTER,
    eco2ai.IMPORTER,
    zeus.IMPORTER,
    pyrapl.IMPORTER,
    pyjoules.IMPORTER,
    greenops.IMPORTER,
    nvidia_smi.IMPORTER,
    carbontracker.IMPORTER,
    carbontracker.PRINTED,
    impact_tracker.IMPORTER,
    ecologits.IMPORTER,
    perf.IMPORTER,
    wattmeter.IMPORTER,
)
"""The most particular first: a watt-meter's table has hardly any signs of its own."""


def importer_named(name: str) -> Importer:
    """Return the importer of a tool.

    Raises:
        BadInput: There is none of that name.
    """
    found = next((each for each in IMPORTERS if each.files and each.name == name.lower()), None)
    if found is None:
        raise BadInput(f"no tool is called {name!r}", "--from", f"one of {_names()}")
    return found


def importer_of(text: Text) -> Importer:
    """Return the importer of the tool that wrote a file, told by its content.

    Raises:
        BadInput: None did, or the file is empty or no text.
    """
    found = next((each for each in IMPORTERS if each.detect(text.head)), None)
    if found is None:
        raise BadInput(
            f"no tool is known that writes such a file; tried {_names()}",
            text.name,
            f"a watt-meter's table {wattmeter.NEEDS}",
        )
    return found


def _names() -> str:
    return ", ".join(each.name for each in IMPORTERS if each.files)
