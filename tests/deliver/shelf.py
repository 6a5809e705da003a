"""A destination of somebody else, found by its entry point: a folder that tells what was brought to it.

Tests put `Shelf.answer` in place of what it does; processes that are forked have it, too.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from public_reports import public_report

from ai_power_export.cli.app import app
from ai_power_export.cli.upload import upload_command
from ai_power_export.deliver.interface import Answer, Parcel, Receipt

ENTRY_POINTS = "[ai_power_export.destinations]\nshelf = shelf:Shelf\n"


def install(folder: Path) -> Path:
    """Write what an installed package has that brings this destination; return what goes on the path."""
    metadata = folder / "shelf-1.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: shelf\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text(ENTRY_POINTS)
    return folder


class Shelf:
    """Takes reports slowly, each once, and writes down each time that one is brought."""

    at_once: ClassVar[int] = 4
    seconds: ClassVar[float] = 0.0
    """How long each report takes, half of it before it is there."""
    answer: ClassVar[Callable[[Shelf, Parcel], Answer]]

    def __init__(self, words: str, token: Callable[[], str | None]) -> None:
        self._folder = Path(words.partition(":")[2])
        self.place, self.token = words, token

    def deliver(self, parcels: Sequence[Parcel]) -> Iterator[Answer]:
        for parcel in parcels:
            yield type(self).answer(self, parcel)

    def requests(self, parcels: Sequence[Parcel]) -> Iterator[str]:
        for parcel in parcels:
            yield f"shelve {parcel.report_id}"

    def keep(self, parcel: Parcel) -> Receipt:
        self._folder.mkdir(exist_ok=True)
        log = os.open(self._folder / "log", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(log, f"{parcel.key}\n".encode())
        os.close(log)
        time.sleep(self.seconds / 2)
        path, beside = self._folder / f"{parcel.report_id}.{parcel.hash}", self._folder / f"{os.getpid()}"
        beside.write_text(parcel.to_text())
        is_new = False
        with suppress(FileExistsError):
            path.hardlink_to(beside)
            is_new = True
        beside.unlink()
        time.sleep(self.seconds / 2)
        return Receipt(is_new, f"{self.place}/{path.name}")


Shelf.answer = Shelf.keep


class Shelved:
    """What a test sees of a shelf."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.words = f"shelf:{folder}"

    @property
    def brought(self) -> Counter[str]:
        """How often each key was brought."""
        log = self.folder / "log"
        return Counter(log.read_text().split() if log.exists() else [])

    @property
    def documents(self) -> list[dict]:
        """The reports that are there."""
        return [json.loads(path.read_text()) for path in sorted(self.folder.glob("*-*"))]

    @property
    def ids(self) -> list[str]:
        return sorted(document["header"]["reportId"] for document in self.documents)


def write_reports(folder: Path, numbers: Sequence[int]) -> list[Path]:
    """Write the public reports of these numbers into a folder; return their paths."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"report_{number}.json" for number in numbers]
    for number, path in zip(numbers, paths, strict=True):
        path.write_text(json.dumps(public_report(number)))
    return paths


def upload(*places: Path, to: str, yes: bool = True, **more: bool) -> int:
    """Upload as the command does; return its exit code."""
    return upload_command([*map(str, places)], to, None, preview=False, yes=yes, **more)


def outbox(*arguments: str) -> int:
    """Run `aipower outbox`; return its exit code."""
    return app(["outbox", *arguments], standalone_mode=False) or 0
