"""Modules: which imports are the program's own files, and what names they give."""

from __future__ import annotations

import ast
import builtins
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ai_power_export.errors import BadInput
from ai_power_export.source.reading import Source, read_file
from ai_power_export.source.scope import Scope
from ai_power_export.source.values import UNKNOWN, Deferred, External, Known, Package, Value
from ai_power_export.vocabulary.catalogue import load_catalogue

if TYPE_CHECKING:
    from ai_power_export.source.machine import Machine

_INSTALLED = frozenset({"site-packages", "dist-packages"})
"""Folders of installed packages: their modules are a library's, not the program's own."""
MOST_MODULES = 25
MOST_CHARACTERS = 300_000
"""Together; beyond that further modules stay unknown."""


class Modules:
    """The program's own modules, read when something in them is needed."""

    def __init__(self, machine: Machine, main: Source) -> None:
        self._machine = machine
        self._folder = main.path.parent
        self._follows = not _INSTALLED & set(main.path.absolute().parts)
        self._folders = {main.name: main.path.parent}
        self._packages: dict[Path, Package] = {}
        self._characters = 0
        self._givers: list[str] = []
        """Modules of unknown content that were imported with a star."""

    def module(self, name: str, importer: str) -> Value | None:
        """Return a module of the program by its absolute name; None if it is not one."""
        file = self._find(name.split("."), [self._folders.get(importer, self._folder), self._folder])
        return Deferred(lambda: self._package(file)) if file is not None else None

    def import_names(self, scope: Scope, node: ast.ImportFrom, importer: str) -> None:
        """Bind what `from a import b` binds."""
        module = node.module or ""
        file = self._module_file(node, importer)
        for alias in node.names:
            if alias.name == "*":
                self._import_all(scope, module, file)
            elif file is not None:
                scope.set(alias.asname or alias.name, self._deferred(file, alias.name))
            elif node.level:
                self._import_relative(scope, node, alias, importer)
            else:
                scope.set(alias.asname or alias.name, External(f"{module}.{alias.name}"))

    def _module_file(self, node: ast.ImportFrom, importer: str) -> Path | None:
        parts = node.module.split(".") if node.module else []
        folder = self._folders.get(importer, self._folder)
        if node.level:
            for _ in range(node.level - 1):
                folder = folder.parent
            return self._find(parts, [folder]) if parts else None
        return self._find(parts, [folder, self._folder])

    def _import_relative(self, scope: Scope, node: ast.ImportFrom, alias: ast.alias, importer: str) -> None:
        """`from . import b`: a module beside the importing one, or nothing that is known."""
        folder = self._folders.get(importer, self._folder)
        for _ in range(node.level - 1):
            folder = folder.parent
        file = self._find([alias.name], [folder]) if not node.module else None
        value: Value = UNKNOWN if file is None else Deferred(lambda: self._package(file))
        scope.set(alias.asname or alias.name, value)

    def _import_all(self, scope: Scope, module: str, file: Path | None) -> None:
        if file is not None:
            package = self._package(file)
            names = package.scope.names if isinstance(package, Package) else {}
            for name, value in names.items():
                if not name.startswith("_"):
                    scope.set(name, value)
        elif load_catalogue().knows(module.partition(".")[0]):
            for name, path in load_catalogue().public_names(module).items():
                scope.set(name, External(path))
        elif module:
            self._givers.append(module)

    def unbound(self, name: str) -> External:
        """Return what a name stands for that nothing binds: Python's own, or one of unknown star imports."""
        givers = set(self._givers)
        if hasattr(builtins, name) or not givers:
            return External(f"builtins.{name}")
        return External(f"{self._givers[0]}.{name}" if len(givers) == 1 else name)

    def _deferred(self, file: Path, name: str) -> Value:
        def settle() -> Value:
            package = self._package(file)
            if not isinstance(package, Package):
                return UNKNOWN
            found = package.scope.names.get(name)
            if found is None and file.name == "__init__.py":
                inner = self._find([name], [file.parent])
                found = self._package(inner) if inner is not None else None
            return found.settle() if isinstance(found, Deferred) else found or UNKNOWN

        return Deferred(settle)

    def _find(self, parts: list[str], folders: list[Path]) -> Path | None:
        if not self._follows or parts[0] in sys.stdlib_module_names:
            return None
        for folder in dict.fromkeys(folders):
            base = folder.joinpath(*parts)
            for file in (base.with_name(f"{base.name}.py"), base / "__init__.py"):
                if file.is_file():
                    return file
        return None

    def _package(self, file: Path) -> Value:
        """Follow a module's own statements once."""
        if file not in self._packages:
            scope = Scope(names={"__name__": Known(file.stem)})
            self._packages[file] = Package(file.stem, scope)
            if (source := self._affordable(file)) is not None:
                self._folders.setdefault(source.name, file.parent)
                self._machine.follow_module(source, scope)
        return self._packages[file]

    def _affordable(self, file: Path) -> Source | None:
        if len(self._packages) > MOST_MODULES:
            return None
        try:
            if file.stat().st_size + self._characters > MOST_CHARACTERS:
                return None
            source = read_file(file)
        except (OSError, BadInput):
            return None
        self._characters += len(source.text)
        return source
