"""Every code of a finding is in the documentation, with the severity that the code gives it."""

import ast
import re
from pathlib import Path

from ai_power_export.report.checks import meaning

ROOT = Path(__file__).resolve().parents[4]
TELL = {"error": {"error"}, "warning": {"warning"}, "tell": {"error", "warning"}}


def _in_code():
    severities: dict[str, set[str]] = {}
    for module in Path(meaning.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            if name in TELL and isinstance(node.args[1], ast.Constant):
                severities.setdefault(node.args[1].value, set()).update(TELL[name])
    return severities


def _in_docs():
    rows = [
        line.split("|")
        for line in (ROOT / "docs" / "checks.md").read_text("utf-8").splitlines()
        if line[:3] == "| `"
    ]
    return {
        code: {word for word in ("error", "warning") if word in row[3]}
        for row in rows
        for code in re.findall(r"`([a-z-]+)`", row[1])
    }


def test_the_documentation_names_every_code_with_its_severity():
    documented = _in_docs()
    assert {code: documented.get(code) for code in _in_code()} == _in_code()
