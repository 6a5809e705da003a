"""Several measures of one task: other meters give other energies, but not a thousand times others."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ai_power_export.report.checks.finding import Finding
from ai_power_export.report.checks.meaning.reading import Measure, Reading
from ai_power_export.report.checks.meaning.wording import plain, warning

FAR_APART = 300.0
"""Of two meters that follow different parts of a machine one may tell ten times the other, not more."""
MEGAJOULES, CLOSE = 3.6, 1e-3
"""A MJ is 1/3.6 kWh. Two meters may differ by that; one and the same does not, to a part in 1000."""

MOST_ORDERS = 100
"""Natural logarithm of the largest factor that is told."""

FACTORS = {1e3: "Wh or MWh", 3.6e3: "kJ", 1e6: "mWh or GWh", 3.6e6: "J", 3.6e9: "mJ"}
"""What a factor between two energies, both said to be in kWh, hints at."""


def findings(reading: Reading) -> Iterator[Finding]:
    """Yield measures that differ from the first one by a factor between units."""
    given = [measure for measure in reading.measures if measure.kwh is not None and measure.kwh > 0]
    for other in given[1:]:
        yield from _compared(given[0], other)


def _compared(first: Measure, other: Measure) -> Iterator[Finding]:
    if first.watts and other.watts:
        orders = math.log(other.watts) - math.log(first.watts)
    else:
        orders = math.log(other.kwh or 1) - math.log(first.kwh or 1)
    factor = math.exp(min(abs(orders), MOST_ORDERS))
    if factor >= FAR_APART:
        unit = FACTORS[min(FACTORS, key=lambda each: abs(math.log(factor / each)))]
    elif _same_method(first, other) and math.isclose(factor, MEGAJOULES, rel_tol=CLOSE):
        unit = "MJ"
    else:
        return
    what = f"gives {plain(factor)} times {'less' if orders < 0 else 'more'} than {first.part.path}"
    mend = f"give both in the unit of the field: was one in {unit}?"
    yield warning(other.part.spot("powerConsumption").path, "measures-disagree", what, mend)


def _same_method(first: Measure, other: Measure) -> bool:
    return first.part.text("measurementMethod") == other.part.text("measurementMethod")
