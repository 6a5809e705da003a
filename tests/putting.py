"""Values put into documents that tests make, at paths in words."""

from __future__ import annotations

from typing import Any

DROP = object()
"""In place of a value: what stands there is taken away."""


def put(document: Any, path: str, value: Any) -> None:
    """Put a value at a dotted path of a document; `measures.0.version` goes through a list."""
    *above, last = (int(part) if part.isdecimal() else part for part in path.split("."))
    node = document
    for part in above:
        node = node[part]
    if value is DROP:
        del node[last]
    else:
        node[last] = value
