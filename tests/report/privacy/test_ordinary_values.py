"""What everybody may read survives the filter: names, versions, public addresses, settings of models."""

import json

import pytest
from ordinary import ordinary

VALUES = ordinary()
MOST = 0.01
"""Share of false positives that is let pass."""


def test_the_corpus_is_large_and_of_many_fields():
    assert len(VALUES) >= 1000
    assert len({field for field, _ in VALUES}) >= 100


def test_ordinary_values_survive_in_their_fields(private, record_property):
    changed = [(field, value) for field, value in VALUES if private.json(value, field) != (value, [])]
    record_property("false positives", f"{len(changed)} of {len(VALUES)}")
    print(f"false positives: {len(changed)} of {len(VALUES)}", *changed, sep="\n")
    assert len(changed) < MOST * len(VALUES)


def test_ordinary_texts_survive_in_any_text(private):
    texts = [value for field, value in VALUES if isinstance(value, str) and not field.endswith("publicKey")]
    changed = [text for text in texts if private.text(text) != text]
    print(f"false positives: {len(changed)} of {len(texts)}", *changed, sep="\n")
    assert len(changed) < MOST * len(texts)


@pytest.mark.parametrize("word", ["ubuntu", "adam", "root", "localhost", "runner"])
def test_accounts_that_many_have_are_words_like_others(word):
    from ai_power_export.report.privacy.filter import PrivacyFilter
    from ai_power_export.report.privacy.identity import Identity
    from ai_power_export.vocabulary.private import Kind

    known = PrivacyFilter(Identity().knowing(Kind.USER, [word]))
    assert known.text(f"{word} is used") == f"{word} is used"


def test_what_is_clean_stays_so(private):
    document = {"task": {"taskDescription": "Trained on /home/someone/cats/train.csv"}}
    clean, removals = private.json(document)
    assert len(removals) == 1
    assert private.json(json.loads(json.dumps(clean))) == (clean, [])
