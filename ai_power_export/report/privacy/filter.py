"""The privacy filter: takes what is nobody's business out of texts and JSON, and tells what it took."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ai_power_export.report.privacy.identity import Identity
from ai_power_export.vocabulary.addresses import addresses_in, urls_in
from ai_power_export.vocabulary.paths import owners_in, paths_in
from ai_power_export.vocabulary.private import Kind, Span, without_overlaps
from ai_power_export.vocabulary.secret_names import names_a_secret
from ai_power_export.vocabulary.secrets import FOR_EVERYBODY, secrets_in

GONE = object()
"""What is left of a value that is nothing but private."""

COORDINATES = frozenset({"latitude", "longitude"})
OF_THE_PUBLISHER = frozenset(f"header.publisher.{name}" for name in ("name", "division", "projectName"))
"""Who publishes says so in their own words: a person's name is theirs to give."""

_ALL_OR_NOTHING = re.compile(r"(?:[uU]ri|[uU]rl|classPath|reportId|[vV]ersion|shape|cloudInstance)$")
"""Fields whose value means nothing without one of its parts."""
_VERIFIES = re.compile(r"(?:^|\.)(?:publicKey|\$?hash|\$hash\.value|signature)$")
"""Fields that hold keys for everybody: they prove who wrote the report."""
_VERSION = re.compile(r"[vV]ersion$")
"""Fields whose values may look like an address of the network and are none: `10.1.0.243`."""
_MAY_NAME_THE_PUBLISHER = re.compile(r"(?:taskDescription|owner|licensing|location|[nN]ame|[uU]r[il])$")
_POSITION = re.compile(
    r"(?:\b(?:lat|latitude)\b\W{0,4}[-+]?\d{1,2}[.,]\d{2,}.{0,12}?"
    r"\b(?:lon|lng|long|longitude)\b\W{0,4}[-+]?\d{1,3}[.,]\d{2,})"
    r"|(?:[-+]?\d{1,2}\.\d{2,}\s*°?\s*[NS]\b\W{0,3}[-+]?\d{1,3}\.\d{2,}\s*°?\s*[EWO]\b)"
    r"|(?:\bgeo:[-+]?\d{1,2}\.\d+,[-+]?\d{1,3}\.\d+)",
    re.IGNORECASE,
)
_NOTHING_LEFT = re.compile(r"(?:\[[a-z -]+\]|[\W_])*")


@dataclass(frozen=True)
class Removal:
    """One thing that was taken out."""

    path: str
    """Where, dotted and with indices: `task.dataset[0].sourceUri`."""
    kind: Kind
    why: str
    before: Any
    """What was taken out: for the user's own eyes."""
    after: Any
    """What stands there now; None where the whole field went away."""

    def to_json(self) -> dict[str, Any]:
        """Return it for others: without what was taken out."""
        return {"path": self.path, "kind": self.kind.value, "why": self.why, "after": self.after}


@dataclass
class PrivacyFilter:
    """Takes out secrets, paths and identities; one filter is made for all reports of a command."""

    identity: Identity = field(default_factory=Identity.of_here)
    coordinates_decimals: int | None = None
    """Decimals that coordinates are rounded to; None: they are left out."""

    def __post_init__(self) -> None:
        # Reports of one command, and the facts of one report, say the same over and over.
        self._spans = lru_cache(maxsize=4096)(self._look)

    def text(self, text: str) -> str:
        """Return a text that may be shown to anybody."""
        return _cut(text, self._spans(text, ""))

    def json(self, value: Any, path: str = "") -> tuple[Any, list[Removal]]:
        """Return what may leave of a JSON value (`GONE` for nothing) and what was taken out of it.

        Args:
            value: Any JSON value.
            path: Its place in a report, dotted: the name of a field decides what it may hold.
        """
        removals: list[Removal] = []
        knowing = self._knowing_owners(value)
        return knowing._left_of(value, path, removals), removals

    def _knowing_owners(self, value: Any) -> PrivacyFilter:
        """Return a filter that also knows the people whose home folders are named somewhere in a value."""
        owners = {owner for text in texts_in(value) for owner in owners_in(text)}
        return self.knowing(Kind.USER, owners) if owners else self

    def knowing(self, kind: Kind, names: Iterable[str]) -> PrivacyFilter:
        """Return a filter that takes out more names of a kind."""
        return PrivacyFilter(self.identity.knowing(kind, names), self.coordinates_decimals)

    def _left_of(self, value: Any, path: str, removals: list[Removal]) -> Any:
        name = re.sub(r"\[\d+\]$", "", path).rpartition(".")[2]
        if name in COORDINATES and not isinstance(value, (Mapping, list)):
            return self._position(value, path, removals)
        if value and type(value) in (str, int, float) and names_a_secret(name):
            return _removed(value, path, Kind.SECRET, f"a value named {name}", removals)
        if isinstance(value, str):
            return self._text_at(value, path, removals)
        if isinstance(value, Mapping):
            return self._object(value, path, removals)
        if isinstance(value, list):
            left = [self._left_of(item, f"{path}[{index}]", removals) for index, item in enumerate(value)]
            return [item for item in left if item is not GONE]
        return value

    def _object(self, value: Mapping[str, Any], path: str, removals: list[Removal]) -> dict[str, Any]:
        left = {}
        for key, item in value.items():
            inner = f"{path}.{key}".lstrip(".")
            spans = self._spans(key, "")
            if spans:
                shown = f"{path}.{_cut(key, spans)}".lstrip(".")
                _removed(item, shown, spans[0].kind, f"the name of the field is {spans[0].why}", removals)
            elif (kept := self._left_of(item, inner, removals)) is not GONE:
                left[key] = kept
        return left

    def _position(self, value: Any, path: str, removals: list[Removal]) -> Any:
        if value is None:
            return value
        if self.coordinates_decimals is None or isinstance(value, (str, bool)):
            return _removed(value, path, Kind.COORDINATES, "exact places are left out", removals)
        rounded = round(value, self.coordinates_decimals)
        if rounded != value:
            why = f"rounded to {self.coordinates_decimals} decimals"
            removals.append(Removal(path, Kind.COORDINATES, why, value, rounded))
        return rounded

    def _text_at(self, text: str, path: str, removals: list[Removal]) -> Any:
        spans = self._spans(text, re.sub(r"\[\d+\]", "", path))
        if not spans:
            return text
        left = _cut(text, spans)
        if _ALL_OR_NOTHING.search(path) or _NOTHING_LEFT.fullmatch(left):
            return _removed(text, path, spans[0].kind, spans[0].why, removals)
        for span in spans:
            before, after = text[span.start : span.end], span.instead or span.kind.word
            removals.append(Removal(path, span.kind, span.why, before, after))
        return left

    def _look(self, text: str, field: str) -> list[Span]:
        """Return the pieces of a text that are private, in its order."""
        if len(text) < 3:
            return []
        return without_overlaps(_with_clean_names(self._found(text, field), self))

    def _found(self, text: str, field: str) -> Iterator[Span]:
        for secret in secrets_in(text):
            if not (secret.why in FOR_EVERYBODY and _VERIFIES.search(field)):
                yield secret
        if not (_VERSION.search(field) and re.fullmatch(r"[\d.]+", text)):
            yield from addresses_in(text)
        urls = list(urls_in(text)) if "://" in text else []
        named = [*self._named(text, field)]
        yield from named
        for start, end, private in urls:
            inside = next((each for each in named if start <= each.start < end), None)
            why = private or (inside and Span(start, end, inside.kind, inside.why))
            if why:
                yield why
        yield from (
            path for path in paths_in(text) if not any(start < path.start < end for start, end, _ in urls)
        )
        for position in _POSITION.finditer(text):
            yield Span(position.start(), position.end(), Kind.COORDINATES, "an exact place")

    def _named(self, text: str, field: str) -> Iterator[Span]:
        for span in self.identity.spans_in(text):
            is_own_word = span.kind is Kind.USER and field in OF_THE_PUBLISHER
            is_elsewhere = span.kind is Kind.PUBLISHER and not _MAY_NAME_THE_PUBLISHER.search(field)
            if not (is_own_word or is_elsewhere):
                yield span


def _with_clean_names(spans: Iterator[Span], knowing: PrivacyFilter) -> Iterator[Span]:
    """Yield spans whose replacement, the last name of a path, is itself clean."""
    for span in spans:
        clean = knowing.text(span.instead) if span.instead else ""
        yield span if clean == span.instead else Span(span.start, span.end, span.kind, span.why, clean)


def _cut(text: str, spans: list[Span]) -> str:
    parts, end = [], 0
    for span in spans:
        parts += [text[end : span.start], span.instead or span.kind.word]
        end = span.end
    return "".join([*parts, text[end:]])


def _removed(value: Any, path: str, kind: Kind, why: str, removals: list[Removal]) -> Any:
    removals.append(Removal(path, kind, why, value, None))
    return GONE


def texts_in(value: Any) -> Iterator[str]:
    """Yield the texts of a JSON value, keys among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield key
            yield from texts_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item)
