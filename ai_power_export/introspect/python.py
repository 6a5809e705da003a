"""The running Python, and the version of a framework from its installed metadata."""

from __future__ import annotations

import platform
from functools import cache
from typing import TYPE_CHECKING

from ai_power_export.facts import Facts, Origin

if TYPE_CHECKING:
    from importlib import metadata

OTHER_NAMES = {"sklearn": "scikit-learn", "skimage": "scikit-image", "PIL": "pillow"}
"""Modules whose distribution has another name: only a short cut, always checked."""


def python_facts() -> Facts:
    """Return the programming language and its version."""
    facts = Facts()
    facts.add("software.language", "python", Origin.MACHINE, "platform.python_version")
    facts.add("software.version", platform.python_version(), Origin.MACHINE, "platform.python_version")
    return facts


@cache
def framework_version(top_level_module: str) -> tuple[str, str] | None:
    """Return name and version of the distribution that installed a top-level module.

    None where no distribution, or more than one, says that the module is its
    own. Nothing is imported. Usually takes a millisecond; only a module under
    another name than its distribution costs a look at all that is installed.
    """
    from importlib import metadata

    for name in (OTHER_NAMES.get(top_level_module), top_level_module):
        found = _distribution(name) if name else None
        if found is not None and _claims(found, top_level_module):
            return found.metadata["Name"], found.version
    owners = {
        (found.metadata["Name"], found.version)
        for found in metadata.distributions()
        if _claims(found, top_level_module)
    }
    return owners.pop() if len(owners) == 1 else None


def _distribution(name: str) -> metadata.Distribution | None:
    from importlib import metadata

    try:
        return metadata.distribution(name)
    except (metadata.PackageNotFoundError, ValueError):
        return None


def _claims(found: metadata.Distribution, module: str) -> bool:
    """Tell whether a distribution lists the module among its files.

    A distribution of the module's name is not enough: the one called `sklearn`
    is an empty shell, and not what `import sklearn` finds.
    """
    files = found.read_text("RECORD") or found.read_text("installed-files.txt") or ""
    top_level = (found.read_text("top_level.txt") or "").split()
    return (
        module in top_level or f"\n{module}/__init__.py" in f"\n{files}" or f"\n{module}.py" in f"\n{files}"
    )
