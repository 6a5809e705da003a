"""Nothing that is called `.py` crashes or stalls the reader."""

import random
import sys
import sysconfig
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ai_power_export.errors import BadInput
from ai_power_export.source.inspect import read_source

LIBRARIES = Path(sysconfig.get_path("purelib"))
STANDARD = Path(sysconfig.get_path("stdlib"))
LONGEST_SECONDS = 60


def read(path):
    start = time.process_time()  # what others on the machine do meanwhile does not count
    try:
        facts = read_source(path)
    except BadInput:
        facts = None
    assert time.process_time() - start < LONGEST_SECONDS, path
    return facts


def installed():
    return sorted({*LIBRARIES.rglob("*.py"), *STANDARD.glob("*.py")})


def longest_line(file):
    return max(map(len, file.read_bytes().splitlines()), default=0)


def deepest_indentation(file):
    return max((len(line) - len(line.lstrip(b" ")) for line in file.read_bytes().splitlines()), default=0)


def test_some_installed_files():
    files = random.Random(0).sample(installed(), 60)
    assert sum(read(file) is not None for file in files) >= 50


@pytest.mark.slow
def test_installed_files_from_every_folder_and_the_oddest_of_all():
    files = installed()
    oddest = {
        file
        for oddity in (lambda file: file.stat().st_size, longest_line, deepest_indentation)
        for file in sorted(files, key=oddity)[-25:]
    }
    first_of_folders = {file.parent: file for file in reversed(files)}.values()
    chosen = oddest.union(first_of_folders, files[::8])
    assert sum(read(file) is not None for file in chosen) > 0.95 * len(chosen)


@pytest.mark.parametrize(
    "code",
    [
        "x = " + "(" * 5_000 + ")" * 5_000,
        "x = " + "-" * 20_000 + "1",
        "x = " + "+".join(["1"] * 20_000),
        "x = " + "[" * 150 + "]" * 150,
        "\n".join(f"{' ' * i}if a:" for i in range(95)) + "\n" + " " * 95 + "pass",
        "x" + ".a" * 5_000 + "\n",
        "f = " + "lambda: " * 500 + "1\n" + "f()" * 400,
        "def f(n):\n    return f(n) + g(n)\ndef g(n):\n    return g(n) + f(n)\nf(1)\n",
        "a = [1]\nwhile True:\n    a = a + a\n",
        "a = []\na.append(a)\nb = {}\nb[1] = b\nfrom sklearn.svm import SVC\nSVC(C=a, gamma=b).fit(a, b)\n",
        "class A(A):\n    pass\nA().x.y()\n",
        "x = x\nx()\n*a, b = x\nfor i in a:\n    del i\n",
        "match x:\n    case {'a': [1, *rest], **kw} if rest:\n        rest.fit(kw)\n",
    ],
    ids=lambda code: code[:20],
)
def test_strange_programs(tmp_path, code):
    file = tmp_path / "strange.py"
    file.write_text(code)
    read(file)


def test_many_calls_of_many_functions_end(tmp_path):
    functions = "\n".join(
        f"def f{i}(x):\n    return [f{i + 1}(x), f{i + 1}(x), f{i + 1}(x)]" for i in range(40)
    )
    file = tmp_path / "tree.py"
    file.write_text(functions + "\nf0(1)\nfrom sklearn.svm import SVC\nSVC().fit(X, y)\n")
    assert read(file) is not None


@pytest.mark.slow
def test_five_megabytes(tmp_path):
    file = tmp_path / "large.py"
    file.write_text("from sklearn.svm import SVC\nSVC(C=3).fit(X, y)\n" + "data = [1, 2, 3]\n" * 300_000)
    facts = read(file)
    assert facts.value("task.algorithms.classPath") == "sklearn.svm.SVC"


# ---- generated programs -----------------------------------------------------------------------

names = st.sampled_from(["a", "b", "model", "SVC", "np", "x", "self", "args"])
atoms = st.one_of(
    names,
    st.integers(-9, 99).map(str),
    st.sampled_from(
        ["1.5", "None", "True", "'fit'", "b'x'", "f'{a}{1:>3}'", "...", "[]", "{}", "lambda z: z"]
    ),
)


def compound(inner):
    return st.one_of(
        st.tuples(inner, st.sampled_from(["+", "*", "**", "%", "<<", "and", "==", "in", "is"]), inner).map(
            lambda parts: "({} {} {})".format(*parts)
        ),
        st.tuples(inner, st.sampled_from(["fit", "append", "items", "format", "__dict__"])).map(
            "({0[0]}).{0[1]}".format
        ),
        st.tuples(inner, inner).map("({0[0]})[{0[1]}]".format),
        st.tuples(inner, inner, names).map("({0[0]})({0[1]}, *{0[2]}, **{0[2]}, k={0[1]})".format),
        st.lists(inner, max_size=3).map(lambda items: "[" + ", ".join(items) + "]"),
        st.tuples(inner, inner).map("{{{0[0]}: {0[1]}, **{0[1]}}}".format),
        st.tuples(inner, names, inner).map("[{0[0]} for {0[1]} in {0[2]} if {0[1]}]".format),
        st.tuples(inner, inner, inner).map("({0[0]} if {0[1]} else {0[2]})".format),
    )


expressions = st.recursive(atoms, compound, max_leaves=8)


def block(statement):
    return "\n".join("    " + line for line in statement.splitlines())


statements = st.recursive(
    st.one_of(
        expressions,
        st.tuples(names, expressions).map("{0[0]} = {0[1]}".format),
        st.tuples(names, names, expressions).map("{0[0]}.{0[1]} = {0[2]}".format),
        st.tuples(names, expressions).map("{0[0]} += {0[1]}".format),
        st.tuples(names, names, expressions).map("{0[0]}, *{0[1]} = {0[2]}".format),
        st.sampled_from(
            ["from sklearn.svm import SVC", "import numpy as np", "from sklearn.svm import *", "del x"]
        ),
    ),
    lambda inner: st.one_of(
        st.tuples(expressions, inner, inner).map(
            lambda p: f"if {p[0]}:\n{block(p[1])}\nelse:\n{block(p[2])}"
        ),
        st.tuples(names, expressions, inner).map(lambda p: f"for {p[0]} in {p[1]}:\n{block(p[2])}"),
        st.tuples(names, names, inner, expressions).map(
            lambda p: f"def {p[0]}({p[1]}=1, *args, **kw):\n{block(p[2])}\n    return {p[3]}"
        ),
        st.tuples(names, names, inner).map(lambda p: f"class {p[0]}({p[1]}):\n{block(p[2])}"),
        st.tuples(inner, inner).map(lambda p: f"try:\n{block(p[0])}\nexcept E as e:\n{block(p[1])}"),
        st.tuples(expressions, names, inner).map(lambda p: f"with {p[0]} as {p[1]}:\n{block(p[2])}"),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(program=st.lists(statements, min_size=1, max_size=6).map("\n".join))
def test_generated_programs(tmp_path_factory, program):
    file = tmp_path_factory.mktemp("generated") / "program.py"
    file.write_text(program, encoding="utf-8")
    facts = read(file)
    assert sys.getsizeof(facts.to_json()) > 0
