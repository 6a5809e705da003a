"""What the parent tells the process of the script, through one environment variable."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

VARIABLE = "AIPOWER_PLAN"
"""The environment variable; the script never sees it."""


@dataclass(frozen=True)
class Plan:
    """How a script is to be measured."""

    settings: dict[str, Any]
    """Settings given by flags."""
    journal: str
    """Where the record so far is kept, for a script that is killed."""
    script_folder: str
    """The folder that comes first on the script's import path."""
    country: str | None = None
    """ISO 3166 alpha-3 code, where it is settled."""
    offline: bool = False
    quiet: bool = False
    python_path: str | None = None
    """The user's own `PYTHONPATH`, which the script gets back."""

    def dumps(self) -> str:
        """Write the plan as text."""
        return json.dumps(asdict(self))

    @classmethod
    def loads(cls, text: str) -> Plan:
        """Read a plan written by `dumps`."""
        return cls(**json.loads(text))

    @property
    def claimed(self) -> Path:
        """The journal's name once somebody has begun to write its reports."""
        return Path(self.journal).with_suffix(".claimed")

    def claim(self) -> bool:
        """Take the journal over; False if it is gone or another process took it."""
        try:
            Path(self.journal).replace(self.claimed)
        except OSError:
            return False
        return True

    def settle(self) -> None:
        """Remove the journal after its reports were written, and its folder if that is empty."""
        for step in (self.claimed.unlink, self.claimed.parent.rmdir):
            try:
                step()
            except OSError:
                return
