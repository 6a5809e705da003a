"""Documents made by chance along a JSON Schema of ours, most of them nearly right.

Not by hypothesis: it takes a hundred times as long for documents of this size.
"""

import random
from collections.abc import Iterator
from typing import Any

WRONG = (None, True, "", "x", 0, 1, 1.0, -1, 1.5, [], {}, [{}], {"x": {}}, "other", "$other")


def documents(schema: dict, count: int, *, wrong: float = 0.01, odd: tuple = WRONG) -> Iterator[Any]:
    """Always the same documents, in which a share of all values is an odd one."""
    for seed in range(count):
        yield _Chance(schema, random.Random(seed), wrong, odd).value(schema)


class _Chance:
    def __init__(self, schema: dict, chance: random.Random, wrong: float, odd: tuple) -> None:
        self.parts = {f"#/$defs/{name}": part for name, part in schema.get("$defs", {}).items()} | {
            "#": schema
        }
        self.chance, self.wrong, self.odd = chance, wrong, odd

    def value(self, part: dict, depth: int = 0) -> Any:
        if self.chance.random() < self.wrong or depth > 20:
            return self.chance.choice(self.odd)
        part = self.parts[part["$ref"]] if "$ref" in part else part
        if "enum" in part:
            return self.chance.choice(part["enum"])
        kind = self.chance.choice(part["type"]) if isinstance(part["type"], list) else part["type"]
        return getattr(self, kind)(part, depth + 1)

    def object(self, part: dict, depth: int) -> dict:
        fields = part.get("properties", {})
        needed = part.get("required", [])
        taken = [name for name in fields if name in needed or self.chance.random() < 0.5]
        if self.chance.random() < self.wrong:
            taken = taken[1:]
        made = {name: self.value(fields[name], depth) for name in taken}
        if self.chance.random() < 0.1 or (not fields and depth < 10):
            made["odd key"] = self.value(part.get("additionalProperties", {"type": "string"}), depth)
        return made

    def array(self, part: dict, depth: int) -> list:
        entry = part.get("items") or next(iter(part.get("prefixItems", [])), {"type": "string"})
        return [self.value(entry, depth) for _ in range(self.chance.randint(part.get("minItems", 0), 2))]

    def number(self, part: dict, depth: int) -> float:
        low, high = part.get("minimum", -100), part.get("maximum", 10**9)
        return self.chance.choice([self.chance.randint(low, high), self.chance.uniform(low, high)])

    def integer(self, part: dict, depth: int) -> int:
        return self.chance.randint(part.get("minimum", -100), part.get("maximum", 10**9))

    def string(self, part: dict, depth: int) -> str:
        return self.chance.choice(["", "x", "2026-11-22 10:00:00", "France", "training", "é"])

    def boolean(self, part: dict, depth: int) -> bool:
        return self.chance.choice([True, False])

    def null(self, part: dict, depth: int) -> None:
        return None
