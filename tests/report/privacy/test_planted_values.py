"""Nothing private gets past the filter, wherever in a text or a report it stands."""

from __future__ import annotations

import copy
import json
import time

import pytest
from boamps_documents import full_document, places
from planted import KINDS, leaks, planted

from ai_power_export.facts import Facts, Origin
from ai_power_export.report.format.boamps import FIELDS
from ai_power_export.report.privacy.facts import clean_facts
from ai_power_export.report.privacy.level import Level
from ai_power_export.report.privacy.masked import masked
from ai_power_export.report.privacy.outgoing import outgoing

VALUES = planted()
CARRIERS = [
    "{}", "Trained on {} for 3 epochs.", "see '{}'", '"{}"', "({})", "x={}, y=1", "{}: ok", "path:{}", "[{}]", "<{}>",
    "a,{}", "first\n{}\nlast", "{}.", "{}, and more",
]  # fmt: skip
TEXTS = [field.path for field in FIELDS if field.kind == "string" and not field.choices]
WHO = ("account", "person")
"""A publisher, a division and a project may have a person's name: it is the user's own word."""
KEYS = ("SSH key", "long random text")
"""What a public key looks like as well. (And a version alone, `10.1.0.243`, may look like an address.)"""


def test_the_corpus_is_large_and_of_many_kinds():
    assert len(VALUES) >= 200
    assert len(KINDS) >= 20


@pytest.mark.parametrize("carrier", CARRIERS)
def test_nothing_gets_out_of_a_text(private, carrier):
    for value in VALUES:
        assert not [*leaks(private.text(carrier.format(value.text)), [value])], value


@pytest.mark.parametrize("field", TEXTS)
def test_nothing_gets_out_of_a_field(private, field):
    values = [value for value in VALUES if not (field.startswith("header.publisher.") and value.kind in WHO)]
    if field.endswith("publicKey"):
        values = [value for value in values if value.kind not in KEYS]
    for value in values[TEXTS.index(field) % 4 :: 4]:
        found, removals = private.json(f"it is {value.text}", field)
        assert removals, value
        assert not [*leaks(str(found), [value])]
        assert not [*leaks(json.dumps([each.to_json() for each in removals]), [value])]
        assert all(str(each.before) in f"it is {value.text}" for each in removals)


def test_nothing_gets_out_of_a_whole_report_with_it_everywhere(private):
    for start in range(0, len(VALUES), 7):
        some = VALUES[start : start + 7]
        document = full_document()
        spots = [(holder, key) for holder, key in places(document) if isinstance(holder[key], str)]
        for number, (holder, key) in enumerate(spots):
            if key not in ("name", "publicKey") and not key.endswith("ersion"):  # see above
                holder[key] = some[number % len(some)].text
        document |= {"x-notes": [each.text for each in some], "x-map": {each.text: 1 for each in some}}
        before = copy.deepcopy(document)
        found = outgoing(document, Level.ANONYMOUS, private, project_is_said=False)
        assert document == before
        assert not [*leaks(json.dumps(found.document, ensure_ascii=False), some)]
        assert not [*leaks(json.dumps([each.to_json() for each in found.removals], ensure_ascii=False), some)]
        assert not [*leaks(json.dumps(masked(document, private), ensure_ascii=False), some)]


def test_nothing_gets_out_of_facts(private):
    facts = Facts()
    for value in VALUES:
        facts.add(
            "task.algorithms.hyperparameters", {"x": value.text, "y": [value.text]}, Origin.LIVE, value.text,
            subject=value.text, note=value.text,
        )  # fmt: skip
        facts.add("task.dataset.sourceUri", value.text, Origin.OBSERVED, "train.py:3")
        facts.lack("task.taskFamily", f"not told by {value.text}")
        facts.warn("recording-failed", f"OSError: {value.text}")
    clean = clean_facts(facts, private)
    assert not [*leaks(json.dumps(clean.to_json(), ensure_ascii=False), VALUES)]
    assert {
        missing.reason.partition(":")[0] for missing in clean.missing if "sourceUri" in missing.field
    } == {"left out"}


SECRET = "Zk4q" + "8LmP2x" + "Rt7Vw9Yb3Nd6"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hub_token", SECRET),
        ("apiKey", "short"),
        ("password", 123456),
        ("--db-password", "x"),
        ("auth", [SECRET]),
    ],
)
def test_what_is_named_a_secret_is_one_whatever_it_looks_like(private, name, value):
    found, removals = private.json({name: value, "n_estimators": 10})
    assert found in ({"n_estimators": 10}, {"n_estimators": 10, name: []})
    assert [each.path.partition("[")[0] for each in removals] == [name]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Trained on /home/someone/cats/train.csv with adam", "Trained on train.csv with adam"),
        ("/data/models/resnet50", "resnet50"),
        (r"from C:\Users\Some One\My Data\cats.xlsx, sheet 2", "from cats.xlsx, sheet 2"),
        ("kept in /home/someone, shared", "kept in [path], shared"),
        ("ask some.one@example.org for it", "ask [e-mail address] for it"),
        ("server gpu7.corp:8080 was busy", "server [host name] was busy"),
        ("from 192.168.1.7 and 8.8.8.8", "from [address] and 8.8.8.8"),
        ("password=hunter2hunter2; epochs=3", "password=[secret]; epochs=3"),
        (
            "see https://me:pw@example.org/x and https://example.org/y",
            "see [secret] and https://example.org/y",
        ),
        ("someone's model, kept in /home/someone/models/best.pt", "[user name]'s model, kept in best.pt"),
    ],
)
def test_a_text_is_cut_as_little_as_possible(private, text, left):
    assert private.json(text, "task.taskDescription")[0] == left


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("task.dataset.sourceUri", "file:///data/secret/iris.csv"),
        ("task.algorithms.classPath", "models./home/someone/net.Net"),
        ("task.taskDescription", "/home/someone"),
        ("task.dataset.owner", "some.one@example.org"),
    ],
)
def test_a_value_that_is_nothing_else_goes_away(private, field, value):
    found, (removal, *_) = private.json({"field": {field.rpartition(".")[2]: value}})
    assert found == {"field": {}}
    assert (removal.before, removal.after) == (value, None)


@pytest.mark.parametrize(
    "part", ["a", "a-", "a=", "A7a", "gpu-", "api key ", "C:\\a b", "/a", "a@a.", "ab:", "http://a"]
)
def test_the_time_grows_with_the_length_of_a_text(private, part):
    begin = time.process_time()
    private.text(part * 4000)
    assert time.process_time() - begin < 3
