"""The pedigree matrix: what each score of each indicator means, and which medal the scores make.

Five indicators with scores from 1 (best) to 5, as Weidema and Wesnæs (1996), "Data quality management
for life cycle inventories: an example of using data quality indicators", Journal of Cleaner Production
4(3-4), 167-174, and in the form of Weidema et al. (2013), "Overview and methodology. Data quality
guideline for the ecoinvent database version 3", table 10.4. Their scores speak of processes of
industry; here the same scores are put in terms of a computation that was measured.

The medal follows the data quality rating of the ILCD Handbook (European Commission, JRC, 2010,
"General guide for Life Cycle Assessment", annex A, formula 3 and table 7): the sum of all scores, the
worst one counted five times, divided by the number of scores + 4. Up to 1.6 the handbook speaks of high
quality, up to 3 of basic quality, up to 4 of an estimate.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

BEST, WORST = 1, 5


@dataclass(frozen=True)
class Indicator:
    """One row of the matrix."""

    name: str
    title: str
    meanings: tuple[str, str, str, str, str]
    """What each score means, from 1 to 5."""


RELIABILITY = Indicator(
    "reliability",
    "reliability of the meter",
    (
        "counters or a wattmeter measured nearly all of the energy (±10 %), and a second look bears it out",
        "the same without a second look, or a model of known hardware (±25 %) with one",
        "a model of known hardware, or counters beside assumptions (±25 %)",
        "assumptions, such as the power on a data sheet (±50 %)",
        "nothing tells how, or a check of the report finds errors",
    ),
)
COMPLETENESS = Indicator(
    "completeness",
    "completeness",
    (
        "processor, memory and graphics cards are in the energy; more than 80 % of the fields are filled",
        "more than half of these parts; at least 60 % of the fields that apply",
        "some of these parts; at least 40 % of the fields",
        "only one of these parts; less than 40 % of the fields",
        "nothing tells which parts",
    ),
)
RECENCY = Indicator(
    "recency",
    "recency",
    (
        "measured less than 3 years ago",
        "less than 6 years ago",
        "less than 10 years ago",
        "less than 15 years ago",
        "longer ago, or nothing tells when",
    ),
)
GEOGRAPHY = Indicator(
    "geography",
    "geographical match",
    (
        "the place is known, and the carbon intensity is that of its own electricity at that time",
        "the country is named; the carbon intensity is the country's mean of less than 3 years before",
        "the country is named; the carbon intensity is of an unknown year or origin",
        "the country is named, without a carbon intensity",
        "the country is not known",
    ),
)
TECHNOLOGY = Indicator(
    "technology",
    "technological match",
    (
        "all processors and graphics cards are seen to be of a named model; counts, shares and memory told",
        "they are named, by whom is not told; or only the type of a cloud machine; or shares are not told",
        "the maker and the family of one are told, not the model; or counts or memory are not told",
        "of one only the kind is told",
        "no hardware is told",
    ),
)
MATRIX = (RELIABILITY, COMPLETENESS, RECENCY, GEOGRAPHY, TECHNOLOGY)

YEARS = (3, 6, 10, 15)
"""Ages in years below which data get the scores 1 to 4 (Weidema et al. 2013, temporal correlation)."""

FILLED = (0.8, 0.6, 0.4)
"""Shares from which what is there gets the scores 1 (more than), 2 and 3 (at least): the process
completeness of Edelen and Ingwersen (2016), "Guidance on Data Quality Assessment for Life Cycle Inventory
Data", EPA/600/R-16/096."""

WEIGHT_OF_WORST = 5
MEDALS = (("gold", 1.6), ("silver", 3.0), ("bronze", 4.0))
"""Each medal with the highest rating that still gets it."""
NO_MEDAL = "none"


def data_quality_rating(scores: Collection[int]) -> float:
    """Return the rating (1 to 5) that some scores make together, the worst one counted five times."""
    return (sum(scores) + (WEIGHT_OF_WORST - 1) * max(scores)) / (len(scores) + WEIGHT_OF_WORST - 1)


def medal_of(rating: float) -> str:
    """Return the medal that a rating gets."""
    return next((medal for medal, highest in MEDALS if rating <= highest), NO_MEDAL)


def score_of_age(years: float) -> int:
    """Return the score of data that are some years old."""
    return next((score for score, limit in enumerate(YEARS, BEST) if years < limit), WORST)


def score_of_share(share: float) -> int:
    """Return the score of a share (0 to 1) of what should be there."""
    if share > FILLED[0]:
        return BEST
    return next((score for score, least in enumerate(FILLED[1:], BEST + 1) if share >= least), WORST - 1)


def medal_words(medal: str) -> str:
    """Return what a medal is called in a sentence."""
    return "no medal" if medal == NO_MEDAL else medal
