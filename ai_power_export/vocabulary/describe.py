"""What the vocabulary alone says of an algorithm: the same words for source and observation."""

from __future__ import annotations

from ai_power_export.vocabulary.catalogue import load_catalogue
from ai_power_export.vocabulary.entries import ClassEntry, Role
from ai_power_export.vocabulary.naming import join_path, public_modules

ALGORITHM_ROLES = frozenset({Role.MODEL, Role.REDUCER, Role.TRAIN})
"""Roles whose classes are algorithms by themselves."""


def describe(class_path: str) -> dict[str, str]:
    """Return the report's fields of an algorithm, without indices, that its class path settles.

    Keys are field names of the format (`algorithmName`, `framework`, ...). A class
    that the catalogue does not know as an algorithm has only its path.
    """
    entry = load_catalogue().entry(class_path)
    if entry is None or entry.role not in ALGORITHM_ROLES:
        return {"classPath": class_path}
    return describe_entry(entry)


def describe_entry(entry: ClassEntry) -> dict[str, str]:
    """Return the report's fields of an algorithm that its catalogue entry settles."""
    fields = {
        "algorithmName": entry.algorithm_name,
        "algorithmType": entry.algorithm_type,
        "trainingType": entry.training_type,
        "framework": entry.framework,
        "classPath": entry.path,
        "algorithmUri": entry.uri,
    }
    return {name: value for name, value in fields.items() if value}


def public_path(cls_module: str, qualname: str) -> str:
    """Return the path by which a class is imported.

    The catalogue knows most; otherwise private modules are dropped:
    `sklearn.ensemble._forest` and `RandomForestClassifier` give
    `sklearn.ensemble.RandomForestClassifier`.
    """
    path = load_catalogue().canonical(f"{cls_module}.{qualname}")
    entry = load_catalogue().named(path)
    if entry is not None:
        return entry.path
    module = path.removesuffix(qualname).rstrip(".")
    return join_path([public_modules(module), qualname])
