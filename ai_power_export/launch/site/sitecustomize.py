"""Imported by the interpreter before the script that `aipower export` measures.

The parent puts this folder on `PYTHONPATH`. Around the start of the tracker it
makes itself unseen: the environment, the import path and the modules that the
script may import from its own folder are as they would be without us, and the
user's own `sitecustomize`, which this one hides, is imported.
"""

from __future__ import annotations

import sys

BARE = frozenset(sys.modules)
"""What a bare interpreter has imported at this point."""

import importlib  # noqa: E402 - the line above must come first
import os  # noqa: E402
from pathlib import Path  # noqa: E402

from ai_power_export.console import say  # noqa: E402
from ai_power_export.launch.plan import VARIABLE, Plan  # noqa: E402

HERE = Path(__file__).parent


def _put_back(plan: Plan) -> None:
    """Give the script the environment and the import path of a bare run."""
    sys.path[:] = [path for path in sys.path if Path(path) != HERE]
    del os.environ["PYTHONPATH"]
    if plan.python_path is not None:
        os.environ["PYTHONPATH"] = plan.python_path


def _users_own() -> None:
    """Import the `sitecustomize` that would have been imported without us, if there is one."""
    ours = sys.modules.pop("sitecustomize")
    try:
        importlib.import_module("sitecustomize")
    except ImportError as error:
        if error.name != "sitecustomize":
            raise
    finally:
        sys.modules.setdefault("sitecustomize", ours)


def _let_the_script_choose(folder: Path) -> None:
    """Forget modules that we imported and the script has in its own folder under the same name.

    Ours keep working: whoever imported them holds them. The script's `import
    json` finds its own `json.py`, as it would without us.
    """
    try:
        # A command without a suffix, such as `codecarbon` beside `torchrun`, is no module.
        found = [path for path in folder.iterdir() if path.suffix or path.is_dir()]
        own = {path.stem if path.suffix == ".py" else path.name for path in found}
    except OSError:
        return
    for name in [*sys.modules]:
        if name not in BARE and name.partition(".")[0] in own:
            del sys.modules[name]


def _begin() -> None:
    plan = Plan.loads(os.environ.pop(VARIABLE))
    _put_back(plan)
    try:
        _users_own()
    finally:
        _measure(plan)
        _let_the_script_choose(Path(plan.script_folder))


def _measure(plan: Plan) -> None:
    try:
        from ai_power_export.launch.child import begin

        begin(plan)
    except Exception as error:  # noqa: BLE001 - the script runs whatever fails in us
        say(f"not measured: {type(error).__name__}: {error}")


_begin()
