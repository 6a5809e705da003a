"""The answers of a project, in a file of its own: what was said once is proposed the next time.

`.aipower/answers.toml` is for people to read and to change. It holds what is the same from run to run: of the
project itself, of a machine, of a data set, of a model. Nothing in it gets into a report by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ai_power_export.errors import AipowerError, BadInput
from ai_power_export.facts import JsonValue
from ai_power_export.project import find_project
from ai_power_export.report.edit.decided import decided, decision_at
from ai_power_export.report.edit.places import info_at, value_of
from ai_power_export.report.edit.replies import answer
from ai_power_export.report.evidence import entries_of, without_indices
from ai_power_export.report.read import Saved
from ai_power_export.report.write import write_bytes
from ai_power_export.vocabulary.paths import is_personal
from ai_power_export.vocabulary.secrets import is_secret

FILE = Path(".aipower") / "answers.toml"
LARGEST = 1_000_000
"""Bytes; what is larger was not written by us."""

HEADING = """\
# What `aipower edit` was told of this project. It proposes these answers the next time and writes none
# into a report that nobody has confirmed. Change or delete what no longer holds.
"""

PROJECT, MACHINE, DATASET, MODEL = "project", "machine", "dataset", "model"

MEMORABLE: Mapping[str, str] = {
    "header.licensing": PROJECT,
    "header.publisher.name": PROJECT,
    "header.publisher.division": PROJECT,
    "header.publisher.projectName": PROJECT,
    "environment.country": MACHINE,
    "environment.location": MACHINE,
    "environment.powerSupplierType": MACHINE,
    "environment.powerSource": MACHINE,
    "infrastructure.infraType": MACHINE,
    "infrastructure.cloudProvider": MACHINE,
    "infrastructure.cloudInstance": MACHINE,
    "infrastructure.cloudService": MACHINE,
    "task.dataset.dataType": DATASET,
    "task.dataset.dataFormat": DATASET,
    "task.dataset.source": DATASET,
    "task.dataset.sourceUri": DATASET,
    "task.dataset.owner": DATASET,
    "task.algorithms.algorithmName": MODEL,
    "task.algorithms.algorithmType": MODEL,
    "task.algorithms.algorithmUri": MODEL,
    "task.algorithms.foundationModelName": MODEL,
    "task.algorithms.foundationModelUri": MODEL,
    "task.algorithms.parametersNumber": MODEL,
    "task.algorithms.layersNumber": MODEL,
}
"""What a field is a property of: that is where its answer holds again."""

OF_NAMED_MODELS = frozenset(f"task.algorithms.{name}" for name in ("parametersNumber", "layersNumber"))
"""What differs between models of one class, and is known again of a foundation model alone."""


class Memory:
    """The answers of one project."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble = ""
        """Why the file cannot be used; empty where it can."""
        self._known = self._read()

    @classmethod
    def near(cls, folder: Path) -> Memory:
        """Return the memory of the project that a folder is in, else of the folder alone.

        A project is the nearest folder with settings of ours, a repository, or such a file.
        """
        here = folder.resolve()
        settings = find_project(here)
        for place in (here, *here.parents):
            if (
                (settings and place == settings.parent)
                or _is_there(place / ".git")
                or _is_there(place / FILE)
            ):
                return cls(place / FILE)
        return cls(here / FILE)

    def proposal(self, saved: Saved, place: str) -> JsonValue:
        """Return what was answered last time for a place in a report; None where nothing fits."""
        key = _key(saved, place)
        told = _at(self._known, *key) if key else None
        if isinstance(told, bool) or not isinstance(told, (str, int, float)):
            return None
        with suppress(BadInput):
            return answer(info_at(place), str(told), {})
        return None

    def remember(self, saved: Saved, place: str, value: JsonValue) -> None:
        """Keep an answer, if it is one that can hold again and no secret.

        Args:
            saved: The report before it was answered.
            place: The place in the report.
            value: The answer.

        Raises:
            AipowerError: The file cannot be used or written.
        """
        key = _key(saved, place)
        if key is None or value is None or self.proposal(saved, place) == value:
            return
        if any(map(_is_private, (*key, value))):
            return
        if self.trouble:
            raise AipowerError(f"{self.path}: {self.trouble}: answers are not kept")
        try:
            self._write(key, value)
        except (OSError, ValueError, TypeError) as error:
            raise AipowerError(f"{self.path}: answers are not kept: {error}") from None

    def text(self) -> str:
        """Return the file as it is; empty where there is none or it cannot be read."""
        try:
            return self.path.read_text(encoding="utf-8", errors="backslashreplace")
        except OSError:
            return ""

    def _read(self) -> Mapping[str, Any]:
        from tomlkit import parse
        from tomlkit.exceptions import TOMLKitError

        try:
            if self.path.stat().st_size > LARGEST:
                self.trouble = "is too large to be a file of answers"
                return {}
            return parse(self.path.read_text(encoding="utf-8-sig")).unwrap()
        except FileNotFoundError:
            return {}
        except OSError as error:
            self.trouble = f"cannot be read: {error.strerror or error}"
        except (TOMLKitError, ValueError, RecursionError) as error:
            self.trouble = f"is not readable as TOML: {str(error).splitlines()[0]}"
        return {}

    def _write(self, key: tuple[str, ...], value: JsonValue) -> None:
        """Add one answer to the file as it is now: somebody may have changed it meanwhile."""
        from tomlkit import parse, table

        document = parse(self.text() or HEADING)
        node: Any = document
        *tables, last = key
        for depth, name in enumerate(tables):
            if name not in node:
                node[name] = table(is_super_table=depth + 1 < len(tables))
            node = node[name]
        node[last] = value
        write_bytes(self.path, document.as_string().encode())
        self._known = document.unwrap()


def _key(saved: Saved, place: str) -> tuple[str, ...] | None:
    """Return where the file has the answer for a place; None for what is not kept."""
    path = without_indices(place)
    about = MEMORABLE.get(path)
    if about is None:
        return None
    if about == PROJECT:
        return (PROJECT, path)
    subject = _SUBJECTS[about](saved, place)
    return (about, subject, path.rpartition(".")[2]) if subject else None


def _machine(saved: Saved, _: str) -> str:
    """Return the processors of a machine, as the report names them."""
    entries = entries_of(saved.document, "infrastructure.components")
    named = (entry.get("componentName") for entry in entries if entry.get("componentType") in ("cpu", "gpu"))
    return " + ".join(sorted(name for name in named if isinstance(name, str)))


def _dataset(saved: Saved, place: str) -> str:
    """Return the name of a data set, else its address, else which data of which script it is."""
    known = decided(saved.document, saved.evidence)
    entry = place.rpartition(".")[0]
    name = decision_at(known, f"{entry}.name")
    if name is not None:
        return str(name.winner.value)
    address = value_of(saved.document, f"{entry}.sourceUri")
    usage = decision_at(known, f"{entry}.dataUsage")
    script = re.fullmatch(r"(.+\.(?:py|ipynb)):\d+", usage.winner.place) if usage else None
    return str(address or (f"{usage.winner.value} of {script[1]}" if usage and script else ""))


def _model(saved: Saved, place: str) -> str:
    """Return the name of a foundation model, else the class of a model."""
    entry, _, name = place.rpartition(".")
    foundation = value_of(saved.document, f"{entry}.foundationModelName")
    if foundation is None and f"task.algorithms.{name}" not in OF_NAMED_MODELS:
        foundation = value_of(saved.document, f"{entry}.classPath")
    return foundation if isinstance(foundation, str) else ""


_SUBJECTS = {MACHINE: _machine, DATASET: _dataset, MODEL: _model}
"""How to know again what an answer was about."""


def _at(node: Any, *keys: str) -> Any:
    for key in keys:
        node = node.get(key) if isinstance(node, Mapping) else None
    return node


def _is_private(value: JsonValue) -> bool:
    return is_secret("", value) or is_personal(value)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False
