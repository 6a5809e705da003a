"""Reading: from a file's bytes to a syntax tree, for scripts and notebooks alike.

Nothing is run. Notebook magics and shell lines become blank lines, so that
line numbers stay those of the file (or, in a notebook, of its joined cells).
"""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ai_power_export.errors import BadInput

LARGEST_BYTES = 20_000_000
"""Files beyond this are data with a script's name."""


@dataclass(frozen=True)
class Source:
    """One readable file."""

    path: Path
    text: str
    tree: ast.Module
    unreadable: str = ""
    """Where and why it is no Python of this interpreter; empty where it is. The tree is then empty."""

    @property
    def name(self) -> str:
        """The file's name, the only part of its path that is ever told."""
        return self.path.name


def read_file(path: Path) -> Source:
    """Read a script or notebook.

    Raises:
        BadInput: the file is missing, not readable, or holds no text.
    """
    text = _decode(_bytes_of(path), path)
    code = _notebook_code(text, path) if path.suffix == ".ipynb" else _without_magics(text)
    return _parsed(path, code)


def _bytes_of(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise BadInput("is a folder, not a file", path.name or str(path))
        if path.stat().st_size > LARGEST_BYTES:
            raise BadInput("is too large for a script", path.name)
        return path.read_bytes()
    except FileNotFoundError:
        raise BadInput("no such file", path.name) from None
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror or error}", path.name) from error


def _decode(data: bytes, path: Path) -> str:
    """Decode by BOM or coding line as Python does; Latin-1 where the bytes are no UTF-8."""
    if b"\0" in data:
        encoding = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}.get(data[:2])
        if encoding is None:
            raise BadInput("is a binary file", path.name)
        return data.decode(encoding, errors="replace")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        return data.decode("latin-1")


def _parsed(path: Path, code: str) -> Source:
    code = code.replace("\r\n", "\n").replace("\r", "\n")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a user's invalid escape is no business of ours
            return Source(path, code, ast.parse(code))
    except SyntaxError as error:
        return Source(path, code, ast.Module([], []), f"line {error.lineno or 1}: {error.msg}")
    except (ValueError, MemoryError, RecursionError) as error:
        return Source(path, code, ast.Module([], []), f"line 1: {error or type(error).__name__}")


# ---- notebooks -------------------------------------------------------------------------------

_HIDDEN_BODY = re.compile(r"get_ipython\(\)\.run_cell_magic\(")
_BODY_MAGICS = ("time", "timeit", "capture", "prun", "python", "python3", "memit", "mprun")
_CELL_MAGIC = re.compile(r"^\s*%%\s*(\w+)")
_MAGIC_CALL = re.compile(r"^(\s*)(?:[\w, ]+=\s*)?[%!]{1,2}\s*[\w./~$\"'{(-]")
_HELP = re.compile(r"^\s*\??[\w.]+\?{1,2}\s*$|^\s*\?{1,2}[\w.]+\s*$")


def _notebook_code(text: str, path: Path) -> str:
    try:
        cells = json.loads(text)
        cells = cells.get("cells") or [
            cell for sheet in cells.get("worksheets", []) for cell in sheet["cells"]
        ]
        bodies = [_cell_text(cell) for cell in cells if cell.get("cell_type") == "code"]
    except (ValueError, AttributeError, TypeError, KeyError) as error:
        raise BadInput("is no notebook", path.name) from error
    except RecursionError as error:
        raise BadInput("is nested too deeply", path.name) from error
    return "\n".join(_cell_code(body) for body in bodies)


def _cell_text(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    return "".join(source) if isinstance(source, list) else str(source)


def _cell_code(body: str) -> str:
    """Return a cell's Python; a cell that is not Python (other magics, broken) as blank lines."""
    blank = "\n" * body.count("\n")
    magic = _CELL_MAGIC.match(body)
    if magic and magic.group(1) not in _BODY_MAGICS:
        return blank
    code = _without_magics(body, force=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(code)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return blank
    return code


def _without_magics(text: str, force: bool = False) -> str:
    """Blank out magics, shell lines and help requests; unwrap bodies that exports hid in a string.

    A script keeps its text unless it has such a line: `%` also begins a
    continued expression, which only looks like a magic.
    """
    if not force and not re.search(r"^\s*[!%]|get_ipython\(\)|\?\s*$", text, re.MULTILINE):
        return text
    if not force and _parses(text) and not _HIDDEN_BODY.search(text):
        return text
    lines = text.split("\n")
    return "\n".join(_plain_line(line) for line in lines)


def _parses(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return True


def _plain_line(line: str) -> str:
    if _HIDDEN_BODY.search(line):
        return _hidden_body(line)
    if match := _CELL_MAGIC.match(line):
        return "" if match.group(1) else line
    if match := _MAGIC_CALL.match(line):
        return match.group(1) + "pass"
    return "" if _HELP.match(line) else line


def _hidden_body(line: str) -> str:
    """Turn `get_ipython().run_cell_magic('time', '', 'body')` into the body."""
    try:
        call = ast.parse(line.strip()).body[0]
        arguments = [ast.literal_eval(argument) for argument in call.value.args]  # type: ignore[attr-defined]
    except (SyntaxError, ValueError, AttributeError, IndexError):
        return line
    if len(arguments) == 3 and arguments[0] in _BODY_MAGICS:
        return _without_magics(str(arguments[2]), force=True)
    return ""
