"""docs/table.md tells every column as the code has it."""

from running import ROOT

from ai_power_export.report.flat.columns import REPORT, TABLES, table_columns, wide_columns


def documented() -> list[str]:
    text = (ROOT / "docs" / "table.md").read_text(encoding="utf-8")
    return [line for line in text.partition("## Columns")[2].splitlines() if line.startswith("| `")]


def test_every_column_is_documented_with_its_type_in_its_order():
    assert documented() == [
        f"| `{column.name}` | {column.type} | {column.description} |" for column in wide_columns({})
    ]


def test_columns_of_the_relational_form_are_those_of_the_wide_form():
    wide = {column.name: column for column in wide_columns({})}
    for table, list_path in TABLES.items():
        prefix = f"{list_path}.0." if list_path else ""
        key, *columns = table_columns(table)
        assert key == REPORT
        for column in columns:
            if column.name == "index":
                continue
            same = wide.get(prefix + column.name) or wide[column.name]
            assert (column.type, column.description) == (same.type, same.description)
