"""A report in the user's own editor: checked when it comes back, and never lost."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ai_power_export.cli.edit.conversation import conclude
from ai_power_export.cli.edit.terminal import can_ask
from ai_power_export.console import say
from ai_power_export.errors import BadInput
from ai_power_export.report.edit.differences import differences

if TYPE_CHECKING:
    from ai_power_export.report.edit.interview import Interview

EDITORS = ("sensible-editor", "nano", "vi", "notepad")
"""What is looked for where the user has settled none."""


def by_editor(interview: Interview) -> int:
    """Let the user edit a report as JSON; return the exit code.

    Raises:
        BadInput: There is no editor, or what comes back is no report; it is kept in a file then.
    """
    document = interview.editing.saved().document
    before = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    copy = Path(tempfile.mkdtemp(prefix="aipower-edit-")) / interview.editing.path.name
    copy.write_text(before, encoding="utf-8", errors="surrogatepass")
    while True:
        _open(copy)
        try:
            changes = differences(document, _read(copy))
            if changes:
                interview.say(changes, complete=True)
            break
        except BadInput as error:
            if not _wants_to_go_on(str(error)):
                raise BadInput(error.what, str(copy), "what you wrote is kept there") from None
    shutil.rmtree(copy.parent, ignore_errors=True)
    conclude(interview)
    return 0


def _open(path: Path) -> None:
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or _any_editor())
    try:
        code = subprocess.call([*command, str(path)])
    except OSError as error:
        raise BadInput(f"cannot be run: {error.strerror}", command[0], "set EDITOR") from None
    if code:
        raise BadInput(f"ended with {code}: nothing was changed", command[0], f"what you wrote is in {path}")


def _any_editor() -> str:
    found = next(filter(shutil.which, EDITORS), None)
    if found is None:
        raise BadInput("there is no editor here", mend="set EDITOR")
    return found


def _read(path: Path) -> Mapping[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig", errors="surrogatepass"))
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise BadInput(f"is not JSON: {error}") from None
    if not isinstance(document, dict):
        raise BadInput("is no JSON object, so no report")
    return document


def _wants_to_go_on(trouble: str) -> bool:
    if not can_ask():
        return False
    say(trouble)
    sys.stderr.write("Enter opens the editor again, q ends and keeps your file > ")
    sys.stderr.flush()
    try:
        return sys.stdin.readline().strip().lower() not in ("q", "quit")
    except KeyboardInterrupt:
        return False
