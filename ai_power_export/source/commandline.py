"""Command lines: the options that a program declares, with what it was started with, or else their defaults.

Read are argparse, absl flags, tyro, click, typer and the dataclass parsers of
transformers and TRL. A default is marked as one: whoever starts the program may
say otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ai_power_export.source.argparse_options import namespace_of
from ai_power_export.source.calls import Call
from ai_power_export.source.defaults import as_default, set_fields
from ai_power_export.source.given import Given
from ai_power_export.source.values import (
    UNKNOWN,
    Class,
    External,
    Function,
    Instance,
    Items,
    Known,
    Thing,
    Value,
    root,
)
from ai_power_export.vocabulary.catalogue import load_catalogue

if TYPE_CHECKING:
    from ai_power_export.source.arguments import Arguments
    from ai_power_export.source.machine import Frame

_PARSERS = frozenset(
    {
        "argparse.ArgumentParser",
        "configargparse.ArgumentParser",
        "jsonargparse.ArgumentParser",
        "transformers.HfArgumentParser",
        "trl.TrlParser",
    }
)


def parsed(frame: Frame, receiver: Value | None, method: str, arguments: Arguments) -> Value | None:
    """Return what a parser's method gives: a namespace of defaults, or dataclass instances."""
    owner = root(receiver) if receiver is not None else None
    if not isinstance(owner, Thing) or owner.path not in _PARSERS:
        return None
    if method in ("parse_args_into_dataclasses", "parse_args_and_config"):
        return Items(_dataclasses(frame, owner, arguments), "tuple")
    if method not in ("parse_args", "parse_known_args", "parse_intermixed_args"):
        return None
    call = Call("argparse.Namespace", "", None, [], {}, False, arguments.place)
    namespace = Thing(call, namespace_of(owner, frame.machine.calls, _given(frame, arguments)))
    return Items([namespace, UNKNOWN], "tuple") if method == "parse_known_args" else namespace


def _given(frame: Frame, arguments: Arguments) -> Given:
    """Return the command line that is parsed: a list that the program gives, or that of its start."""
    given = arguments.args[0] if arguments.args else arguments.keywords.get("args", Known(None))
    if isinstance(given, Items) and all(isinstance(each, Known) for each in given.items) and not given.open:
        return Given(tuple(str(each.value) for each in given.items if isinstance(each, Known)), known=True)
    return frame.machine.given


def _dataclasses(frame: Frame, parser: Thing, arguments: Arguments) -> list[Value]:
    """Make one instance of each dataclass that the parser was given."""
    given = parser.call.args[0] if parser.call.args else parser.call.keywords.get("dataclass_types", UNKNOWN)
    classes = given.items if isinstance(given, Items) else [given]
    line = _given(frame, arguments)
    return [_instance(frame, cls, arguments, line) for cls in classes]


def _instance(frame: Frame, cls: Value, arguments: Arguments, given: Given) -> Value:
    if isinstance(cls, Class):
        instance = Instance(cls, call=Call("", "", None, [], {}, True, arguments.place))
        fields = [name for each in cls.lineage() for name in each.fields]
        set_fields(instance, [], given.all_of(fields))
        return instance
    if isinstance(cls, External):
        entry = load_catalogue().entry(cls.path)
        said = given.all_of(entry.parameters if entry else ())
        return frame.machine.record(Call(cls.path, "", None, [], said, True, arguments.place))
    return UNKNOWN


def _tyro(frame: Frame, arguments: Arguments) -> Value | None:
    target = arguments.args[0] if arguments.args else UNKNOWN
    if isinstance(target, Function):
        said = frame.machine.given.all_of(target.parameters)
        return frame.machine.call_function(frame, target, [], said)
    return _instance(frame, target, arguments, frame.machine.given)


def _absl(frame: Frame, arguments: Arguments) -> Value | None:
    """`DEFINE_float(name, default, help)`: readable as `FLAGS.name` and as `holder.value`."""
    name = arguments.args[0] if arguments.args else arguments.keywords.get("name", UNKNOWN)
    default = arguments.args[1] if len(arguments.args) > 1 else arguments.keywords.get("default")
    holder = Thing(Call("absl.flags.FlagHolder", "", None, [], {}, False, arguments.place))
    said = frame.machine.given.named(str(name.value)) if isinstance(name, Known) else None
    holder.attributes["value"] = said or as_default(default)
    if isinstance(name, Known):
        frame.machine.settings[f"absl.flags.FLAGS.{name.value!s}"] = said or as_default(default)
    return holder


_ABSL_KINDS = (
    "float",
    "integer",
    "string",
    "bool",
    "boolean",
    "enum",
    "list",
    "multi_integer",
    "multi_string",
)

FUNCTIONS: dict[str, Callable[[Frame, Arguments], Value | None]] = {
    "tyro.cli": _tyro,
    **{f"absl.flags.DEFINE_{kind}": _absl for kind in _ABSL_KINDS},
}
