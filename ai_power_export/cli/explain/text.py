"""How an explanation looks in a terminal: block by block, quiet where there is nothing to say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from rich.text import Text

from ai_power_export.cli.rows import (
    GAP,
    HEADING,
    HINT,
    LOUD,
    QUIET,
    Row,
    console,
    print_rows,
    printable,
    shown,
)
from ai_power_export.facts import Certainty, Fact
from ai_power_export.report.evidence import NOTHING_SAYS
from ai_power_export.report.format.boamps import FIELDS

if TYPE_CHECKING:
    from ai_power_export.report.explain import Explained, Explanation
    from ai_power_export.report.explain_hyperparameters import Hyperparameters
    from ai_power_export.report.explain_rivals import Rival


def show(name: str, explanation: Explanation) -> None:
    """Print an explanation of the report of that file name."""
    out = console()
    out.print(Text(printable(name), style=HEADING))
    out.print(_legend(explanation))
    for heading, rows in _blocks(explanation):
        if rows:
            out.print(Text(f"\n{printable(heading)}", style=HEADING))
            print_rows(out, rows)


def _legend(explanation: Explanation) -> Text:
    filled = f"{explanation.filled} of {len(FIELDS)} fields"
    if not explanation.has_evidence:
        return Text(f"{filled}; no evidence lies beside it: where its values come from cannot be told")
    return Text(f"{filled}; certain unless marked; → how to fill a gap in the next run; now: aipower edit")


def _blocks(explanation: Explanation) -> Iterator[tuple[str, list[Row]]]:
    for heading, fields in groupby(explanation.fields, key=lambda each: _heading(each.path)):
        rows = [*_field_rows(heading, list(fields))]
        beyond = [each for each in explanation.hyperparameters if _heading(each.path) == heading]
        yield heading, [*rows, *map(_hyperparameter_row, beyond)]
    yield "secondary algorithms", [("", _fact(fact)) for fact in explanation.secondary]
    yield "guesses, too unsure for the report", [*map(_fact_row, explanation.guesses)]
    yield "left out", [*_dropped_rows(explanation)]
    yield "not seen", [(each.field, Text(printable(each.reason))) for each in explanation.unseen]
    yield "beside the report", [*map(_fact_row, explanation.other)]
    yield "warnings", [(each.code, Text(printable(each.text))) for each in explanation.warnings]


def _heading(path: str) -> str:
    """Return the block that a field belongs to: an entry of a list, or the format's first level."""
    entry, bracket, _ = path.rpartition("]")
    return entry + bracket or path.rpartition(".")[0].partition(".")[0] or "report"


def _field_rows(heading: str, fields: list[Explained]) -> Iterator[Row]:
    """Yield a row a field; what an entry lacks and another has, or all lack, is told once."""
    further = heading.endswith("]") and not heading.endswith("[0]")
    brief = [each for each in fields if each.is_gap and (each.elsewhere or further)]
    for each in fields:
        if each not in brief:
            yield each.path.removeprefix(f"{heading}."), _body(each)
    if brief:
        names = ", ".join(each.path.removeprefix(f"{heading}.") for each in brief)
        yield "without", Text(names, style=QUIET)


def _body(each: Explained) -> Text:
    if each.value is None:
        return _gap(each)
    body = Text(f"{shown(each.value)} {each.unit}".rstrip())
    if each.by_hand:
        body.append("  changed by hand since", style=LOUD)
        if each.fact:
            body.append(f", was {shown(each.fact.value)}").append(_seen(each.fact), style=QUIET)
        return body
    if each.fact:
        body.append(_seen(each.fact), style=QUIET)
        body.append(f"\n{printable(each.fact.note)}" if each.fact.note else "", style=QUIET)
    return _with_rivals(body, each.rivals)


def _gap(each: Explained) -> Text:
    body = Text().append("missing", style=GAP)
    if each.by_hand and each.fact:
        body.append(f": {each.reason}, was {shown(each.fact.value)}", style=LOUD)
    elif each.reason not in ("", NOTHING_SAYS):
        body.append(f": {printable(each.reason)}")
    return body.append(f" → {each.hint}", style=HINT)


def _with_rivals(body: Text, rivals: Iterable[Rival]) -> Text:
    """Add a line a value that lost; those who said the same and lost for the same reason share it."""
    lines: dict[tuple[str, str], list[Fact]] = {}
    for rival in rivals:
        lines.setdefault((shown(rival.fact.value), rival.why), []).append(rival.fact)
    for (value, why), facts in lines.items():
        body.append(f"\nnot {value}").append(_seen(*facts), style=QUIET).append(f": {why}")
    return body


def _seen(*facts: Fact) -> str:
    """Say where facts were seen: `  [observed, train.py:42, likely]`."""
    return f"  [{printable('; '.join(map(_place, facts)))}]"


def _place(fact: Fact) -> str:
    sure = [] if fact.certainty is Certainty.CERTAIN else [fact.certainty.value]
    return ", ".join([fact.origin.value, fact.place, *sure])


def _hyperparameter_row(each: Hyperparameters) -> Row:
    body = Text().append(f"no field of the format{_seen(each.fact) if each.fact else ''}", style=QUIET)
    for mark, values in each.groups.items():
        listed = ", ".join(f"{printable(name)}={value!r}" for name, value in values.items())
        body.append(f"\n{mark}: ", style=QUIET).append(listed)
    return "hyperparameters", _with_rivals(body, each.rivals)


def _fact_row(fact: Fact) -> Row:
    return fact.field.removeprefix("evidence."), _fact(fact)


def _fact(fact: Fact) -> Text:
    body = Text(shown(fact.value)).append(_seen(fact), style=QUIET)
    about = " · ".join(printable(part) for part in (fact.subject, fact.note) if part)
    return body.append(f"\n{about}" if about else "", style=QUIET)


def _dropped_rows(explanation: Explanation) -> Iterator[Row]:
    """Yield one row an entry that was left out; a class path says enough of an algorithm."""
    for (subject, why), group in groupby(explanation.dropped, key=lambda each: (each.fact.subject, each.why)):
        facts = [each.fact for each in group]
        values = [f"{fact.field.rpartition('.')[2]} {shown(fact.value)}" for fact in facts]
        named = any(fact.value == subject for fact in facts)
        body = Text(subject if named else f"{subject}: {', '.join(values)}")
        body.append(_seen(facts[0]), style=QUIET)
        yield "", body.append(f"\n{why}" if why else "")
