"""Measure a run's energy and write an open BoAmps report of it, by itself.

Public are the names below, `ai_power_export.errors` and, for who writes a meter,
`ai_power_export.measure.meters.interface` and `.ledger`; all else may change.
They are imported when first asked for, so that `import ai_power_export` costs
nothing that is not used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ai_power_export.decorator import track_power
    from ai_power_export.handler import PowerReportOutput
    from ai_power_export.report.format.boamps import Report
    from ai_power_export.tracker import OfflinePowerTracker, PowerTracker

__all__ = ["OfflinePowerTracker", "PowerReportOutput", "PowerTracker", "Report", "track_power"]

_HOMES = {
    "OfflinePowerTracker": "tracker",
    "PowerReportOutput": "handler",
    "PowerTracker": "tracker",
    "Report": "report.format.boamps",
    "track_power": "decorator",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
