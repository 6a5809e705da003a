"""The runs that a report is compared with, out of folders, tables and registries of reports."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ai_power_export.errors import AipowerError, BadInput, CheckFailed
from ai_power_export.label.groups import key_of
from ai_power_export.label.metrics import measured_of
from ai_power_export.label.subject import Subject, subject_of
from ai_power_export.report.flat.cells import Senseless
from ai_power_export.report.flat.form import Form
from ai_power_export.report.flat.tables import reports_of
from ai_power_export.report.read import read_document
from ai_power_export.report.reading.found import report_files

TABLES = tuple(f".{form.value}" for form in Form)
"""Endings of tables of reports, as `aipower table` writes them."""


@dataclass(frozen=True)
class Run:
    """What one report gives to a comparison."""

    identity: str
    sha256: str
    title: str
    key: Mapping[str, str]
    """As `groups.key_of` has it."""
    values: Mapping[str, float]
    """As `metrics.Measured` has them."""


def run_of(subject: Subject, wanted_unit: str) -> Run:
    """Return what a report gives to a comparison, counted by a functional unit (empty: by its own)."""
    measured = measured_of(subject.document, wanted_unit)
    key = key_of(subject.document, measured.unit.name)
    return Run(subject.identity, subject.sha256, subject.title, key, measured.values)


class Collection(Protocol):
    """Reports that are somewhere else, such as in a registry, and are asked for by what they say."""

    def reports(self, filters: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
        """Yield reports, each with its address before it, or what is wrong with one.

        Args:
            filters: Values by the names that `FILTERS` has.

        Raises:
            AipowerError: They are not to be had.
        """


Place = str | Collection
"""What `report_files` takes, a table by its ending, or reports somewhere else."""

FILTERS = {
    "task_family": "family",
    "stage": "stage",
    "data_type": "data_kind",
    "hardware_class": "hardware_class",
    "functional_unit": "functional_unit",
}
"""What a registry calls the names that a scheme's `group` may have."""


class NotAtHand(CheckFailed):
    """Reports to compare with are not to be had: no report is rated beside a part of them."""


def runs_of(
    places: Iterable[Place],
    wanted_unit: str,
    tell: Callable[[str], object],
    group: Mapping[str, str] | None = None,
) -> tuple[Run, ...]:
    """Return the runs in reports, folders, tables and collections, each once, in the order of identities.

    Args:
        places: Where they are.
        wanted_unit: The functional unit that a scheme asks for; empty for each report's own.
        tell: Is told, in a line each, what was left out: what is no report, or not a valid one.
        group: What collections are asked for, by names of a scheme's `group`; None for all that they have.

    Raises:
        BadInput: A place does not exist, or holds nothing.
        NotAtHand: A collection does not answer.
    """
    runs: dict[str, Run] = {}
    for where, found in _documents(places, {} if group is None else group):
        try:
            if isinstance(found, AipowerError):
                raise found
            run = run_of(subject_of(found, where), wanted_unit)
        except AipowerError as error:
            tell(f"left out: {error}")
            continue
        # Of two with one identity the choice must not hang on the order of files.
        runs[run.identity] = min(run, runs.get(run.identity, run), key=lambda each: each.sha256)
    return tuple(sorted(runs.values(), key=lambda run: run.identity))


def hash_of_runs(runs: Iterable[Run]) -> str:
    """Return the SHA-256 of which reports these are, in hexadecimal: of their sorted hashes, one a line."""
    hashes = sorted(run.sha256 for run in runs)
    return hashlib.sha256("".join(f"{each}\n" for each in hashes).encode()).hexdigest()


def _documents(
    places: Iterable[Place], group: Mapping[str, str]
) -> Iterator[tuple[str, Mapping[str, Any] | AipowerError]]:
    for place in places:
        if not isinstance(place, str):
            yield from _of_collection(place, group)
            continue
        if place.lower().endswith(TABLES):
            yield from _of_table(Path(place))
            continue
        try:
            names = sorted(report_files(place))
        except BadInput as error:
            raise BadInput(error.what, place) from None
        for name in names:
            try:
                yield name, read_document(Path(name))
            except BadInput as error:
                yield name, error


def _of_collection(
    place: Collection, group: Mapping[str, str]
) -> Iterator[tuple[str, Mapping[str, Any] | AipowerError]]:
    found = place.reports({FILTERS[name]: value for name, value in group.items()})
    try:
        yield from found
    except AipowerError as error:
        raise NotAtHand(str(error)) from None


def _of_table(table: Path) -> Iterator[tuple[str, Mapping[str, Any] | AipowerError]]:
    for place, found in reports_of(table):
        yield place, BadInput(str(found), place) if isinstance(found, Senseless) else found
