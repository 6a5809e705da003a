"""The catalogue: which class is which algorithm, which loader gives which data.

One file a framework under `catalogue/`, read when a path of that framework is
first asked for. The layout of a file:

    framework = "scikit-learn"             names for the report
    distribution = "scikit-learn"          installed distribution
    documentation = "https://…/{path}"     public page of a class
    trains, infers                         methods that train, that answer
    reexported = "models"                  package whose classes are imported from the root
    [[group]]                              attributes shared by
    [group.names]                          path = algorithm name
    [[data]]                               attributes shared by
    [data.loaders]                         path = { what differs }
    [aliases]                              other path = canonical path
    [methods]                              path of a method = positional parameters

Paths are relative to the import root, which is the file's name. A path with
`*` stands for every class that it matches and no exact path names; an
algorithm name `*` is then made of what the star matched. `signatures/` holds,
as JSON, the positional parameters generated from the installed frameworks.

Other packages add files through the entry point group `ai_power_export.catalogue`
(a module or package name whose folder holds `<root>.toml`), users through the environment
variable `AIPOWER_CATALOGUE` (a folder of such files, which wins).
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.vocabulary.entries import ClassEntry, Framework, LoaderEntry, Role
from ai_power_export.vocabulary.naming import camel_case, public_modules

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FOLDER = Path(__file__).parent / "catalogue"
PLUGIN_GROUP = "ai_power_export.catalogue"
USER_FOLDER = "AIPOWER_CATALOGUE"


class Catalogue:
    """Everything known about frameworks, each read when it is first asked for."""

    def __init__(self, user_folder: Path | None = None) -> None:
        self._user_folder = user_folder
        self._frameworks: dict[str, _Shelf | None] = {}
        self._found: dict[str, ClassEntry | None] = {}

    def entry(self, path: str) -> ClassEntry | None:
        """Return what is known of a class or function, under whatever path it is imported."""
        if path not in self._found:
            shelf, canonical = self._shelf_of(path)
            self._found[path] = shelf.entry(canonical) if shelf else None
        return self._found[path]

    def named(self, path: str) -> ClassEntry | None:
        """Like `entry`, but only for classes that the catalogue names one by one."""
        shelf, canonical = self._shelf_of(path)
        return shelf.named(canonical) if shelf else None

    def loader(self, path: str) -> LoaderEntry | None:
        """Return what is known of a data loader."""
        shelf, canonical = self._shelf_of(path)
        return shelf.loader(canonical) if shelf else None

    def canonical(self, path: str) -> str:
        """Return the canonical spelling of a path: known prefixes replaced, known aliases followed."""
        shelf, canonical = self._shelf_of(path)
        return shelf.canonical(canonical) if shelf else canonical

    def method_parameters(self, path: str) -> tuple[str, ...]:
        """Return the positional parameters of a method, `keras.Model.fit`; empty where unknown."""
        shelf, canonical = self._shelf_of(path)
        return shelf.framework.methods.get(canonical, ()) if shelf else ()

    def knows(self, root: str) -> bool:
        """Tell whether there is anything about an import root."""
        return self._shelf_of(root)[0] is not None

    def public_names(self, module: str) -> dict[str, str]:
        """Return what a star import of a module gives, as far as known: name to path."""
        shelf, canonical = self._shelf_of(module)
        return shelf.children(canonical) if shelf else {}

    def paths(self, root: str) -> list[str]:
        """Return every class and loader that is listed one by one under an import root."""
        shelf, _ = self._shelf_of(root)
        listed = [*shelf.framework.classes, *shelf.framework.loaders] if shelf else []
        return sorted(path for path in listed if "*" not in path)

    def _shelf_of(self, path: str) -> tuple[_Shelf | None, str]:
        canonical = _replace_prefix(path)
        root = canonical.partition(".")[0]
        if root not in self._frameworks:
            file = self._file_of(root)
            self._frameworks[root] = _Shelf(_read_framework(root, file)) if file else None
        return self._frameworks[root], canonical

    def _file_of(self, root: str) -> Path | None:
        folders = [self._user_folder] if self._user_folder else []
        for folder in [*folders, FOLDER]:
            if (folder / f"{root}.toml").is_file():
                return folder / f"{root}.toml"
        return None if root in sys.stdlib_module_names else plugin_files().get(root)


class _Shelf:
    """Looks things up in one framework."""

    def __init__(self, framework: Framework) -> None:
        self.framework = framework
        self._patterns = [
            (re.compile(re.escape(path).replace(r"\*", "([^.]+)") + "$"), entry)
            for path, entry in framework.classes.items()
            if "*" in path
        ]

    def entry(self, path: str) -> ClassEntry | None:
        return self.named(path) or self._matched(self.canonical(path))

    def named(self, path: str) -> ClassEntry | None:
        return self.framework.classes.get(self.canonical(path))

    def loader(self, path: str) -> LoaderEntry | None:
        return self.framework.loaders.get(self.framework.aliases.get(path, path))

    def canonical(self, path: str) -> str:
        path = self.framework.aliases.get(path, path)
        if path in self.framework.classes or path in self.framework.loaders:
            return path
        module, _, leaf = path.rpartition(".")
        public = f"{public_modules(module)}.{leaf}"
        if public in self.framework.classes:
            return public
        same_leaf = self._by_leaf.get(leaf, [])
        if len(same_leaf) == 1 and leaf[:1].isupper():
            return same_leaf[0]
        reexported = self.framework.reexported
        return f"{self.framework.root}.{leaf}" if reexported and path.startswith(f"{reexported}.") else path

    def children(self, module: str) -> dict[str, str]:
        known = [*self.framework.classes, *self.framework.loaders, *self.framework.aliases]
        inside = [path for path in known if path.rpartition(".")[0] == module and "*" not in path]
        return {path.rpartition(".")[2]: path for path in inside}

    @cached_property
    def _by_leaf(self) -> dict[str, list[str]]:
        leaves: dict[str, list[str]] = {}
        for path in self.framework.classes:
            if "*" not in path:
                leaves.setdefault(path.rpartition(".")[2], []).append(path)
        return leaves

    def _matched(self, path: str) -> ClassEntry | None:
        module, _, leaf = path.rpartition(".")
        for spelling in dict.fromkeys((path, f"{public_modules(module)}.{leaf}")):
            for pattern, entry in self._patterns:
                if match := pattern.match(spelling):
                    return _made_of(entry, spelling, match.group(1))
        return None


def _made_of(entry: ClassEntry, path: str, star: str) -> ClassEntry:
    """Fill a pattern's entry with the class that it matched."""
    from dataclasses import replace

    name = camel_case(star.rpartition(".")[2]) if entry.algorithm_name == "*" else entry.algorithm_name
    return replace(entry, path=path, algorithm_name=name, uri=entry.uri.replace("{path}", path))


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """Return the catalogue of this process, with the user's folder if one is set."""
    folder = os.environ.get(USER_FOLDER)
    return Catalogue(Path(folder) if folder else None)


def import_root(framework: str) -> str:
    """Return the name by which a framework of the report's `framework` is imported: `torch` of `pytorch`."""
    roots: dict[str, str] = _index()["roots"]
    return roots.get(framework, framework.replace("-", "_"))


def import_roots(root: str) -> set[str]:
    """Return the other names by which the framework of a canonical root is imported."""
    return {
        prefix.partition(".")[0] for prefix, path in _prefixes().items() if path.partition(".")[0] == root
    }


@lru_cache(maxsize=1)
def _index() -> dict[str, Any]:
    return _read_toml(FOLDER / "index.toml")


def _prefixes() -> Mapping[str, str]:
    prefixes: dict[str, str] = _index()["prefixes"]
    return prefixes


def _replace_prefix(path: str) -> str:
    for prefix, canonical in _prefixes().items():
        if path == prefix or path.startswith(f"{prefix}."):
            return canonical + path[len(prefix) :]
    return path


@lru_cache(maxsize=1)
def plugin_files() -> dict[str, Path]:
    """Find the catalogue files of other packages: import root to file."""
    from importlib.metadata import entry_points
    from importlib.util import find_spec

    files: dict[str, Path] = {}
    for point in entry_points(group=PLUGIN_GROUP):
        try:
            spec = find_spec(point.module)
        except (ImportError, ValueError):
            continue  # a broken plug-in says nothing
        if spec is not None and spec.origin:
            files.update({file.stem: file for file in sorted(Path(spec.origin).parent.glob("*.toml"))})
    return files


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"not a catalogue file: {error}", str(file)) from error


def _read_framework(root: str, file: Path) -> Framework:
    data = _read_toml(file)
    signatures = _signatures(root)
    try:
        return Framework(
            root,
            {entry.path: entry for entry in _class_entries(root, data, signatures)},
            {entry.path: entry for entry in _loader_entries(root, data, signatures)},
            {f"{root}.{other}": f"{root}.{path}" for other, path in data.get("aliases", {}).items()},
            f"{root}.{data['reexported']}" if "reexported" in data else "",
            {f"{root}.{path}": tuple(names) for path, names in data.get("methods", {}).items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput(f"not a catalogue file: {error}", str(file)) from error


def _signatures(root: str) -> dict[str, list[str]]:
    file = FOLDER / "signatures" / f"{root}.json"
    if not file.is_file():
        return {}
    signatures: dict[str, list[str]] = json.loads(file.read_text(encoding="utf-8"))
    return signatures


_SHARED = ("framework", "distribution", "trains", "infers", "remote")


def _class_entries(
    root: str, data: Mapping[str, Any], signatures: Mapping[str, list[str]]
) -> Iterator[ClassEntry]:
    file_wide = {key: data[key] for key in _SHARED if key in data}
    for group in data.get("group", []):
        shared = {**file_wide, **{key: value for key, value in group.items() if key not in ("names", "role")}}
        shared = {key: tuple(value) if isinstance(value, list) else value for key, value in shared.items()}
        uri = shared.pop("documentation", data.get("documentation", ""))
        for path, name in group["names"].items():
            full = f"{root}.{path}"
            parameters = tuple(signatures.get(path, ())) or shared.get("parameters", ())
            page = uri if "*" in path else uri.replace("{path}", full)
            yield ClassEntry(
                **{**shared, "path": full, "role": Role(group["role"]), "algorithm_name": name}
                | {"uri": page, "parameters": parameters}
            )


def _loader_entries(
    root: str, data: Mapping[str, Any], signatures: Mapping[str, list[str]]
) -> Iterator[LoaderEntry]:
    for group in data.get("data", []):
        shared = {key: value for key, value in group.items() if key != "loaders"}
        for path, own in group["loaders"].items():
            known = {**shared, **own}
            parameters = tuple(signatures.get(path, ()) or known.pop("parameters", ()))
            yield LoaderEntry(**{**known, "path": f"{root}.{path}", "parameters": parameters})
