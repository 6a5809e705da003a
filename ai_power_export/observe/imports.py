"""Tells when a module has been imported, without importing or delaying anything."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class ImportListener(MetaPathFinder):
    """Hears of the import, and of every reload, of the modules it waits for.

    It stands first on `sys.meta_path`, finds nothing by itself and asks the
    other finders in their order; the loader found runs unchanged, and reports
    when it has run.
    """

    def __init__(self, awaited: frozenset[str], imported: Callable[[ModuleType], None]) -> None:
        """Prepare to wait.

        Args:
            awaited: Full names of modules.
            imported: Called with the module each time one has been executed; must not raise.
        """
        self._awaited, self._imported = awaited, imported

    def start(self) -> None:
        """Begin to listen."""
        sys.meta_path.insert(0, self)

    def stop(self) -> None:
        """Listen no more; modules that are being imported right now load as usual."""
        self._awaited = frozenset()
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Let the other finders find an awaited module, and have its loader report."""
        if fullname not in self._awaited:
            return None
        for finder in list(sys.meta_path):
            if finder is self:
                continue
            if not hasattr(finder, "find_spec"):
                return None  # an old-style finder, which only Python itself knows how to ask
            spec = finder.find_spec(fullname, path, target)
            if spec is not None:
                self._have_report(spec.loader)
                return spec
        return None

    def _have_report(self, loader: Loader | None) -> None:
        # Every module found in a file has a loader object of its own; others are left alone.
        if loader is None or isinstance(loader, type) or not hasattr(loader, "__dict__"):
            return
        execute = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            vars(loader).pop("exec_module", None)
            execute(module)
            if module.__name__ in self._awaited:
                self._imported(module)

        vars(loader)["exec_module"] = exec_module
