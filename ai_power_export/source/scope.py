"""Names and what they stand for, function by function."""

from __future__ import annotations

from dataclasses import dataclass, field

from ai_power_export.source.values import Value


@dataclass
class Scope:
    """The names of one function, class body or module."""

    parent: Scope | None = None
    names: dict[str, Value] = field(default_factory=dict)
    is_class: bool = False
    outer: set[str] = field(default_factory=set)
    """Names declared `global` or `nonlocal` here."""

    def get(self, name: str) -> Value | None:
        """Return what a name stands for, here or further out."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names and not (scope.is_class and scope is not self):
                return scope.names[name]
            scope = scope.parent
        return None

    def set(self, name: str, value: Value) -> None:
        """Bind a name where Python would."""
        scope: Scope = self
        if name in self.outer:
            scope = self._holder(name)
        scope.names[name] = value

    def outermost(self) -> Scope:
        """Return the scope of the module."""
        return self if self.parent is None else self.parent.outermost()

    def _holder(self, name: str) -> Scope:
        scope = self.parent
        while scope is not None and scope.parent is not None:
            if name in scope.names:
                return scope
            scope = scope.parent
        return scope or self
