"""Python's own functions and containers, as far as values follow from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ai_power_export.source import commandline
from ai_power_export.source.binding import set_attribute
from ai_power_export.source.operations import as_table, get_attribute, iterate, merge, own_attributes
from ai_power_export.source.overridden import doubt, doubt_attributes
from ai_power_export.source.values import (
    UNKNOWN,
    Bound,
    Class,
    External,
    Function,
    Items,
    Known,
    Member,
    Mixed,
    Table,
    Thing,
    Value,
    options,
    root,
)

if TYPE_CHECKING:
    from ai_power_export.source.arguments import Arguments
    from ai_power_export.source.machine import Frame


# ---- functions -------------------------------------------------------------------------------


def call(frame: Frame, path: str, arguments: Arguments) -> Value | None:
    """Return what a call of a known function gives; None where it has to be recorded."""
    function = _FUNCTIONS.get(path)
    return function(frame, arguments) if function is not None else None


def _first(arguments: Arguments) -> Value:
    return arguments.args[0] if arguments.args else UNKNOWN


def _dict(frame: Frame, arguments: Arguments) -> Value:
    found = Table({})
    for argument in arguments.args[:1]:
        table = as_table(argument)
        if table is None and isinstance(argument, Items):
            pairs = [
                pair.items for pair in argument.items if isinstance(pair, Items) and len(pair.items) == 2
            ]
            table = Table({key.value: value for key, value in pairs if isinstance(key, Known)}, argument.open)
        merge(found, table or argument)
    if arguments.open:
        merge(found, UNKNOWN)
    found.items.update(arguments.keywords)
    return found


def _sequence(kind: str) -> Callable[[Frame, Arguments], Value]:
    def build(_: Frame, arguments: Arguments) -> Value:
        if not arguments.args:
            return Items([], kind)
        items, complete = iterate(arguments.args[0])
        known = isinstance(arguments.args[0], (Items, Table))
        return Items(items, kind, not complete) if known else Mixed((arguments.args[0],))

    return build


def _enumerate(_: Frame, arguments: Arguments) -> Value:
    items, complete = iterate(_first(arguments))
    numbered = [Items([Known(i) if complete else UNKNOWN, item], "tuple") for i, item in enumerate(items)]
    return Items(list(numbered), "list", not complete)


def _zip(_: Frame, arguments: Arguments) -> Value:
    columns = [iterate(argument) for argument in arguments.args]
    if not columns:
        return Items([])
    rows: list[Value] = [
        Items(list(row), "tuple") for row in zip(*(items for items, _ in columns), strict=False)
    ]
    return Items(rows, "list", not all(complete for _, complete in columns))


def _getattr(frame: Frame, arguments: Arguments) -> Value | None:
    if len(arguments.args) >= 2 and isinstance(arguments.args[1], Known):
        return get_attribute(frame, arguments.args[0], str(arguments.args[1].value))
    return Mixed(tuple(arguments.args))


def _setattr(frame: Frame, arguments: Arguments) -> Value | None:
    if len(arguments.args) == 3:
        owner, name, value = arguments.args
        if isinstance(name, Known):
            set_attribute(frame, owner, str(name.value), value)
        else:
            for option in options(owner):
                doubt_attributes(option)
    return Known(None)


def _length(_: Frame, arguments: Arguments) -> Value:
    value = _first(arguments)
    if isinstance(value, (Items, Table)) and not value.open:
        return Known(len(value.items))
    if isinstance(value, Known) and isinstance(value.value, (str, bytes)):
        return Known(len(value.value), value.default)
    return Mixed((value,))


def _convert(kind: Callable[..., object]) -> Callable[[Frame, Arguments], Value]:
    def build(_: Frame, arguments: Arguments) -> Value:
        value = _first(arguments)
        if isinstance(value, Known) and len(arguments.args) == 1:
            try:
                result = kind(value.value)
            except (TypeError, ValueError, OverflowError):
                return UNKNOWN
            return Known(result, value.default)  # type: ignore[arg-type]
        return Mixed((value,))

    return build


def _import(frame: Frame, arguments: Arguments) -> Value | None:
    name = _first(arguments)
    if isinstance(name, Known) and isinstance(name.value, str):
        return frame.machine.modules.module(name.value, frame.file) or External(name.value)
    return None


def _vars(_: Frame, arguments: Arguments) -> Value | None:
    return own_attributes(_first(arguments)) or Mixed(tuple(arguments.args))


def _as_dict(_: Frame, arguments: Arguments) -> Value | None:
    return as_table(_first(arguments)) or Mixed(tuple(arguments.args))


def _globals(frame: Frame, _: Arguments) -> Value | None:
    return Table(frame.scope.outermost().names, open=True)


def _execute(frame: Frame, _: Arguments) -> Value | None:
    """Code that is not read may bind any name anew."""
    doubt(frame.scope.names)
    doubt(frame.scope.outermost().names)
    return Known(None)


def _partial(frame: Frame, arguments: Arguments) -> Value | None:
    """`partial(f)(x)` is followed as `f(x)` once its own arguments are bound; only plain cases."""
    target = _first(arguments)
    if isinstance(target, Function) and not arguments.keywords and len(arguments.args) == 2:
        return Bound(target, arguments.args[1])
    return None


def _same(_: Frame, arguments: Arguments) -> Value:
    return _first(arguments)


def _joined_path(_: Frame, arguments: Arguments) -> Value:
    parts = [arg for arg in arguments.args if isinstance(arg, Known) and isinstance(arg.value, str)]
    if parts and len(parts) == len(arguments.args):
        return Known("/".join(str(part.value) for part in parts), any(part.default for part in parts))
    return Mixed(tuple(arguments.args))


def _path(_: Frame, arguments: Arguments) -> Value | None:
    value = _first(arguments)
    return value if isinstance(value, Known) and len(arguments.args) == 1 else None


_FUNCTIONS: dict[str, Callable[[Frame, Arguments], Value | None]] = {
    "builtins.dict": _dict,
    "builtins.list": _sequence("list"),
    "builtins.tuple": _sequence("tuple"),
    "builtins.set": _sequence("set"),
    "builtins.sorted": _sequence("list"),
    "builtins.reversed": _sequence("list"),
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.len": _length,
    "builtins.int": _convert(int),
    "builtins.float": _convert(float),
    "builtins.str": _convert(str),
    "builtins.bool": _convert(bool),
    "builtins.vars": _vars,
    "builtins.__import__": _import,
    "importlib.import_module": _import,
    "builtins.globals": _globals,
    "builtins.exec": _execute,
    "dataclasses.asdict": _as_dict,
    "functools.partial": _partial,
    "copy.copy": _same,
    "copy.deepcopy": _same,
    "sklearn.base.clone": _same,
    "typing.cast": lambda _, arguments: arguments.args[-1] if arguments.args else UNKNOWN,
    "os.path.join": _joined_path,
    "os.path.expanduser": _path,
    "os.path.abspath": _path,
    "os.environ.get": lambda _, __: UNKNOWN,
    "os.getenv": lambda _, __: UNKNOWN,
    "pathlib.Path": _path,
    "collections.OrderedDict": _dict,
    **commandline.FUNCTIONS,
}


def super_method(frame: Frame, owner: Value, name: str) -> Value | None:
    """Return what `super().name` is: a method of a base of the program, or of one from outside."""
    if not (isinstance(owner, Thing) and owner.path == "builtins.super") or frame.function is None:
        return None
    cls = frame.function.owner
    first = next(iter(frame.scope.names.values()), UNKNOWN)
    if cls is None:
        return Member(first, name)
    for base in cls.settled_bases():
        found = base.find(name) if isinstance(base, Class) else None
        if isinstance(found, Function):
            return Bound(found, first)
    return External("builtins.super.__init__") if name == "__init__" else Member(root(first), name)
