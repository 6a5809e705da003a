"""Documents made from a JSON Schema, thousands in a few seconds: valid ones, and mutants of them.

hypothesis-jsonschema generates two or three whole reports a second, since it
builds the strategy of each part anew for each of them. So it generates the
values of the leaves here, a hundred for each kind of leaf, and a seeded random
puts documents together out of those.
"""

import copy
import functools
import json
import random
import string
from collections.abc import Callable, Iterable, Iterator

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis_jsonschema import from_schema

VALUES = 100
"""Values of each kind of leaf."""
NESTED_REPORTS = 1
"""How deep reports lie in reports, where a schema allows that."""


def inlined(schema, resolve: Callable[[str], dict], reports: int = NESTED_REPORTS):
    """The schema with what it refers to in the place of each reference, reports in reports up to a depth.

    `resolve` gives the schema that a reference names, which is a report's if it holds `task`.
    What a schema says beside a reference has no say in draft-04, and says nothing else in ours.
    """
    if isinstance(schema, list):
        return [inlined(part, resolve, reports) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if isinstance(schema.get("$ref"), str):
        target = resolve(schema["$ref"])
        reports -= "task" in target["properties"]
        return inlined(target, resolve, reports) if reports >= 0 else False
    # hypothesis-jsonschema knows the keyword by its name up to draft-07.
    return {
        key.replace("prefixItems", "items"): inlined(part, resolve, reports) for key, part in schema.items()
    }


class Documents:
    """Documents of one schema without references."""

    def __init__(self, schema: dict, number: int) -> None:
        self._schema = schema
        self._random = random.Random(number)

    def full(self) -> dict:
        """A document with all fields and one entry in each list, which the schema accepts."""
        return self._object(self._schema, fullness=1)

    def valid(self, count: int) -> Iterator[dict]:
        """Documents that the schema accepts, from bare ones to those with most fields."""
        for _ in range(count):
            yield self._object(self._schema, fullness=self._random.choice([0, 0.1, 0.3, 0.8]))

    def mutants(self, documents: Iterable[dict]) -> Iterator[dict]:
        """Each document with one or two changes, which leave some of them valid."""
        for document in documents:
            mutant = copy.deepcopy(document)
            for _ in range(self._random.randint(1, 2)):
                self._mutate(mutant)
            yield mutant

    def _any(self, schema, fullness: float):
        if "properties" in schema or isinstance(schema.get("additionalProperties"), (dict, bool)):
            return self._object(schema, fullness)
        if isinstance(schema.get("items"), dict) and schema["items"].get("type") == "object":
            entries = 1 if fullness == 1 else self._random.randint(schema.get("minItems", 0), 2)
            return [self._object(schema["items"], fullness) for _ in range(entries)]
        return copy.deepcopy(self._random.choice(_values_of(schema)))

    def _object(self, schema: dict, fullness: float) -> dict:
        made = {
            key: self._any(part, fullness)
            for key, part in schema.get("properties", {}).items()
            if key in schema.get("required", ()) or self._random.random() < fullness
        }
        others = schema.get("additionalProperties", {})
        if others is not False and self._random.random() < (0.7 if others else 0.1):
            made.setdefault(self._text(), self._any(others, fullness))
        return made

    def _text(self) -> str:
        return self._random.choice(_values_of({"type": "string"}))

    def _mutate(self, document: dict) -> None:
        changes = [_drop, _rename, self._add, self._replace, self._replace, self._replace]
        if found := list(places(document)):
            self._random.choice(changes)(*self._random.choice(found))

    def _add(self, holder, key) -> None:
        if isinstance(holder, dict):
            holder[self._text()] = copy.deepcopy(self._random.choice(_values_of({})))

    def _replace(self, holder, key) -> None:
        value = holder[key]
        strange = self._random.choice(_values_of({}))
        changed = [
            strange,
            None,
            [],
            {},
            [value],
            {"a": value},
            str(value),
            "other",
            "$other",
            2.0,
            -1,
            1.01,
            True,
        ]
        if isinstance(value, str):
            changed += [value.swapcase(), self._text(), self._text()]
        if isinstance(value, (int, float)) and abs(value) < 10**15:
            changed += [float(value), int(value), value + 1.5, -abs(value) - 0.1]
        if isinstance(value, list) and value:
            changed += [value[:1], value * 2, [*value, strange]]
        holder[key] = copy.deepcopy(self._random.choice(changed))


def _drop(holder, key) -> None:
    del holder[key]


def _rename(holder, key) -> None:
    """Write a key in snake case, which no version of the format knows; an entry of a list goes."""
    value = holder.pop(key)
    if isinstance(holder, dict):
        holder["".join(f"_{char.lower()}" if char in string.ascii_uppercase else char for char in key)] = (
            value
        )


def places(node) -> Iterator[tuple]:
    """All (holder, key) places of a document."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield node, key
        yield from places(value)


def _values_of(leaf: dict) -> list:
    """Values that the schema of a leaf accepts; the same ones each time."""
    kind = {key: part for key, part in leaf.items() if key != "description"}
    return _generated(json.dumps(kind, sort_keys=True))


@functools.cache
def _generated(kind: str) -> list:
    values = []

    @seed(0)
    @settings(
        max_examples=VALUES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(from_schema(json.loads(kind)))
    def collect(value):
        values.append(value)

    collect()
    return values
