"""Files that are whole or not there: the name of a report, and how JSON gets to disk."""

from __future__ import annotations

import json
import os
import re
import secrets
import stat
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

LONGEST_PART = 40
"""Characters of one part of a file name: a UUID (36) fits, and five parts stay
well below the 255 bytes that common file systems allow."""

_NAME_PARTS = (
    ("header", "publisher", "name"),
    ("task", "taskStage"),
    ("task", "taskFamily"),
    ("infrastructure", "infraType"),
    ("header", "reportId"),
)


def report_name(document: Mapping[str, Any]) -> str:
    """Return the name of a report's file, without suffix, as BoAmps's open data set names it.

    `report_<publisher>_<taskStage>_<taskFamily>_<infraType>_<reportId>`; parts
    that the document lacks are left out. The document need not be valid.
    """
    parts = (_safe(_text_at(document, keys)) for keys in _NAME_PARTS)
    return "_".join(["report", *filter(None, parts)])


def write_json(path: Path, data: Any, *, durable: bool = True) -> None:
    """Write JSON to a file that at any moment holds the old content or the new, never half of it.

    Missing parent folders are made. On an error (`OSError` from the disk,
    `ValueError` or `TypeError` for what JSON cannot say, such as NaN) the file
    is as it was before. A file that is not `durable` may be lost in a power cut right after: it costs
    a few milliseconds less.
    """
    write_bytes(path, json_bytes(data), durable=durable)


def json_bytes(data: Any) -> bytes:
    """Return the content of a JSON file as `write_json` writes it, wherever else it is to be written.

    Raises:
        ValueError, TypeError: What JSON cannot say.
    """
    text = json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    # A lone surrogate (from an undecodable file name) is no UTF-8; `backslashreplace` writes it as
    # the very escape that JSON has for it.
    return text.encode("utf-8", "backslashreplace")


def write_bytes(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write a file whole, as `write_json` does."""
    with whole_file(path, durable=durable) as temporary:
        _write(temporary, content, durable=durable)


def write_new(path: Path, content: bytes) -> bool:
    """Write a file whole where there is none of its name; return False, and leave all as it is, where one is.

    That holds also where somebody else writes it at the same time, on file systems that know hard links.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary_beside(path)
    try:
        _write(temporary, content, durable=True)
        try:
            os.link(temporary, path)
        except FileExistsError:
            return False
        except OSError:
            if path.exists():
                return False
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return True


@contextmanager
def whole_file(path: Path, *, durable: bool = True) -> Iterator[Path]:
    """Yield where to write a new file; when it is written, it takes the place of the path.

    After an error inside, all is as it was. A file that is replaced keeps who may read it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary_beside(path)
    try:
        yield temporary
        with suppress(OSError):
            temporary.chmod(stat.S_IMODE(path.stat().st_mode))
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if durable:
        _sync_folder(path.parent)


def _text_at(document: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    found: Any = document
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else ""


def _safe(text: str) -> str:
    """Keep ASCII letters without their accents, digits, `-`, `+` and `.`; all else becomes `-`."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return re.sub(r"[^A-Za-z0-9+.-]+", "-", bare)[:LONGEST_PART].strip("-.")


def _temporary_beside(path: Path) -> Path:
    return path.with_name(f".aipower-{secrets.token_hex(8)}.tmp")


def _write(path: Path, content: bytes, *, durable: bool) -> None:
    with path.open("xb") as file:
        file.write(content)
        if durable:
            file.flush()
            os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, on systems where a folder can be synced."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
