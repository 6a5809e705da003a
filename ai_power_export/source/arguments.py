"""The arguments of a call, evaluated."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ai_power_export.source.calls import Place
from ai_power_export.source.operations import as_table, merge
from ai_power_export.source.values import (
    Choice,
    Items,
    Table,
    Value,
)

if TYPE_CHECKING:
    from ai_power_export.source.machine import Frame

MOST_ARGUMENTS = 100


class Arguments:
    """The evaluated arguments of one call."""

    def __init__(self, frame: Frame, node: ast.Call) -> None:
        self.node = node
        self.place = frame.place(node)
        self.args: list[Value] = []
        self.keywords: dict[str, Value] = {}
        self.places: dict[str, Place] = {}
        self.open = False
        for argument in node.args[:MOST_ARGUMENTS]:
            self._positional(frame, argument)
        for keyword in node.keywords[:MOST_ARGUMENTS]:
            self._keyword(frame, keyword)

    def _positional(self, frame: Frame, argument: ast.expr) -> None:
        value = frame.evaluate(argument)
        if isinstance(argument, ast.Starred):
            inner = value.items if isinstance(value, Items) else [value]
            self.open |= not isinstance(value, Items) or value.open
            self.args.extend(inner)
        else:
            self.args.append(value)

    def _keyword(self, frame: Frame, keyword: ast.keyword) -> None:
        value = frame.evaluate(keyword.value)
        if keyword.arg is not None:
            self.keywords[keyword.arg] = value
            self.places[keyword.arg] = frame.place(keyword.value)
        else:
            spread = Table({})
            for option in value.options if isinstance(value, Choice) else (value,):
                merge(spread, as_table(option) or option)
            self.open |= spread.open
            self.keywords.update(
                {str(key): item for key, item in spread.items.items() if isinstance(key, str)}
            )
