"""GPUtil, loaded so that it works on every Python.

GPUtil 1.4 begins with `from distutils import spawn`, which Python 3.12 no
longer has. Its module is run here with an import of its own that answers that
one line; neither `sys.modules` nor anybody else's imports are touched.
"""

from __future__ import annotations

import builtins
import importlib.util
import shutil
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

DISTUTILS = SimpleNamespace(spawn=SimpleNamespace(find_executable=shutil.which))
"""The one function of distutils that GPUtil calls, under its current name."""


def load_gputil() -> ModuleType:
    """Return GPUtil's module, with `getGPUs`.

    Raises:
        ImportError: GPUtil is not installed.
    """
    imported = sys.modules.get("GPUtil.GPUtil")
    if imported is not None:
        return imported
    found = importlib.util.find_spec("GPUtil")
    if found is None or not found.submodule_search_locations:
        raise ImportError("GPUtil is not installed")
    path = Path(next(iter(found.submodule_search_locations))) / "GPUtil.py"
    module = ModuleType("GPUtil.GPUtil")
    module.__dict__["__builtins__"] = {**vars(builtins), "__import__": _import}
    code = SourceFileLoader(module.__name__, str(path)).get_code(module.__name__)
    exec(code, module.__dict__)  # type: ignore[arg-type]
    return module


def _import(name: str, *arguments: Any, **options: Any) -> Any:
    return DISTUTILS if name == "distutils" else builtins.__import__(name, *arguments, **options)
