"""A label in words: its title, and a description for those who do not see it."""

from __future__ import annotations

from ai_power_export.label.draw.text import clean
from ai_power_export.label.draw.values import written
from ai_power_export.label.draw.words import say, term
from ai_power_export.label.metrics import BY_UNIT
from ai_power_export.label.rated import MetricRating, Rating


def titled(rating: Rating, language: str) -> str:
    """Return the title of a label: the model and its letter with its range."""
    colon = "\u00a0: " if language == "fr" else ": "
    name = clean(rating.title) or say("label", language)
    return f"{say('label', language)} · {name}{colon}{verdict(rating, language)}"


def described(rating: Rating, language: str) -> str:
    """Return what a label says, metric by metric."""
    told = [f"{_spoken(metric, rating, language)}." for metric in rating.metrics]
    reason = [f"{clean(rating.why_not.in_language(language))}."] if rating.why_not else []
    scheme = say("scheme", language, name=clean(rating.scheme_name), version=clean(rating.scheme_version))
    return " ".join([f"{titled(rating, language)}.", *reason, *told, f"{scheme}."])


def verdict(rated: Rating | MetricRating, language: str) -> str:
    """Return the letter, with its range where it has one, or that there is none."""
    if not rated.letter:
        return say("not rated", language)
    if rated.best and rated.worst and rated.best != rated.worst:
        return say("range", language, letter=rated.letter, best=rated.best, worst=rated.worst)
    return rated.letter


def name_of(metric: MetricRating, rating: Rating, language: str) -> str:
    """Return what a metric is called, with what it is counted by where it is: a time is one of a request."""
    title = clean(metric.title.in_language(language) or metric.name)
    unit = clean(term(rating.functional_unit, language))
    return say("per", language, title=title, unit=unit) if unit and metric.name in BY_UNIT else title


def _spoken(metric: MetricRating, rating: Rating, language: str) -> str:
    title = name_of(metric, rating, language)
    value = written(metric, language) or say("unknown", language)
    standing = verdict(metric, language) if metric.rated else say("information", language)
    return f"{title}, {value}, {standing}"
