"""`aipower inspect`: what the source alone says; nothing is run."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ai_power_export.console import say
from ai_power_export.errors import BadInput
from ai_power_export.facts import Fact

if TYPE_CHECKING:
    from ai_power_export.reconcile.verdict import Verdict

SUFFIXES = (".py", ".ipynb")
SKIPPED_FOLDERS = frozenset({"node_modules", "site-packages", "__pycache__", "build", "dist"})
MOST_FILES = 1000
"""Files of a folder that are read."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("inspect", help="Say what a script or notebook trains or asks, without running it.")(_inspect)


def _inspect(
    path: Annotated[Path, typer.Argument(metavar="SCRIPT|NOTEBOOK|FOLDER", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: the task and its evidence.")] = False,
) -> int:
    return inspect_command(path, as_json)


def inspect_command(path: Path, as_json: bool) -> int:
    """Print what a file, or every file of a folder, says; return the exit code.

    As JSON a file gives `{"task": …, "evidence": …, "warnings": …}`, a folder the
    same with nothing in it and `files`, one such object a file.

    Raises:
        BadInput: the path is missing, or a file that cannot be read, or not as Python.
    """
    if path.is_dir():
        found = _folder(path)
        _print({"task": {}, "evidence": [], "files": found} if as_json else found, as_json)
        return 0
    document = _document(path)
    _print(document if as_json else [document], as_json)
    return 0


def _document(path: Path) -> dict[str, Any]:
    from ai_power_export.reconcile import reconcile
    from ai_power_export.report.privacy.facts import clean_facts
    from ai_power_export.report.privacy.filter import PrivacyFilter
    from ai_power_export.source.inspect import UNREADABLE, read_source

    facts = clean_facts(read_source(path), PrivacyFilter())
    for warning in facts.warnings:
        if warning.code == UNREADABLE:
            raise BadInput(warning.text)
    verdict = reconcile(facts)
    return {
        "file": path.name,
        "task": task_of(verdict),
        "evidence": [fact.to_json() for fact in facts.found],
        "warnings": [warning.text for warning in facts.warnings],
    }


def task_of(verdict: Verdict) -> dict[str, Any]:
    """Return the `task` object of a report, with names and values that the current format leaves out."""
    task: dict[str, Any] = {}
    for path, decision in verdict.fields.items():
        if path.startswith("task."):
            task[path.removeprefix("task.")] = decision.winner.value
    for name in ("algorithms", "dataset"):
        rows = [
            {field: decision.winner.value for field, decision in entry.fields.items()}
            for entry in verdict.entries.get(f"task.{name}", [])
        ]
        if rows:
            task[name] = rows
    return task


def _folder(folder: Path) -> list[dict[str, Any]]:
    documents = []
    for file in _files(folder):
        try:
            documents.append(_document(file))
        except BadInput as error:
            say(str(error))
            documents.append({"task": {}, "evidence": [], "warnings": [error.what]})
        documents[-1]["file"] = str(file.relative_to(folder))
    if not documents:
        raise BadInput("no Python script or notebook in it", folder.name or str(folder))
    return documents


def _files(folder: Path) -> Iterator[Path]:
    found = sorted(file for suffix in SUFFIXES for file in folder.rglob(f"*{suffix}"))
    inside = (file for file in found if file.is_file() and not _is_skipped(file.relative_to(folder)))
    for _, file in zip(range(MOST_FILES), inside, strict=False):
        yield file


def _is_skipped(file: Path) -> bool:
    return any(part in SKIPPED_FOLDERS or part.startswith(".") for part in file.parts)


def _print(found: Any, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
        return
    for document in found:
        sys.stdout.write("".join(f"{line}\n" for line in _lines(document)))


def _lines(document: dict[str, Any]) -> Iterator[str]:
    yield str(document["file"])
    facts = [Fact.from_json(fact) for fact in document["evidence"]]
    subject = ""
    for fact in facts:
        if not fact.field.startswith("task."):
            continue
        if fact.subject and fact.subject != subject:
            subject = fact.subject
            yield f"  {subject}"
        indent = "    " if fact.subject else "  "
        name = fact.field.rpartition(".")[2]
        yield f"{indent}{name}: {_shown(fact)}   [{fact.place}, {fact.certainty.value}]"
    for warning in document["warnings"]:
        yield f"  ! {warning}"


def _shown(fact: Fact) -> str:
    if isinstance(fact.value, dict):
        return ", ".join(f"{name}={value}" for name, value in fact.value.items())
    return str(fact.value)
