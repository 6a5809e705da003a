"""What a parser of argparse gives: the options declared to it, to its groups and to its subcommands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ai_power_export.source.calls import Call
from ai_power_export.source.defaults import as_default
from ai_power_export.source.given import HIDDEN, Given
from ai_power_export.source.overridden import doubt
from ai_power_export.source.values import UNKNOWN, External, Items, Known, Thing, Value, choice, root

Command = tuple[str, ...]
"""A subcommand's name behind those of the subcommands that it belongs to; empty for the parser itself."""


def namespace_of(parser: Thing, calls: Sequence[Call], given: Given) -> dict[str, Value]:
    """Return the values of a parser's options: what is given, else what the source declares.

    Args:
        parser: What is asked to parse.
        calls: All calls of the program until then.
        given: The command line that is parsed.
    """
    declared = list(_declared(parser, calls))
    spaces = [
        _namespace(parser, command, [each for each in declared if command[: len(each[0])] == each[0]], given)
        for command in _commands(declared, given)
    ]
    names = dict.fromkeys(name for space in spaces for name in space)
    return {name: choice([space[name] for space in spaces if name in space]) for name in names}


# ---- what is declared ----------------------------------------------------------------------------

Declared = tuple[Command, Call]


def _declared(parser: Thing, calls: Sequence[Call]) -> Iterator[Declared]:
    """Yield what is declared to a parser, its groups, subcommands and parents, and of which command it is."""
    owners: dict[int, Command] = {id(parser.call): ()}
    yield from _of_parents(parser.call, (), calls)
    for call in calls:
        receiver = root(call.receiver) if call.receiver is not None else None
        if isinstance(receiver, Thing) and (command := owners.get(id(receiver.call))) is not None:
            yield command, call
            inside = (*command, *_words(call)[:1]) if call.method == "add_parser" else command
            owners[id(call)] = inside
            yield from _of_parents(call, inside, calls)


def _of_parents(call: Call, command: Command, calls: Sequence[Call]) -> Iterator[Declared]:
    parents = call.keywords.get("parents")
    for parent in parents.items if isinstance(parents, Items) else []:
        if isinstance(parent, Thing) and parent.call is not call:
            yield from ((command, each) for _, each in _declared(parent, calls))


def _words(call: Call) -> list[str]:
    """Return the texts of a call's arguments by position, then its `aliases`."""
    aliases = call.keywords.get("aliases")
    values = [*call.args, *(aliases.items if isinstance(aliases, Items) else [])]
    return [str(value.value) for value in values if isinstance(value, Known)]


def _commands(declared: Sequence[Declared], given: Given) -> list[Command]:
    """Return the subcommands that may be the one; the parser itself where it has none."""
    words = {
        (*command, *_words(call)[:1]): _words(call)
        for command, call in declared
        if call.method == "add_parser"
    }
    named = [
        command
        for command in words
        if all(set(given.tokens).intersection(words[command[: depth + 1]]) for depth in range(len(command)))
    ]
    deepest = _without_longer(named)
    return deepest if len(deepest) == 1 and given.known else _without_longer(list(words)) or [()]


def _without_longer(commands: Sequence[Command]) -> list[Command]:
    return [
        each
        for each in commands
        if not any(len(other) > len(each) and other[: len(each)] == each for other in commands)
    ]


# ---- what it comes to ----------------------------------------------------------------------------


def _namespace(
    parser: Thing, command: Command, declared: Sequence[Declared], given: Given
) -> dict[str, Value]:
    """Return what one command has: defaults, then what is given."""
    calls = [call for _, call in declared]
    adding = [call for call in calls if call.method == "add_argument"]
    options = [(name, call) for call in adding if (name := _destination(call))]
    found = {name: _default(call, given.known) for name, call in options}
    for call in calls:
        if call.method == "set_defaults":
            _set_defaults(found, call)
    if _may_read_a_file(parser, adding, given):
        doubt(found)
    found.update(_given(options, given))
    for path, call in declared:
        if call.method == "add_subparsers" and isinstance(named := call.keywords.get("dest"), Known):
            found[str(named.value)] = Known(command[len(path)]) if len(command) > len(path) else UNKNOWN
    return found


def _set_defaults(found: dict[str, Value], call: Call) -> None:
    if call.open:
        doubt(found)
    for name, value in call.keywords.items():
        default = as_default(value)
        found[name] = choice([found.get(name, UNKNOWN), default]) if call.maybe else default


def _destination(call: Call) -> str:
    named = call.keywords.get("dest")
    if isinstance(named, Known):
        return str(named.value)
    words = _words(call)
    long = next((word for word in words if word.startswith("--")), words[0] if words else "")
    return long.lstrip("-").replace("-", "_")


def _default(call: Call, is_known: bool) -> Value:
    """Return an option's default; that of a switch settles conditions where the command line is known."""
    action = _action(call)
    if "default" in call.keywords:
        value = as_default(_converted(call.keywords["default"], call.keywords.get("type")))
        is_switch = isinstance(value, Known) and isinstance(value.value, bool)
        return Known(value.value) if is_known and is_switch and isinstance(value, Known) else value
    if action in ("store_true", "store_false"):
        return Known(action == "store_false", default=not is_known)
    return Known(None) if is_known and _flags(call) and action in ("store", _ON_OR_OFF) else UNKNOWN


_ON_OR_OFF = "argparse.BooleanOptionalAction"


def _action(call: Call) -> str:
    """Return what an option does; empty where that is the program's own."""
    action = call.keywords.get("action", Known("store"))
    if isinstance(action, External):
        return action.path
    return str(action.value) if isinstance(action, Known) else ""


def _flags(call: Call) -> list[str]:
    """Return what an option is called by; nothing of a positional argument."""
    return [word for word in _words(call) if word.startswith("-")]


def _off(call: Call) -> list[str]:
    """Return what switches an option off that has a way for either."""
    return [
        f"--no-{flag[2:]}" for flag in _flags(call) if flag.startswith("--") and _action(call) == _ON_OR_OFF
    ]


def _may_read_a_file(parser: Thing, options: Sequence[Call], given: Given) -> bool:
    """Tell whether options may stand in a file: one behind an `@`, or as extensions of argparse read."""
    named = "fromfile_prefix_chars" in parser.call.keywords and HIDDEN in given.tokens
    by_option = any("is_config_file" in call.keywords or _action(call) in _OF_A_FILE for call in options)
    return named or by_option or "default_config_files" in parser.call.keywords


_OF_A_FILE = ("config", "jsonargparse.ActionConfigFile")


def _given(options: Sequence[tuple[str, Call]], given: Given) -> Iterator[tuple[str, Value]]:
    declared = [flag for _, call in options for flag in (*_flags(call), *_off(call))]
    for name, call in options:
        on, off = given.text(_flags(call), declared), given.text(_off(call), declared)
        if on is not None and off is not None:
            yield name, UNKNOWN
        elif on is not None or off is not None:
            yield name, Known(False) if on is None else _made_of(call, on)


def _made_of(call: Call, text: str) -> Value:
    """Return what argparse makes of an option's text."""
    action, kind = _action(call), call.keywords.get("type")
    if action in ("store_true", "store_false", _ON_OR_OFF):
        return Known(action != "store_false")
    if action != "store" or "nargs" in call.keywords or text == HIDDEN:
        return UNKNOWN
    if kind is not None and not (isinstance(kind, External) and kind.path in _PLAIN_KINDS):
        return UNKNOWN
    return _converted(Known(text), kind)


_PLAIN_KINDS = ("builtins.int", "builtins.float", "builtins.str")


def _converted(value: Value, kind: Value | None) -> Value:
    """Apply `type=float` to a text; argparse leaves a default alone that is none."""
    if isinstance(value, Known) and isinstance(value.value, str) and isinstance(kind, External):
        try:
            if kind.path == "builtins.float":
                return Known(float(value.value))
            if kind.path == "builtins.int":
                return Known(int(value.value))
        except ValueError:
            return UNKNOWN
    return value
