"""How long ago the energy was measured."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from ai_power_export.report.rating.matrix import BEST, WORST, score_of_age
from ai_power_export.report.rating.subject import Judgement, Subject, text

YEAR = timedelta(days=365.25)
FURTHEST_ZONE = timedelta(hours=14)
"""How far a local time can be ahead of UTC (Kiribati); the format's times name no zone."""


def judge(subject: Subject, now: datetime) -> list[Judgement]:
    """Judge the age of the oldest measure; `now` has a time zone."""
    begun = [
        moment for entry in subject.measures if (moment := moment_of(text(entry, "measurementDateTime")))
    ]
    mend = "aipower edit: measures.measurementDateTime"
    if not begun:
        return [Judgement(WORST, "nothing tells when it was measured", mend)]
    age = now - min(begun)
    if age < -FURTHEST_ZONE:
        return [Judgement(WORST, "it was measured in the future, so nothing tells when", mend)]
    score = score_of_age(age / YEAR)
    return [
        Judgement(score, f"measured on {min(begun):%Y-%m-%d}", "" if score == BEST else "measure it anew")
    ]


def moment_of(text: str) -> datetime | None:
    """Return a moment written as the format has it, in UTC where it names no zone; None for anything else."""
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
