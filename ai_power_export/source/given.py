"""The command line that a program was started with: what it says in place of declared defaults."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ai_power_export.source.values import UNKNOWN, Known, Value

HIDDEN = ""
"""Stands for an argument that is not told, as it may be a secret or somebody's words."""

SHORTEST_ABBREVIATION = 3
"""Letters of `--lea`, which argparse may take for `--learning-rate`."""


@dataclass(frozen=True)
class Given:
    """The arguments of a program; none where it was not started, or nobody knows how."""

    tokens: tuple[str, ...] = ()
    known: bool = False
    """Whether these are all that there are."""

    def text(self, flags: Sequence[str], declared: Sequence[str]) -> str | None:
        """Return an option's last value; `HIDDEN` where there is none or it is not told, None if not given.

        Args:
            flags: What the option is called by: `-e`, `--epochs`.
            declared: The same of all options of the program: a unique beginning of one stands for it.
        """
        found: str | None = None
        for index, token in enumerate(self.tokens):
            name, equals, value = token.partition("=")
            if _full_name(name, declared) in flags:
                after = self.tokens[index + 1] if index + 1 < len(self.tokens) else HIDDEN
                found = value if equals else HIDDEN if after.startswith("--") else after
            elif any(_is_among(token, flag) for flag in flags):
                found = _attached(token, flags)
        return found

    def all_of(self, names: Iterable[str]) -> dict[str, Value]:
        """Return the values of those fields or parameters that options set."""
        flags = {name: _long(name) for name in names}
        declared = [flag for both in flags.values() for flag in both]
        texts = {name: self.text(flags[name], declared) for name in flags}
        return {name: self._value(text, flags[name]) for name, text in texts.items() if text is not None}

    def named(self, name: str) -> Value | None:
        """Return the value of the option, not abbreviated, that sets a parameter; None if not given."""
        text = self.text(_long(name), ())
        return None if text is None else self._value(text, _long(name))

    def _value(self, text: str, flags: Sequence[str]) -> Value:
        return Known(True) if text == HIDDEN and self._is_switch(flags) else read(text)

    def _is_switch(self, flags: Sequence[str]) -> bool:
        """Tell whether an option stands there alone, without a value."""
        after = (*self.tokens[1:], "--")
        return any(
            token in flags and following.startswith("--")
            for token, following in zip(self.tokens, after, strict=False)
        )


NOTHING_GIVEN = Given()


def _long(name: str) -> tuple[str, str]:
    """Return the two ways to write the option of a field or a parameter."""
    return f"--{name}", f"--{name.replace('_', '-')}"


def _full_name(token: str, declared: Sequence[str]) -> str:
    """Return the option that a token stands for, as argparse lets it be abbreviated."""
    if token in declared or not token.startswith("--") or len(token) < len("--") + SHORTEST_ABBREVIATION:
        return token
    begun = {flag.replace("_", "-") for flag in declared if flag.startswith(token)}
    return next(flag for flag in declared if flag.startswith(token)) if len(begun) == 1 else token


def _is_among(token: str, flag: str) -> bool:
    """Tell whether an option of one letter stands in a token of several, as in `-e3` and `-ve`."""
    return (
        flag.startswith("-")
        and len(flag) == 2
        and token.startswith("-")
        and not token.startswith("--")
        and flag[1] in token[1:]
        and _number(token) is None
    )


def _attached(token: str, flags: Sequence[str]) -> str:
    """Return the number right behind an option of one letter; letters there may be options themselves."""
    value = token[2:] if token[:2] in flags else HIDDEN
    return HIDDEN if _number(value) is None else value


def read(text: str) -> Value:
    """Read an argument as a number where it is one."""
    if text == HIDDEN:
        return UNKNOWN
    number = _number(text)
    return number or Known({"true": True, "false": False}.get(text.lower(), text))


def _number(text: str) -> Known | None:
    for kind in (int, float):
        try:
            return Known(kind(text))
        except ValueError:
            continue
    return None
