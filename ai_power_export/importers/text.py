"""Text files of any encoding, read line by line in bounded memory."""

from __future__ import annotations

import gzip
import io
import zlib
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from ai_power_export.errors import BadInput

HEAD = 1 << 16
"""Bytes from which the tool and the encoding are told."""
LONGEST_LINE = 1 << 20
"""Characters: no tracker writes longer lines."""
GZIP = b"\x1f\x8b"
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
"""Byte order marks, with the codec that takes them off."""


class Line(NamedTuple):
    """One line of a file, without its end."""

    number: int
    """From 1."""
    text: str
    ended: bool
    """False where the file ends without a line break: it may have been cut there."""


def _nothing(done: int, size: int) -> None:
    """Hear how far reading has come, and do nothing."""


@dataclass(frozen=True)
class Text:
    """A text file, plain or compressed by gzip.

    `path` is where it lies; `heard` is told how many of how many bytes were read.
    """

    path: Path
    heard: Callable[[int, int], None] = _nothing

    @property
    def name(self) -> str:
        """The file's name without its folder, as evidence may hold it."""
        return self.path.name

    @cached_property
    def head(self) -> str:
        """The first lines.

        Raises:
            BadInput: The file is missing, empty, or no text.
        """
        content = self._first_bytes
        if not content.strip():
            raise BadInput("is empty", self.name)
        text = content.decode(self.encoding, errors="ignore")
        if "\0" in text:
            raise BadInput("is no text file", self.name)
        return text

    @cached_property
    def encoding(self) -> str:
        """The codec: by byte order mark, else UTF-16 by its zeros, UTF-8, or Windows' Latin."""
        content = self._first_bytes
        for mark, codec in MARKS:
            if content.startswith(mark):
                return codec
        if content[1::2].count(0) > len(content) / 5:
            return "utf-16-le"
        if content[::2].count(0) > len(content) / 5:
            return "utf-16-be"
        try:  # its last character may be cut
            getincrementaldecoder("utf-8")().decode(content)
        except UnicodeDecodeError:
            return "cp1252"
        return "utf-8"

    @cached_property
    def _first_bytes(self) -> bytes:
        try:
            with self.path.open("rb") as raw:
                return _unpacked(raw).read(HEAD)
        except (OSError, EOFError, zlib.error) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise BadInput(f"cannot be read: {why}", self.name) from None

    def lines(self) -> Iterator[Line]:
        """Yield the lines.

        Raises:
            BadInput: A line is too long, or the file cannot be read to its end.
        """
        number = 0
        try:
            size = self.path.stat().st_size
            with self.path.open("rb") as raw:
                unpacked = _unpacked(raw)
                text = io.TextIOWrapper(unpacked, encoding=self.encoding, errors="replace")
                while line := text.readline(LONGEST_LINE):
                    number += 1
                    if len(line) == LONGEST_LINE:
                        raise BadInput(f"line {number} is longer than {LONGEST_LINE} characters", self.name)
                    yield Line(number, line.rstrip("\n"), line.endswith("\n"))
                    if number % 1000 == 0:
                        self.heard(raw.tell(), size)
                self.heard(size, size)
        except (OSError, EOFError, zlib.error) as error:
            raise BadInput(f"cannot be read beyond line {number}: {error}", self.name) from None


def _unpacked(raw: BinaryIO) -> BinaryIO:
    packed = raw.read(len(GZIP)) == GZIP
    raw.seek(0)
    return cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if packed else raw
