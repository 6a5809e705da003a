"""Regenerate what the catalogue takes from installed frameworks: the order of positional parameters.

    python -m ai_power_export.vocabulary.generate [ROOT ...]

For each catalogue file (or only for the import roots named), every class and
loader listed by hand is imported and the names of its positional parameters
are written to `catalogue/signatures/<root>.json`. What is not installed, or
has no readable signature, keeps what is there. To add a framework: write
`catalogue/<root>.toml`, install the framework, run this. It is the one part
of this package that imports frameworks, and nothing else calls it.
"""

from __future__ import annotations

import importlib
import inspect
import json
import sys
from pathlib import Path
from typing import Any

from ai_power_export.vocabulary.catalogue import FOLDER, Catalogue

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def positional_parameters(path: str) -> list[str] | None:
    """Import a class or function and return its positional parameters; None where that fails."""
    try:
        target = _imported(path)
        names = [p.name for p in inspect.signature(target).parameters.values() if p.kind in _POSITIONAL]
    except Exception:  # noqa: BLE001 - whatever an import or a lazy module raises, the entry is left as it is
        return None
    return [name for name in names if name not in ("self", "cls")]


def _imported(path: str) -> Any:
    """Import `a.b.C`, as deep as there are modules."""
    parts = path.split(".")
    for depth in range(len(parts) - 1, 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:depth]))
        except ImportError:
            continue
        for part in parts[depth:]:
            found = getattr(found, part)
        return found
    raise ImportError(path)


def regenerate(root: str, folder: Path = FOLDER) -> int:
    """Write the signatures of one framework and return how many are known."""
    file = folder / "signatures" / f"{root}.json"
    known = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    for path in Catalogue().paths(root):
        parameters = positional_parameters(path)
        if parameters:
            known[path.removeprefix(f"{root}.")] = parameters
    if known:
        file.parent.mkdir(exist_ok=True)
        rows = ",\n".join(f"{json.dumps(path)}: {json.dumps(known[path])}" for path in sorted(known))
        file.write_text(f"{{\n{rows}\n}}\n", encoding="utf-8")
    return len(known)


def main() -> None:
    """Regenerate the frameworks named on the command line, or all."""
    for root in sys.argv[1:] or sorted(file.stem for file in FOLDER.glob("*.toml") if file.stem != "index"):
        sys.stdout.write(f"{root}: {regenerate(root)} signatures\n")


if __name__ == "__main__":
    main()
