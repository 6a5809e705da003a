"""Draws the picture in the README from a report that was really written.

make demo
.venv/bin/python docs/picture.py power-reports/demo/report_*-????????????.json
"""

from __future__ import annotations

import json
import sys
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table

SHOWN = ("task", "measures", "system", "infrastructure", "environment", "quality")


def draw(report: Path) -> str:
    """Return the picture as SVG: parts of the report, and where some of its values came from."""
    document = json.loads(report.read_text())
    evidence = json.loads(report.with_suffix(".evidence.json").read_text())
    console = Console(record=True, width=110, file=StringIO())
    console.print("[bold]$ aipower export --offline --country FRA examples/digits_random_forest.py[/]\n")
    text = json.dumps({name: document[name] for name in SHOWN}, indent=1)
    console.print(Syntax(text, "json", theme="ansi_dark", word_wrap=True))
    console.print(_origins(evidence))
    return console.export_svg(title=f"{evidence['filled']} filled, none by hand")


def _origins(evidence: dict) -> Table:
    table = Table(title="where the values came from (evidence)", title_justify="left", box=None)
    for name in ("field", "origin", "place"):
        table.add_column(name)
    for path, fact in evidence["fields"].items():
        if path.startswith(
            ("task.algorithms[0].class", "task.dataset[0].s", "task.measured", "environment", "system")
        ):
            table.add_row(path, fact["origin"], fact["place"])
    return table


if __name__ == "__main__":
    Path(__file__).with_name("report.svg").write_text(draw(Path(sys.argv[1])))
