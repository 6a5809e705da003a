"""Where this program keeps data of its own in the user's home."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path


def data_folder(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """Return the folder of this program's data in the user's home, where the system keeps such data.

    Raises:
        RuntimeError: The user has no home.
    """
    if platform == "win32":
        base = environment.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif platform == "darwin":
        base = str(Path.home() / "Library" / "Application Support")
    else:
        # The XDG Base Directory Specification has relative paths ignored.
        given = environment.get("XDG_DATA_HOME", "")
        base = given if given.startswith("/") else str(Path.home() / ".local" / "share")
    return Path(base) / "ai-power-export"
