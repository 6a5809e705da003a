"""Writes `taskDescription`: one plain sentence made of the decided facts."""

from __future__ import annotations

from ai_power_export.reconcile.verdict import Entry, Verdict
from ai_power_export.vocabulary.families import NOT_MACHINE_LEARNING

VERBS = {
    "training": "Trained",
    "finetuning": "Fine-tuned",
    "inference": "Ran",
    "preprocessing": "Prepared data with",
}
"""How a sentence about the first stage of a task begins."""


def describe(verdict: Verdict) -> str | None:
    """Return the description; None where nothing is known that could be said."""
    what = _what(verdict)
    if what is None:
        return None
    sentence = " ".join(part for part in (what, _on_what(verdict)) if part)
    return " ".join([f"{sentence}.", *_remarks(verdict)])


def _what(verdict: Verdict) -> str | None:
    names = [_named(entry) for entry in verdict.entries.get("task.algorithms", []) if _named(entry)]
    stage = str(verdict.value("task.taskStage") or "")
    verb = VERBS.get(stage.partition("+")[0])
    if not names:
        family = verdict.value("task.taskFamily")
        if family == NOT_MACHINE_LEARNING:
            return "Ran a computation without a model"
        return f"Ran a task of {family}" if family else None
    return f"{verb or 'Ran'} {_listed(names)}"


def _named(entry: Entry) -> str:
    """Write an algorithm as `RandomForestClassifier (scikit-learn 1.7.0, gridSearch)`.

    A function such as `xgboost.train` is named with its module.
    """
    path = _text(entry, "classPath")
    leaf = path.rpartition(".")[2]
    name = (path if leaf.islower() else leaf) or _text(entry, "foundationModelName")
    framework = f"{_text(entry, 'framework')} {_text(entry, 'frameworkVersion')}".strip()
    remarks = ", ".join(part for part in (framework, _text(entry, "optimizer")) if part)
    return f"{name} ({remarks})" if name and remarks else name


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _on_what(verdict: Verdict) -> str:
    entries = verdict.entries.get("task.dataset", [])
    data = next((entry for entry in entries if _text(entry, "dataUsage") == "input"), None)
    if data is None or "dataType" not in data.fields:
        return ""
    shape = _text(data, "shape")
    quantity = _text(data, "dataQuantity")
    extent = f"of shape {shape}" if shape else f"of {quantity} items" if quantity else ""
    return " ".join(part for part in ("on", _text(data, "dataType"), "data", extent) if part)


def _remarks(verdict: Verdict) -> list[str]:
    said = {path: facts[0].value for path, facts in verdict.evidence.items()}
    remarks = []
    if said.get("evidence.pue") not in (None, 1.0):
        remarks.append(f"The energy includes a PUE of {said['evidence.pue']}.")
    if said.get("evidence.trackingMode") == "process":
        remarks.append("The energy is the share of the process, not of the machine.")
    return remarks


def _text(entry: Entry, name: str) -> str:
    return str(entry.fields[name].winner.value) if name in entry.fields else ""
