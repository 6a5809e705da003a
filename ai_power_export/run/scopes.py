"""Which source ran between two moments, by where the program stood at each.

What stands elsewhere in a file may never have run, or not while it was measured: where it cannot be told
what ran, less is named rather than more.
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from types import CodeType, FrameType
from typing import NamedTuple, TypeAlias

from ai_power_export.observe.places import is_users
from ai_power_export.run.blocks import block_at, last_line, loop_around, statement_at
from ai_power_export.run.caller import main_script, user_line
from ai_power_export.run.record import Scope

NO_LINES = (0, 0)
"""Of a scope of which it is not known what ran."""


class Step(NamedTuple):
    """A call that is open. Holds no frame: that would keep the user's variables."""

    code: CodeType
    line: int
    """Where it stands."""
    is_users: bool
    """Whether it is the user's own code: what calls the tracker is, even if it is installed."""

    @property
    def place(self) -> tuple[str, int]:
        """Return file and line."""
        return str(Path(self.code.co_filename).resolve()), self.line


Trail: TypeAlias = tuple[Step, ...]
"""The calls that were open at a moment, the outermost first."""


def trail() -> Trail:
    """Return where the program stands now."""
    caller = user_line()[0]
    found: list[Step] = []
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        found.append(Step(frame.f_code, frame.f_lineno, file == caller or is_users(file)))
        frame = frame.f_back
    return tuple(reversed(found))


def scope_between(first: Trail, last: Trail) -> Scope:
    """Return the source that ran between two moments.

    Lines of the innermost function that was running at both: those between its two lines; the body of
    a `with` that was entered and left, of a loop that came round, or else the one statement within which
    all happened. The whole script where no line of the user's is behind the beginning; from there to the
    end of the file where no line of the user's ended it.
    """
    users = [each for each in first if _is_readable(each)]
    if not users:
        return Scope(main_script())
    if not any(each.is_users for each in last):
        path, line = users[0].place
        return Scope(path, lines=(line, last_line(path)), open_end=True)
    return _within(first, last) or Scope(users[-1].place[0], lines=NO_LINES)


def _within(first: Trail, last: Trail) -> Scope | None:
    shared = first[: sum(1 for _ in takewhile(_is_same, zip(first, last, strict=False)))]
    depth = len(shared)
    if depth == len(first) == len(last):
        return _again(_of_user(shared))
    if depth == min(len(first), len(last)) or first[depth].code is not last[depth].code:
        return _inside(shared)
    if not _is_readable(first[depth]):
        return _inside(shared)
    return _onwards(first[depth].place, last[depth].line) or _again(shared)


def _is_same(pair: tuple[Step, Step]) -> bool:
    return pair[0].code is pair[1].code and pair[0].line == pair[1].line


def _is_readable(step: Step) -> bool:
    return step.is_users and _is_file(step.code.co_filename)


@lru_cache(maxsize=256)
def _is_file(path: str) -> bool:
    return Path(path).is_file()


def _onwards(begin: tuple[str, int], line: int) -> Scope | None:
    """Return what ran from one line of a function to another one, if it need not have been called again."""
    path, first = begin
    block = block_at(path, line)
    last = block[1] if block else line
    if first <= last:
        return Scope(path, lines=(first, last), open_end=block is not None)
    loop = loop_around(path, last, first)
    return Scope(path, lines=loop) if loop else None


def _again(trail: Trail) -> Scope | None:
    """Return what ran until the innermost of these calls was made a second time."""
    if not trail or not _is_readable(trail[-1]):
        return _inside(trail)
    path, line = trail[-1].place
    loop = loop_around(path, line, line)
    return Scope(path, lines=loop) if loop else _again(trail[:-1])


def _inside(trail: Trail) -> Scope | None:
    """Return what ran within the innermost of these calls."""
    calls = _of_user(trail)
    if not calls:
        return None
    path, line = calls[-1].place
    block = block_at(path, line)
    return Scope(path, lines=block or statement_at(path, line), open_end=block is not None)


def _of_user(trail: Trail) -> Trail:
    """Return a trail up to the innermost call that stands in the user's code."""
    depth = next((index for index in range(len(trail), 0, -1) if _is_readable(trail[index - 1])), 0)
    return trail[:depth]


# ---- stages ------------------------------------------------------------------------------------


def scope_of_block(calls: Collection[tuple[tuple[str, int], tuple[str, int]]]) -> Scope:
    """Return the source of a stage that was always begun and ended by the same two calls.

    Those of a `with` block have one line, that of the `with`; its body is what ran. Where that
    cannot be told, no line is named: the whole file holds the code of the other stages too.
    """
    if len(calls) != 1:
        return Scope(main_script(), lines=NO_LINES)
    ((first, last),) = calls
    if not Path(first[0]).is_file() or first[0] != last[0]:
        return Scope(main_script(), lines=NO_LINES)
    path = str(Path(first[0]).resolve())
    if 0 < first[1] < last[1]:
        return Scope(path, lines=(first[1], last[1]))
    block = block_at(path, first[1]) if first[1] == last[1] else None
    return Scope(path, lines=block or NO_LINES)
