"""Files of every sort become a syntax tree, or one clear line."""

import ast
import json

import pytest

from ai_power_export.errors import BadInput
from ai_power_export.source.inspect import read_source
from ai_power_export.source.reading import read_file

FIT = "from sklearn.svm import SVC\nSVC(C=2).fit(X, y)\n"


def classes(path):
    return [fact.value for fact in read_source(path).about("task.algorithms.classPath")]


@pytest.mark.parametrize(
    "data",
    [
        FIT.encode(),
        b"\xef\xbb\xbf" + FIT.encode(),
        FIT.replace("\n", "\r\n").encode(),
        FIT.replace("\n", "\r").encode(),
        ("#!/usr/bin/env python\n# -*- coding: latin-1 -*-\nname = 'é'\n" + FIT).encode("latin-1"),
        ("name = 'é'\n" + FIT).encode("latin-1"),
        ("# coding: no-such-codec\n" + FIT).encode(),
        FIT.encode("utf-16"),
    ],
    ids=["utf-8", "BOM", "CRLF", "CR", "latin-1", "undeclared latin-1", "unknown codec", "utf-16"],
)
def test_encodings(tmp_path, data):
    file = tmp_path / "s.py"
    file.write_bytes(data)
    assert classes(file) == ["sklearn.svm.SVC"]


@pytest.mark.parametrize(
    "code", ["print 'python 2'\n", "x = (1,\n", "def f(:\n  pass\n", "\tx = 1\n y = 2\n"], ids=repr
)
def test_what_is_no_python_here_is_said_with_its_line(tmp_path, code):
    file = tmp_path / "old.py"
    file.write_text("a = 1\n" + code)
    facts = read_source(file)
    assert facts.found == []
    assert "old.py is not readable as Python" in facts.warnings[0].text


def test_bad_files(tmp_path):
    binary = tmp_path / "b.py"
    binary.write_bytes(b"\x00\x01\x02" * 100)
    notebook = tmp_path / "n.ipynb"
    notebook.write_text("no json")
    for path in (tmp_path / "missing.py", tmp_path, binary, notebook):
        with pytest.raises(BadInput):
            read_source(path)


def notebook(tmp_path, *cells):
    file = tmp_path / "n.ipynb"
    sources = [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    file.write_text(json.dumps({"cells": [{"cell_type": "markdown", "source": "# SVR().fit(X)"}, *sources]}))
    return file


def test_notebook_with_magics_and_shell_lines(tmp_path):
    file = notebook(
        tmp_path,
        "!pip install sklearn\n%matplotlib inline\nfiles = !ls\nfrom sklearn.svm import SVC\nSVC?\n",
        "%%time\nSVC(C=2).fit(X, y)",
        "%%bash\necho SVC",
        "this cell is broken (",
        "if True:\n    !echo hi\n    %timeit 1\n    print(SVC)",
    )
    assert classes(file) == ["sklearn.svm.SVC"]


def test_exported_notebook_unwraps_hidden_bodies(tmp_path):
    file = tmp_path / "export.py"
    body = r"from sklearn.svm import SVC\nSVC(C=2).fit(X, y)\n"
    file.write_text(f"get_ipython().run_cell_magic('time', '', '{body}')\n!ls\n")
    assert classes(file) == ["sklearn.svm.SVC"]


def test_a_continued_expression_is_no_magic(tmp_path):
    file = tmp_path / "s.py"
    file.write_text("x = (7\n  %2)\n")
    assert isinstance(read_file(file).tree.body[0], ast.Assign)


def test_local_modules_are_followed(tmp_path):
    (tmp_path / "model.py").write_text(
        "from sklearn.svm import SVC\nDEPTH = 3\ndef build(c):\n    return SVC(C=c, degree=DEPTH)\n"
        "if __name__ == '__main__':\n    SVC(C=99).fit(1, 2)\n"
    )
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("from .inner import *\n")
    (tmp_path / "package" / "inner.py").write_text(
        "from sklearn.linear_model import Ridge\nclass Wrap:\n    def go(self): Ridge(alpha=4).fit(X, y)\n"
    )
    main = tmp_path / "main.py"
    main.write_text(
        "from model import build\nfrom package import Wrap\nimport model as m\nbuild(5).fit(X, y)\nWrap().go()\nprint(m.DEPTH)\n"
    )
    facts = read_source(main)
    assert sorted(classes(main)) == ["sklearn.linear_model.Ridge", "sklearn.svm.SVC"]
    assert facts.value("task.algorithms.hyperparameters", "sklearn.svm.SVC") == {"C": 5, "degree": 3}


def test_modules_that_import_each_other(tmp_path):
    (tmp_path / "a.py").write_text("from b import B\nclass A(B):\n    pass\n")
    (tmp_path / "b.py").write_text("from a import A\nclass B(A):\n    pass\n")
    main = tmp_path / "main.py"
    main.write_text("from a import A\nA().fit(1)\n" + FIT)
    assert classes(main) == ["sklearn.svm.SVC"]


WINDOW = """\
from sklearn.svm import SVC
from sklearn.linear_model import Ridge
def train(C):
    model = SVC(C=C)
    model.fit(X, y)
def never(X, y, alpha=2):
    Ridge(alpha=alpha).fit(X, y)
first = Ridge(alpha=3)
first.fit(X, y)
train(7)
"""


@pytest.mark.parametrize(
    "where, expected",
    [
        ({"lines": (9, 9)}, ["sklearn.linear_model.Ridge"]),
        ({"lines": (10, 10)}, ["sklearn.svm.SVC"]),
        ({"lines": (5, 5)}, ["sklearn.svm.SVC"]),
        ({"lines": (8, 8)}, []),
        ({"function": "train"}, ["sklearn.svm.SVC"]),
        ({"function": "never"}, ["sklearn.linear_model.Ridge"]),
        ({"function": "nowhere"}, []),
    ],
    ids=str,
)
def test_only_what_is_used_between_lines_or_in_a_function(tmp_path, where, expected):
    file = tmp_path / "s.py"
    file.write_text(WINDOW)
    assert [fact.value for fact in read_source(file, **where).about("task.algorithms.classPath")] == expected


def test_a_method_as_function(tmp_path):
    file = tmp_path / "s.py"
    file.write_text("from sklearn.svm import SVC\nclass T:\n    def go(self):\n        SVC().fit(X, y)\n")
    found = read_source(file, function="T.go")
    assert found.value("task.algorithms.classPath") == "sklearn.svm.SVC"
