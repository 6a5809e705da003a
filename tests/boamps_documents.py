"""Hypothesis strategies for BoAmps documents, built out of the table of fields: valid ones and mutants."""

import copy

from hypothesis import strategies as st

from ai_power_export.report.format.boamps import FIELDS

LISTS = {"task.algorithms", "task.dataset", "measures", "infrastructure.components"}
SHARES = {
    "task.measuredAccuracy",
    "measures.averageUtilizationCpu",
    "measures.averageUtilizationGpu",
    "infrastructure.components.share",
}
REQUIRED = LISTS | {
    "header.reportDatetime",
    "header.publisher.confidentialityLevel",
    "task",
    "task.taskStage",
    "task.taskFamily",
    "task.dataset.dataUsage",
    "task.dataset.dataType",
    "measures.measurementMethod",
    "measures.powerConsumption",
    "system.os",
    "software.language",
    "infrastructure",
    "infrastructure.infraType",
    "infrastructure.components.componentType",
    "infrastructure.components.nbComponent",
    "environment.country",
}

TEXTS = st.text(max_size=5)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = (
    st.none() | st.booleans() | NUMBERS | st.sampled_from([0.0, 1.0, 2.0, -1, 10**30, "", "1", "csv"]) | TEXTS
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)
EXTRAS = st.dictionaries(TEXTS.map("x-{}".format), JSON, max_size=1)


def _leaf(field):
    if field.choices:
        return st.sampled_from(field.choices)
    if field.path in SHARES:
        return st.sampled_from([0, 1]) | st.floats(0, 1)
    return {"string": TEXTS, "number": NUMBERS, "integer": st.integers()}[field.kind]


def _object(prefix: str):
    """Any valid object below a dotted prefix, with its required keys and some others."""
    below = [field for field in FIELDS if field.path.startswith(prefix)]
    children = {}
    for field in below:
        key, _, deeper = field.path[len(prefix) :].partition(".")
        path = prefix + key
        if not deeper:
            children[key] = _leaf(field)
        elif key not in children:
            inner = _object(path + ".")
            children[key] = st.lists(inner, min_size=1, max_size=2) if path in LISTS else inner
    required = {key: child for key, child in children.items() if prefix + key in REQUIRED}
    optional = {key: child for key, child in children.items() if key not in required}
    known = st.fixed_dictionaries(required, optional=optional)
    return st.builds(lambda fields, extras: {**fields, **extras}, known, EXTRAS)


valid_documents = _object("")


def full_document() -> dict:
    """A valid document with all fields, one entry in each list."""
    document: dict = {}
    for field in FIELDS:
        node, path = document, ""
        *above, key = field.path.split(".")
        for part in above:
            path = f"{path}.{part}".lstrip(".")
            node = node.setdefault(part, [{}] if path in LISTS else {})
            node = node[0] if path in LISTS else node
        node[key] = (
            field.choices[0] if field.choices else {"string": "a", "number": 0.5, "integer": 1}[field.kind]
        )
    return document


def places(node):
    """All (container, key) places of a document."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield node, key
        yield from places(value)


def _mutate(draw, document) -> None:
    holder, key = draw(st.sampled_from(list(places(document))))
    value = holder[key]
    changes = {"drop": None, "replace": draw(JSON), "empty list": [], "empty object": {}, "text": str(value)}
    if isinstance(value, str):
        changes["other case"] = value.swapcase()
    if isinstance(value, (int, float)) and abs(value) < 10**15:
        changes |= {"float": float(value), "beyond": value + 1.5, "below": -abs(value) - 0.1}
    if isinstance(value, dict):
        changes["extra key"] = {**value, "unheard-of": draw(JSON)}
    change = draw(st.sampled_from(sorted(changes)))
    if change == "drop":
        del holder[key]
    else:
        holder[key] = changes[change]


@st.composite
def mutated_documents(draw):
    document = copy.deepcopy(draw(valid_documents))
    for _ in range(draw(st.integers(1, 3))):
        if document:
            _mutate(draw, document)
    return document
