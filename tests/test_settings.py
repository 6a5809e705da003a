"""Settings of a project are found however its file writes them, and what is wrong with them is one line."""

from __future__ import annotations

import pytest

from ai_power_export.errors import BadInput
from ai_power_export.settings import load_settings

WRITTEN = {
    "a table": "[tool.aipower]\npublisher = 'us'\n",
    "with blanks": "[ tool . aipower ]\npublisher = 'us'\n",
    "with quotes": "[tool.\"aipower\"]\npublisher = 'us'\n",
    "inline": "[tool]\naipower = {publisher = 'us'}\n",
    "dotted": "tool.aipower.publisher = 'us'\n",
    "in a table of tools": "[tool]\naipower.publisher = 'us'\n",
}


@pytest.mark.parametrize("how", WRITTEN)
def test_settings_are_found_however_they_are_written(tmp_path, how):
    (tmp_path / "pyproject.toml").write_text(WRITTEN[how])
    (tmp_path / "below").mkdir()
    assert load_settings(tmp_path / "below", {}).publisher == "us"


@pytest.mark.parametrize(
    "text",
    [
        "[project]\nkeywords = ['aipower']\n",
        "# [tool.aipower]\n",
        "[tools.aipower]\npublisher = 'them'\n",
        "tool = 1\n",
    ],
)
def test_a_file_that_only_names_us_has_no_settings(tmp_path, text):
    (tmp_path / "pyproject.toml").write_text(WRITTEN["a table"])
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "pyproject.toml").write_text(text)
    assert load_settings(tmp_path / "below", {}).publisher == "us"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[[tool.aipower]]\npublisher = 'us'\n", "no table"),
        (b"[tool]\naipower = 'us'\n", "no table"),
        (b"[tool.aipower]\npublisher = 'us\n", "not readable as TOML"),
        (b"[tool.aipower]\npublisher = '\xff'\n", "not readable as TOML"),
    ],
)
def test_settings_that_are_none_are_one_line(tmp_path, content, said):
    (tmp_path / "pyproject.toml").write_bytes(content)
    with pytest.raises(BadInput, match=said) as raised:
        load_settings(tmp_path, {})
    assert "pyproject.toml" in str(raised.value) and "\n" not in str(raised.value)
