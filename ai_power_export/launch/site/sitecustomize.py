"""Imported by the interpreter before the script that `aipower export` measures.

The parent puts this folder on `PYTHONPATH`. First of all it makes itself
unseen: the environment and the import path are put back as the user had them,
and the user's own `sitecustomize`, which this one hides, is imported.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

from ai_power_export.launch.plan import VARIABLE, Plan

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


def _begin() -> None:
    plan = Plan.loads(os.environ.pop(VARIABLE))
    _put_back(plan)
    try:
        _users_own()
    finally:
        from ai_power_export.launch.child import begin

        begin(plan)


_begin()
