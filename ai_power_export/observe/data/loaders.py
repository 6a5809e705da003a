"""Reads the calls that bring data into a program: readers of files, and loaders of known data sets.

Of a file's name only the format is kept, of an address only a public one.
What such a call tells is taken up when the run is over; see `sources`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ai_power_export.observe.data.origins import Loaded, items_of, remember
from ai_power_export.observe.data.shape import DataShape, class_path, describe_data
from ai_power_export.observe.observation import Doing, Part
from ai_power_export.observe.reader import NOTHING, Outcome, Reading, Watchpoint
from ai_power_export.vocabulary.addresses import public_address
from ai_power_export.vocabulary.formats import format_of

NAMES_A_DATASET = frozenset({"fetch_openml", "load_dataset"})
"""Functions whose first argument names a data set of a public collection."""
TAKES_NO_FILE = frozenset({"read_sql", "read_sql_query", "read_sql_table"})
"""Functions whose first argument names no file, although it may look so."""
GIVES_ONE_ITEM = frozenset({"PIL.Image.open", "scipy.io.wavfile.read"})
"""Functions that load one item, such as a picture, at each call."""

FOLDERS_BUILDERS = ("folder", "webdataset", "generator", "pandas")
"""Ends of the names by which Hugging Face's `load_dataset` reads files of the user's."""

LONGEST_NAME = 2000
"""Characters of a file name or address; what is longer is data."""


class LoaderReader:
    """Reads calls of loaders."""

    reads_inside: frozenset[str] = frozenset()
    only_loads = True
    """Without these calls being heard the account of models is complete all the same."""

    def class_path(self, point: Watchpoint, owner: object) -> str:
        """Return nothing: loaders inside another watched call are part of it."""
        return ""

    def read(self, point: Watchpoint, values: Mapping[str, Any]) -> Reading:
        """Read which loader is called, and what its first argument says of format and origin."""
        loader = f"{point.module}.{point.method}"
        argument = point.positional(values, 0)
        if point.method in NAMES_A_DATASET:
            loaded = _by_name(loader, argument, values)
        else:
            loaded = _from_file(loader, "" if point.method in TAKES_NO_FILE else _name_in(argument))
        return Reading((Part(loader),), does=Doing.LOADS, about=lambda: loaded)

    def outcome(self, point: Watchpoint, reading: Reading, result: Any) -> Outcome:
        """Read how much was loaded, and remember it without keeping it."""
        loaded: Loaded | None = reading.about()
        if loaded is None:
            return NOTHING
        remember(result, loaded)
        if loaded.loader in GIVES_ONE_ITEM:
            return Outcome(data=DataShape(class_path(type(result)), rows=1, loaded=loaded))
        described = next(filter(None, map(describe_data, items_of(result))), None)
        described = described or DataShape(class_path(type(result)))
        return Outcome(data=replace(described, loaded=loaded))

    def progress(self, point: Watchpoint, reading: Reading) -> Outcome:
        """Say nothing of a call that has not returned: nothing is loaded yet."""
        return NOTHING


def _name_in(argument: Any) -> str:
    """Return the file name or address in an argument, of several the first; empty where there is none."""
    kind = type(argument)
    if kind in (list, tuple) and argument:
        return _name_in(argument[0])
    if kind is dict and argument:
        return _name_in(next(iter(argument.values())))
    if kind.__module__ in ("pathlib", "pathlib._local"):
        argument = str(argument)
    is_name = type(argument) is str and len(argument) <= LONGEST_NAME and "\n" not in argument
    return argument if is_name else ""


def _from_file(loader: str, name: str) -> Loaded:
    uri = public_address(name)
    return Loaded(loader, format_of((uri or name).replace("\\", "/").rpartition("/")[2]), uri)


def _by_name(loader: str, name: Any, values: Mapping[str, Any]) -> Loaded:
    """Tell what a name stands for: a public data set, a format of files, or a folder of the user's."""
    if type(name) is not str or name.endswith(FOLDERS_BUILDERS):
        return Loaded(loader)
    file_format = format_of(f"x.{name}")
    if file_format:  # `load_dataset("csv", data_files=…)`
        return replace(_from_file(loader, _name_in(values.get("data_files"))), file_format=file_format)
    # Whoever hands over a token may ask for something private, which has no public page.
    is_private = values.get("token") not in (None, False)
    is_file = name.startswith((".", "/", "~")) or bool(format_of(name)) or os.path.exists(name)  # noqa: PTH110
    return Loaded(loader, "", "", "" if is_private or is_file else name)
