"""Schemes as files: those that ship with the package, by name, and the user's own, by path."""

from __future__ import annotations

import difflib
import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ai_power_export.errors import BadInput
from ai_power_export.label.scheme import PARTS, Scheme, content_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

FOLDER = Path(__file__).parent
LARGEST = 4 << 20
"""Bytes of a scheme; one with thousands of frozen groups is smaller."""


@functools.cache
def names() -> tuple[str, ...]:
    """Return the names of the schemes that ship with the package, in order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def load(name: str) -> Scheme:
    """Return the scheme of a name, or that in a file: what ends in `.toml` or holds a separator is a path.

    Raises:
        BadInput: There is no such scheme or file, or it is wrong; one line.
    """
    if name.endswith(".toml") or "/" in name or "\\" in name:
        return read(Path(name))
    if name not in names():
        near = difflib.get_close_matches(name, names(), 1)
        mend = f"did you mean {near[0]}?" if near else f"there are {', '.join(names())}, or a file .toml"
        raise BadInput(f"there is no scheme {name!r}", mend=mend)
    return read(FOLDER / f"{name}.toml")


def read(path: Path) -> Scheme:
    """Return the scheme in a file; errors as in `load`."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise BadInput(f"the scheme cannot be read: {error.strerror or error}", str(path)) from None
    if len(raw) > LARGEST:
        raise BadInput(f"is larger than a scheme can be ({LARGEST >> 20} MiB)", path.name)
    try:
        return parse(raw.decode("utf-8-sig"), path.name)
    except UnicodeDecodeError:
        raise BadInput("is not UTF-8", path.name) from None


def parse(text: str, where: str) -> Scheme:
    """Return the scheme that a TOML text holds.

    Raises:
        BadInput: It is no TOML, or no scheme; one line with the key that is wrong first.
    """
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadInput(f"is no TOML: {error}", where) from None
    return made(content, where)


def made(content: dict[str, Any], where: str) -> Scheme:
    """Return the scheme of a content as in a file; errors as in `parse`."""
    try:
        return Scheme.model_validate(content)
    except ValidationError as error:
        first, *others = error.errors(include_url=False)
        more = f"; {len(others)} more" if others else ""
        raise BadInput(_line(first) + more, where) from None


def text_of(scheme: Scheme) -> str:
    """Return a scheme as TOML that reads back equal."""
    import tomlkit

    document = tomlkit.document()
    document.update(content_of(scheme) | {"date": scheme.date})
    return tomlkit.dumps(document)


def _near(key: str) -> str:
    fields = sorted({name for part in PARTS for name in part.model_fields})
    near = difflib.get_close_matches(key, fields, 1)
    return f": did you mean {near[0]!r}?" if near else ""


def _line(error: ErrorDetails) -> str:
    """Say one error of pydantic's in one line: where and what."""
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error["loc"]).lstrip(".")
    if error["type"] == "extra_forbidden":
        return f"unknown key {path!r}" + _near(str(error["loc"][-1]))
    if error["type"] == "missing":
        return f"{path!r} is missing"
    said = error["msg"].removeprefix("Value error, ")
    return f"{path}: {said[0].lower()}{said[1:]}" if path else said
