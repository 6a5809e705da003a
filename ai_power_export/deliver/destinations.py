"""From the words of the user to a destination."""

from __future__ import annotations

import re
from pathlib import Path

from ai_power_export.deliver.folder import Folder
from ai_power_export.deliver.interface import Destination
from ai_power_export.errors import BadInput


def destination(words: str) -> Destination:
    """Return the destination that `--to` names: a folder.

    Raises:
        BadInput: There is no such kind of destination.
    """
    if re.match(r"[a-z][a-z0-9+.-]+:", words, re.IGNORECASE):
        raise BadInput(f"nothing can be delivered to {words.partition(':')[0]}:", "--to", "give a folder")
    return Folder(Path(words).expanduser())
