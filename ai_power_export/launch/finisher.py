"""A clean process that writes the reports of a script which has just ended."""

from __future__ import annotations

import json
import sys

from ai_power_export.console import say
from ai_power_export.launch.plan import Plan
from ai_power_export.run.record import Record


def main() -> None:
    """Read the record from stdin and the plan from the last argument, and write the reports."""
    write(Record.from_json(json.load(sys.stdin)), Plan.loads(sys.argv[-1]))


def write(record: Record, plan: Plan) -> None:
    """Write the reports of a record; one line on stderr if that cannot be done."""
    try:
        from ai_power_export.run.finish import finish
        from ai_power_export.run.summary import show

        written = finish(record)
        plan.settle()
        show(written, quiet=plan.quiet)
    except Exception as error:  # noqa: BLE001 - the user gets one line, not our traceback
        say(f"no report: {type(error).__name__}: {error}; what was measured is kept in {plan.claimed}")
