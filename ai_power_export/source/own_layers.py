"""What the classes of a network compute by themselves, as far as their code shows it."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from ai_power_export.source.calls import Call
from ai_power_export.source.uses import Use
from ai_power_export.source.values import Class, Function, Instance
from ai_power_export.vocabulary.own_layers import own_layers


def computed_by(use: Use, layers: Iterable[Call]) -> list[str]:
    """Return the words of `own_layers` for each class of the program that a network consists of."""
    owners = [function.owner for call in layers for function in call.functions if function.owner is not None]
    own = list(use.model.cls.lineage()) if isinstance(use.model, Instance) else []
    return [word for cls in dict.fromkeys([*own, *owners]) for word in own_layers(*_code_of(cls))]


def _code_of(cls: Class) -> tuple[set[str], bool]:
    """Return the names in a class, those in functions that it calls by name, and whether there is an `@`."""
    names, multiplies = _read(cls.node)
    for name in set(names):
        function = cls.scope.get(name)
        if isinstance(function, Function):
            more, also = _read(function.node)
            names, multiplies = names | more, multiplies or also
    return names, multiplies


def _read(code: ast.AST) -> tuple[set[str], bool]:
    names: set[str] = set()
    multiplies = False
    for node in ast.walk(code):
        multiplies |= isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult)
        found = getattr(node, "attr", None) or getattr(node, "id", None) or getattr(node, "arg", None)
        names.update((found,) if isinstance(found, str) else ())
    return names, multiplies
