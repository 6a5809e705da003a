"""Names: public import paths and the format's camelCase words."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+[0-9]*")


def words(name: str) -> list[str]:
    """Split any spelling into words: `KNeighborsClassifier` into K, Neighbors, Classifier."""
    return _WORD.findall(name)


def camel_case(name: str) -> str:
    """Write a name in camelCase: `RandomForest`, `random-forest` and `random forest` as `randomForest`."""
    parts = words(name)
    if not parts:
        return ""
    head, *rest = parts
    return head.lower() + "".join(part if part.isupper() else part.capitalize() for part in rest)


def public_modules(module: str) -> str:
    """Cut a module path before its first private part: `sklearn.ensemble._forest` is `sklearn.ensemble`."""
    parts = module.split(".")
    private = next(
        (i for i, part in enumerate(parts) if part.startswith("_") and part != "__main__"), len(parts)
    )
    return ".".join(parts[:private])


def join_path(parts: Sequence[str]) -> str:
    """Join the parts of a dotted path that are not empty."""
    return ".".join(part for part in parts if part)
