"""How we set CodeCarbon up where the user does not: quietly, and writing nothing of its own."""

from __future__ import annotations

from typing import Any

SECONDS_BETWEEN_READINGS = 2.0
"""How much of its energy a killed run may lose; one reading costs about 1 ms."""


def tracker_options() -> dict[str, Any]:
    """Return arguments for a CodeCarbon tracker; what CodeCarbon's own settings ask for stays as it is."""
    from codecarbon import EmissionsTracker
    from codecarbon.core.config import get_hierarchical_config

    settled = get_hierarchical_config()
    wanted: dict[str, Any] = {
        "measure_power_secs": SECONDS_BETWEEN_READINGS,
        "api_call_interval": 1,
        "log_level": "critical",
        "allow_multiple_runs": True,
    }
    if not {"output_methods", "save_to_file"} & settled.keys():
        wanted.update(_no_file(EmissionsTracker))
    return {name: value for name, value in wanted.items() if name not in settled}


def _no_file(tracker: type) -> dict[str, Any]:
    """`output_methods` came with CodeCarbon 3.2.9; before, files had a switch of their own."""
    import inspect

    parameters = inspect.signature(tracker).parameters
    return {"output_methods": []} if "output_methods" in parameters else {"save_to_file": False}
