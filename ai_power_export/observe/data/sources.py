"""Says where the data that went into a model came from: file format, public source, owner.

Certain is only what the very object says that was loaded. A split or a scaled
copy shows no trace of it: where it was loaded from is not said. Its type and
file format are likely those of what was loaded before and may hold it, of
several what all of them agree in.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ai_power_export.facts import Certainty, Facts, JsonValue, Origin
from ai_power_export.observe.data.origins import Loaded
from ai_power_export.observe.data.shape import DataShape
from ai_power_export.observe.observation import Doing, Observation
from ai_power_export.vocabulary.catalogue import load_catalogue
from ai_power_export.vocabulary.datasets import data_type_of
from ai_power_export.vocabulary.entries import LoaderEntry
from ai_power_export.vocabulary.formats import TABULAR_FORMATS, TYPE_OF_FORMAT

DATASET = "task.dataset"
INPUT = "input"
OF_LIKENESS = ("dataType", "dataFormat")
"""What is said of data that are only like what was loaded."""


MOST_TAKEN_OUT = 2
"""Columns that a table may have more than its rows in a model, and still be taken for theirs."""


@dataclass(frozen=True)
class _Load:
    """Calls of one loader from one line."""

    seen: Observation
    entry: LoaderEntry

    @property
    def loaded(self) -> Loaded:
        """How the data got in, as far as it was the same in all calls."""
        known = self.seen.data.loaded if self.seen.data else None
        return known or Loaded(self.entry.path)


def say_source(data: DataShape, seen: Observation, observations: Sequence[Observation], facts: Facts) -> None:
    """Say where the data of some calls came from, if that was seen or is likely.

    Args:
        data: The data, as the calls show them.
        seen: The calls.
        observations: Everything that was observed.
        facts: Where to say it.
    """
    if data.loaded is not None:
        entry = load_catalogue().loader(data.loaded.loader)
        if entry is not None:
            _say(_fields(data.loaded, entry), seen.place, seen, facts, Certainty.CERTAIN)
        return
    before = [load for load in loads_in(observations) if load.seen.begin <= seen.end]
    elsewhere = _gone_elsewhere(seen, observations)
    loads = [load for load in before if load.loaded not in elsewhere and _may_hold(load, data)]
    loads = [load for load in loads if _holds(load, data)] or loads
    if loads:
        fields = [_fields(load.loaded, load.entry) for load in loads]
        agreed = {name: fields[0][name] for name in OF_LIKENESS if len({each[name] for each in fields}) == 1}
        _say(agreed, loads[0].seen.place, seen, facts, Certainty.LIKELY)


def _gone_elsewhere(seen: Observation, observations: Sequence[Observation]) -> set[Loaded]:
    """Return what was seen going, as it was loaded, into the training of another model."""
    trainings = [other for other in observations if other.does is Doing.TRAINS and other.parts != seen.parts]
    return {other.data.loaded for other in trainings if other.data and other.data.loaded}


def say_only_load(observations: Sequence[Observation], facts: Facts) -> None:
    """Describe what a program without a model loads, if that is one thing: the data of its computation."""
    loads = loads_in(observations)
    data = loads[0].seen.fed if len(loads) == 1 else None
    if data is None:
        return
    (load,) = loads
    fields = _fields(load.loaded, load.entry)
    said = {
        "dataUsage": INPUT,
        **fields,
        "dataType": fields["dataType"] or data.data_type,
        "dataQuantity": data.rows,
        "shape": data.shape,
        "dataSize": data.gigabytes,
    }
    _say(said, load.seen.place, load.seen, facts, Certainty.LIKELY)


def loads_in(observations: Sequence[Observation]) -> list[_Load]:
    """Return the observed calls of loaders of data that gave any."""
    # What no line of the program's led to is a library's own affair.
    loading = [seen for seen in observations if seen.does is Doing.LOADS and seen.parts and seen.place]
    gave = [seen for seen in loading if seen.failed < seen.count]
    found = [(seen, load_catalogue().loader(seen.parts[0].class_path)) for seen in gave]
    return [_Load(seen, entry) for seen, entry in found if entry is not None]


def _fields(loaded: Loaded, entry: LoaderEntry) -> dict[str, str]:
    """Return the fields of a data set that are known by how it was loaded; empty where unknown."""
    uri = loaded.uri or entry.uri
    if loaded.name and entry.uri_by:
        uri = entry.uri_by.replace("{name}", loaded.name)
    # What names public data sets reads the user's own files, too.
    source = entry.source if uri or not entry.uri_by else ""
    file_format = _format(loaded, entry)
    return {
        "dataType": entry.data_type or TYPE_OF_FORMAT.get(file_format, "") or data_type_of(loaded.name),
        "dataFormat": file_format,
        "source": "public" if loaded.uri else source,
        "sourceUri": uri,
        "owner": entry.owner,
    }


def _format(loaded: Loaded, entry: LoaderEntry) -> str:
    """Return a file's format: a reader of tables may read several, of which the name tells one.

    What `read_csv` reads is `csv` even if the file is called `.txt`.
    """
    by_name = loaded.file_format
    return by_name if by_name in TABULAR_FORMATS or not entry.format else entry.format


def _may_hold(load: _Load, data: DataShape) -> bool:
    """Tell whether some data can be a part of what was loaded, cut, scaled or encoded.

    Of a table an index and the target are often taken out; where more are missing, it may be any other table.
    """
    held = load.seen.fed
    if held is None or held.rows is None or data.rows is None:
        return True
    has_pixels = len(_sizes(data)) <= 2 or len(_sizes(held)) != 2 or _width(data) <= _width(held)
    has_columns = (
        not len(_sizes(data)) == len(_sizes(held)) == 2 or _width(data) >= _width(held) - MOST_TAKEN_OUT
    )
    return data.rows <= held.rows and has_pixels and has_columns


def _holds(load: _Load, data: DataShape) -> bool:
    """Tell whether some data have as many columns as what was loaded: they are rows of it."""
    held = load.seen.data
    return (
        held is not None and len(_sizes(held)) > 1 and len(_sizes(data)) > 1 and _width(held) == _width(data)
    )


def _width(data: DataShape) -> int:
    return math.prod(_sizes(data)[1:])


def _sizes(data: DataShape) -> list[int]:
    """Return the numbers of a shape."""
    return [int(size) for size in (data.shape or "").strip("()").split(",") if size.strip()]


def _say(
    fields: Mapping[str, JsonValue], place: str, seen: Observation, facts: Facts, certainty: Certainty
) -> None:
    for name, value in fields.items():
        facts.add(
            f"{DATASET}.{name}",
            value,
            Origin.OBSERVED,
            place,
            certainty=certainty,
            subject=INPUT,
            weight=seen.seconds,
        )
