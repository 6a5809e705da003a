"""Rates a report: the score of each indicator, the medal, and what would lift it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ai_power_export.report.evidence import Evidence
from ai_power_export.report.rating import completeness, geography, recency, reliability, technology
from ai_power_export.report.rating.matrix import (
    BEST,
    COMPLETENESS,
    GEOGRAPHY,
    RECENCY,
    RELIABILITY,
    TECHNOLOGY,
    Indicator,
    data_quality_rating,
    medal_of,
)
from ai_power_export.report.rating.subject import Judgement, Subject


@dataclass(frozen=True)
class Score:
    """One indicator of a report: the worst of its sides counts."""

    indicator: Indicator
    judgements: tuple[Judgement, ...]

    @property
    def score(self) -> int:
        """From 1 (best) to 5."""
        return max(each.score for each in self.judgements)

    @property
    def why(self) -> str:
        """The reason: what the sides with this score say."""
        return "; ".join(each.why for each in self.judgements if each.score == self.score)


@dataclass(frozen=True)
class Lift:
    """One thing that would make the data better."""

    indicator: Indicator
    how: str
    rating: float
    """The rating if this alone were as good as can be."""


@dataclass(frozen=True)
class Rating:
    """How good the data of a report are."""

    scores: tuple[Score, ...]

    @property
    def rating(self) -> float:
        """The data quality rating, from 1 (best) to 5."""
        return data_quality_rating([each.score for each in self.scores])

    @property
    def medal(self) -> str:
        """`gold`, `silver`, `bronze` or `none`."""
        return medal_of(self.rating)

    @property
    def lifts(self) -> tuple[Lift, ...]:
        """What would make it better, what helps most first."""
        return tuple(sorted(self._lifts(), key=lambda lift: lift.rating))

    def _lifts(self) -> Iterator[Lift]:
        for score in self.scores:
            others = [each.score for each in self.scores if each is not score]
            for judgement in score.judgements:
                if judgement.score > BEST and judgement.lift:
                    left = [each.score for each in score.judgements if each is not judgement]
                    after = data_quality_rating([*others, max(left, default=BEST)])
                    yield Lift(score.indicator, judgement.lift, after)

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object."""
        return {
            "medal": self.medal,
            "rating": round(self.rating, 2),
            "indicators": {
                each.indicator.name: {"score": each.score, "why": each.why} for each in self.scores
            },
            "lifts": [
                {
                    "indicator": lift.indicator.name,
                    "how": lift.how,
                    "medal": medal_of(lift.rating),
                    "rating": round(lift.rating, 2),
                }
                for lift in self.lifts
            ],
        }


def rate(
    document: Mapping[str, Any], evidence: Evidence | None, now: datetime, *, wrong: bool = False
) -> Rating:
    """Rate a report of the current version, which need not be valid.

    Args:
        document: The report.
        evidence: What lies beside it; without it nobody tells who saw what, and that is never good.
        now: The present, with a time zone.
        wrong: Whether a check of the report found what cannot be true.
    """
    subject = Subject(document, evidence)
    judged = {
        RELIABILITY: reliability.judge(subject, wrong=wrong),
        COMPLETENESS: completeness.judge(subject),
        RECENCY: recency.judge(subject, now),
        GEOGRAPHY: geography.judge(subject),
        TECHNOLOGY: technology.judge(subject),
    }
    return Rating(tuple(Score(indicator, tuple(judgements)) for indicator, judgements in judged.items()))
