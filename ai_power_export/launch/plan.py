"""What the parent tells the process of the script, through one environment variable."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

VARIABLE = "AIPOWER_PLAN"
"""The environment variable; the script never sees it."""


SITE = Path(__file__).parent / "site"
"""The folder whose `sitecustomize` begins what a plan says."""


@dataclass(frozen=True)
class Plan:
    """How a script is to be measured."""

    settings: dict[str, Any]
    """Settings given by flags."""
    journal: str
    """Where the record so far is kept, for a script that is killed."""
    script_folder: str
    """The folder that comes first on the script's import path."""
    channel: int = -1
    """Descriptor on which the record is handed over; -1 where there is none."""
    country: str | None = None
    """ISO 3166 alpha-3 code, where it is settled."""
    offline: bool = False
    observes_only: bool = False
    """True: another process measures; this one leaves what it has seen for the one that reports."""
    launches: bool = False
    """True: the script is a launcher, such as `torchrun`; what it starts is to be observed."""
    workers: str = ""
    """Where a process that only observes leaves what it saw; empty: where ranks do."""
    quiet: bool = False
    upload_time_limit: float = 0.0
    """Seconds that the reporter may take for deliveries; 0 where nothing is delivered."""
    python_path: str | None = None
    """The user's own `PYTHONPATH`, which the script gets back."""

    def dumps(self) -> str:
        """Write the plan as text."""
        return json.dumps(asdict(self))

    @classmethod
    def loads(cls, text: str) -> Plan:
        """Read a plan written by `dumps`."""
        return cls(**json.loads(text))


def with_plan(plan: Plan) -> dict[str, str]:
    """Return the environment variables by which an interpreter begins what a plan says."""
    path = str(SITE) if not plan.python_path else os.pathsep.join([str(SITE), plan.python_path])
    return {VARIABLE: plan.dumps(), "PYTHONPATH": path}
