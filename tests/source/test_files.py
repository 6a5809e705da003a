"""The data of a computation without a model: the one file that it reads."""

import pytest

from ai_power_export.source.inspect import read_source

READ = {
    "open": ("for line in open('words.txt'):\n    print(line)\n", ("text", "text")),
    "open with a mode": (
        "with open('data/table.csv', 'rt') as file:\n    print(file.read())\n",
        ("tabular", "csv"),
    ),
    "a path beside the script": (
        "from pathlib import Path\nprint(Path(__file__).with_name('a.wav').read_bytes())\n",
        ("audio", "wav"),
    ),
    "the same file twice": ("open('a.csv').read()\nopen('a.csv').read()\n", ("tabular", "csv")),
    "pandas": ("import pandas as pd\nprint(pd.read_csv('a.csv').describe())\n", ("tabular", "csv")),
}
NOT_READ = {
    "written": "open('out.txt', 'w').write('x')\n",
    "written by keyword": "from pathlib import Path\nPath('out.txt').open(mode='a').write('x')\n",
    "several": "open('a.txt').read()\nopen('b.txt').read()\n",
    "of unknown format": "open('weights.bin', 'rb').read()\n",
    "of any content": "open('settings.json').read()\n",
    "of unknown name": "import sys\nopen(sys.argv[1]).read()\n",
    "something else that opens": "import webbrowser\nwebbrowser.open('page.html')\n",
}


def said(tmp_path, code):
    script = tmp_path / "count.py"
    script.write_text(code)
    facts = read_source(script)
    assert facts.value("task.taskFamily") == "generic"
    return facts.value("task.dataset.dataType", "input"), facts.value("task.dataset.dataFormat", "input")


@pytest.mark.parametrize("name", READ)
def test_a_file_that_is_read_is_the_data(name, tmp_path):
    code, wanted = READ[name]
    assert said(tmp_path, code) == wanted


@pytest.mark.parametrize("name", NOT_READ)
def test_a_file_that_does_not_tell_is_not_said_to_be_the_data(name, tmp_path):
    assert said(tmp_path, NOT_READ[name]) == (None, None)
