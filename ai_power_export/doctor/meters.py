"""Which meters beside CodeCarbon can measure here."""

from __future__ import annotations

from pathlib import Path

from ai_power_export.doctor.finding import Finding, Mend, State
from ai_power_export.errors import BadInput
from ai_power_export.measure.meters.registry import CODECARBON, WATTMETER, Wanted, kinds, wanted, why_not
from ai_power_export.settings import Settings

USE = Mend(
    "aipower export --meter codecarbon --meter NAME …",
    "gives the report an entry of each; one that is not CodeCarbon shows how far both agree",
)


def meters_finding(settings: Settings, folder: Path) -> Finding:
    """Say which meters can measure here, and why others cannot; a watt-meter is asked for one value."""
    try:
        configured = wanted(settings.meter, settings.meter)
    except BadInput as error:
        return Finding("meters", State.POOR, str(error))
    names = {each.name for each in configured}
    others = [Wanted(kind, kind) for kind in kinds() if kind not in names and kind != WATTMETER]
    reasons = {each.name: why_not(each, folder) for each in (*others, *configured)}
    usable = [name for name, why in reasons.items() if not why]
    says = "; ".join(
        [
            f"can be used: {', '.join(usable)}, and a watt-meter by command or CSV",
            *(f"{name} not: {why.partition(';')[0]}" for name, why in reasons.items() if why),
        ]
    )
    broken = any(reasons[each.name] for each in configured)
    more = any(name != CODECARBON for name in usable)
    return Finding("meters", State.POOR if broken else State.GOOD, says, (USE,) if more else ())
