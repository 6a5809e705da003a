"""Schemes as files: what they say, their hash, and one line for each way to be wrong."""

import pytest

from ai_power_export.errors import BadInput
from ai_power_export.label.scheme import content_of, hash_of
from ai_power_export.label.schemes import load, names, parse, read, text_of

SCHEME = """
name = "office"
version = "1"
date = 2026-11-22
needed = 5
group = ["task_family"]

[index]
against = "none"

[compound]
mode = "optimistic median"

[[metrics]]
name = "energy"
title = "Energy"
unit = "Wh"
better = "lower"
weight = 0.6
boundaries = [1, 2, 5, 10.0]

[[metrics]]
name = "accuracy"
title = { en = "Accuracy", fr = "Exactitude" }
better = "higher"
weight = 0.4
boundaries = [0.9, 0.8, 0.7, 0.6]
"""


@pytest.mark.parametrize("name", names())
def test_schemes_that_ship_are_read_and_written_back_equal(name):
    scheme = load(name)
    assert scheme.name == name
    again = parse(text_of(scheme), "again.toml")
    assert (again, hash_of(again)) == (scheme, hash_of(scheme))
    assert all(metric.title.en and metric.title.fr for metric in scheme.metrics)


def test_the_hash_is_of_the_content_and_not_of_the_layout():
    scheme = parse(SCHEME, "office.toml")
    lines = SCHEME.replace("10.0", "1e1").replace("[1,", "[1.0,").replace("= ", "=   ")
    reordered = 'compound.mode = "optimistic median"\n' + lines.replace(
        '[compound]\nmode =   "optimistic median"\n', ""
    )
    said_anyway = reordered.replace("needed", 'functional_unit = ""\nas_published = []\nneeded')
    for text in (
        lines,
        reordered,
        said_anyway,
        "# a comment\n" + SCHEME.replace('"Energy"', '{ fr = "Energy", en = "Energy" }'),
    ):
        assert parse(text, "office.toml") == scheme
        assert hash_of(parse(text, "office.toml")) == hash_of(scheme)
    assert hash_of(parse(SCHEME.replace("0.6\nb", "0.61\nb"), "office.toml")) != hash_of(scheme)
    assert len(hash_of(scheme)) == 64


def test_the_hash_stays_the_same_from_version_to_version_of_the_program():
    assert (
        hash_of(parse(SCHEME, "office.toml"))
        == "d016d5ad1125d19c03b4bf88ded7d5e117eccdab6ea353eb02dd1ce5b01dc89a"
    )
    assert "functional_unit" not in content_of(parse(SCHEME, "office.toml"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("weight = 0.6", "weight = -0.6", "metrics[0].weight: input should be greater than or equal to 0"),
        ("weight = 0.6", "weight = nan", "metrics[0].weight"),
        ("weight = 0.6", "weight = 0.1234567890123", "a weight has at most 12 decimals"),
        ("weight", "rated = false #", "the weights of the metrics sum to nothing"),
        ("weight = 0.6", "weight = 0.6\nrated = false", "'energy' is for information"),
        ("[1, 2, 5, 10.0]", "[1, 5, 2, 10.0]", "metrics[0].boundaries: the boundaries are out of order: 1.0, 5.0, 2.0, 10.0"),
        ("[1, 2, 5, 10.0]", "[10, 5, 2, 1]", "the boundaries of metric 'energy' are out of order: the best comes first"),
        ("[1, 2, 5, 10.0]", "[1, 2, 5]", "there are 3 boundaries between 5 letters, not 4"),
        ("[1, 2, 5, 10.0]", "[]", "metric 'energy' has no boundaries"),
        ("[1, 2, 5, 10.0]", "[1, 2, 5, inf]", "finite"),
        ('unit = "Wh"', 'units = "Wh"', "unknown key 'metrics[0].units': did you mean 'unit'?"),
        ('"accuracy"', '"energy"', "there are two metrics 'energy'"),
        ('better = "higher"', 'better = "more"', "metrics[1].better: input should be 'lower' or 'higher'"),
        ('"optimistic median"', '"median"', "compound.mode: input should be 'optimistic median'"),
        ('"optimistic median"', '"index mean"', "the mean of indices needs indices"),
        ('against = "none"', 'against = "reference"', "metric 'energy' has no reference"),
        ('against = "none"', 'against = "none"\nreference = "m"', "there is a reference"),
        ("date = 2026-11-22", 'date = "soon"', "date: "),
        ("needed = 5", "needed = 0", "needed: input should be greater than or equal to 1"),
        ("needed = 5", "needed = true", "needed: "),
        ('version = "1"', "", "'version' is missing"),
        ('title = "Energy"', "title = 3", "metrics[0].title: is neither a text nor"),
        ('title = "Energy"', 'title = { en = "x", de = "y" }', "metrics[0].title: is neither a text nor"),
        ("[index]", "[boundaries]\nquantiles = [0.2, 0.4, 0.6, 0.8]\n[index]", "are shares between 0 and 1, the best first"),
        ("[index]", "[[groups]]\nkey = { stage = 'x' }\nmembers = 5\n[index]", "a frozen group is told by ['stage']"),
        ('title = "Energy"', 'title = { en = "x", fr = 1 }', "metrics[0].title: is no text of one line"),
        ('title = "Energy"', 'title = "x\\ny"', "metrics[0].title: is no text of one line"),
        ("[1, 2, 5, 10.0]", f"[1, 2, 5, {'9' * 400}]", "metrics[0].boundaries[3]: "),
        ("needed = 5", f"needed = {'9' * 400}", "needed: "),
        ("[index]", "faults = ['x']\n[index]", "faults[0]"),
        ("[index]", "[index", "is no TOML"),
        ("needed = 5", 'note = "two\\nlines"', "note: "),
    ],
)  # fmt: skip
def test_one_line_for_each_way_to_be_wrong(old, new, said):
    with pytest.raises(BadInput) as error:
        parse(SCHEME.replace(old, new), "office.toml")
    line = str(error.value)
    assert said in line and line.startswith("office.toml: ") and "\n" not in line
    assert error.value.exit_code == 2


def test_an_unknown_name_is_answered_with_a_near_one_or_all():
    with pytest.raises(BadInput, match=r"there is no scheme .elex-imagnet. .did you mean elex-imagenet.."):
        load("elex-imagnet")
    with pytest.raises(BadInput, match=r"gaissalabel.*or a file"):
        load("zzz")


def test_files_of_the_user_are_read_by_path_and_refused_in_one_line(tmp_path):
    own = tmp_path / "office.toml"
    own.write_text("\ufeff" + SCHEME, encoding="utf-8")
    assert load(str(own)).name == "office"
    for content, said in ((b"\xff\xfe", "is not UTF-8"), (b"a" * (5 << 20), "is larger than")):
        own.write_bytes(content)
        with pytest.raises(BadInput, match=said):
            read(own)
    with pytest.raises(BadInput, match="the scheme cannot be read"):
        load(str(tmp_path))
    with pytest.raises(BadInput, match="the scheme cannot be read"):
        load(str(tmp_path / "none.toml"))


def test_the_scheme_as_published_says_so_by_its_version_and_hash():
    scheme = load("strep-imagenet")
    published = scheme.published()
    assert set(published.faults) == set(scheme.as_published)
    assert (published.version, hash_of(published) != hash_of(scheme)) == ("1 as published", True)
    assert load("gaissalabel").published() == load("gaissalabel"), "it has none that could be put in"
