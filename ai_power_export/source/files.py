"""Files that a program reads: the data of a computation without a model."""

from __future__ import annotations

from collections.abc import Iterable

from ai_power_export.source.calls import Call
from ai_power_export.source.dataset import Dataset
from ai_power_export.source.loads import loader_of
from ai_power_export.source.values import Known, Thing, Value, ancestry
from ai_power_export.vocabulary.formats import TABULAR_FORMATS, TYPE_OF_FORMAT, format_of

READING_METHODS = frozenset({"open", "read_text", "read_bytes"})
"""Methods of a `pathlib.Path` that read its file."""


def only_file_read(calls: Iterable[Call]) -> Dataset | None:
    """Return the one file of a known format that the program reads; None if there is none or several."""
    read = {name: call for call in calls if _reads(call) and (name := _file_name(call))}
    if len(read) != 1:
        return None
    ((name, call),) = read.items()
    form = format_of(name)
    kind = TYPE_OF_FORMAT.get(form) or ("tabular" if form in TABULAR_FORMATS else "")
    return Dataset(call.place, data_type=kind, format=form, name=name) if kind else None


def _reads(call: Call) -> bool:
    if call.path == "builtins.open":
        return _is_reading_mode(call.keywords.get("mode") or (call.args[1] if len(call.args) > 1 else None))
    if call.method in READING_METHODS and call.receiver is not None and _is_path(call.receiver):
        mode = call.keywords.get("mode") or (call.args[0] if call.args and call.method == "open" else None)
        return _is_reading_mode(mode)
    return bool(call.path) and loader_of(Thing(call)) is not None


def _is_reading_mode(mode: Value | None) -> bool:
    return mode is None or (isinstance(mode, Known) and str(mode.value).startswith("r"))


def _is_path(value: Value) -> bool:
    return any(isinstance(part, Thing) and part.path == "pathlib.Path" for part in ancestry(value))


def _file_name(call: Call) -> str:
    """Return the last part of the file's name, the nearest text that names a file of a known format."""
    sources = [*call.args, *([call.receiver] if call.receiver is not None else [])]
    texts = (part.value for part in ancestry(*sources) if isinstance(part, Known))
    named = (text for text in texts if isinstance(text, str) and format_of(text))
    return next(named, "").replace("\\", "/").rpartition("/")[2]
