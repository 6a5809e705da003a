"""The label in Markdown, as a model card of the Hugging Face Hub has it: metadata on top, then a table.

The block on top says what was emitted only where energy and carbon intensity are in the report, and only of
trainings: that is what the card's `co2_eq_emissions` means
(https://huggingface.co/docs/hub/model-cards-co2). The place is the one in the report.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ai_power_export.label.draw.values import written
from ai_power_export.label.metrics import BY_UNIT, measured_of
from ai_power_export.label.rated import MetricRating, Rating
from ai_power_export.label.stages import TRAININGS, stages_of
from ai_power_export.report.evidence import entries_of
from ai_power_export.report.rating.subject import CHIPS, COMPONENTS, number, text
from ai_power_export.units import energy
from ai_power_export.vocabulary.power import kind_of

TRAINING_TYPES = {"finetuning": "fine-tuning", "training": "pre-training", "retraining": "pre-training"}
"""What the Hub calls the stages."""


def card(document: Mapping[str, Any], rating: Rating) -> str:
    """Return a label as Markdown, with the metadata of a model card where there are any.

    Args:
        document: The report, in the current version.
        rating: Its rating.
    """
    return "\n".join([*_metadata(document), *_text(rating)]) + "\n"


def emissions_of(document: Mapping[str, Any]) -> float | None:
    """Return what a run emitted, in g CO2-equivalent; None where energy or intensity are not told."""
    values = measured_of(document).values
    kwh, intensity = values.get("run_energy"), values.get("carbon_intensity")
    return None if kwh is None or intensity is None or kwh <= 0 or intensity < 0 else kwh * intensity


def _metadata(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of `co2_eq_emissions`; texts in JSON's quotes, which are YAML's as well."""
    stages, grams = stages_of(document), emissions_of(document)
    if grams is None or not stages or not set(stages) <= TRAININGS:
        return
    kinds = sorted({TRAINING_TYPES[stage] for stage in stages})
    yield "---"
    yield "co2_eq_emissions:"
    yield f"  emissions: {grams:.6g}"
    yield f"  source: {json.dumps(_source(document))}"
    yield f"  training_type: {json.dumps(' and '.join(kinds))}"
    if country := text(document, "environment.country"):
        yield f"  geographical_location: {json.dumps(country)}"
    if hardware := _hardware(document):
        yield f"  hardware_used: {json.dumps(hardware)}"
    yield "---"
    yield ""


def _source(document: Mapping[str, Any]) -> str:
    """Say what measured, and how much energy at which intensity."""
    values = measured_of(document).values
    measure = max(entries_of(document, "measures"), key=lambda each: number(each, "powerConsumption") or 0.0)
    by = " ".join(filter(None, (text(measure, "measurementMethod"), text(measure, "version"))))
    return f"{by}: {energy(values['run_energy'])} at {values['carbon_intensity']:.3g} gCO2eq/kWh"


def _hardware(document: Mapping[str, Any]) -> str:
    chips = []
    for component in entries_of(document, COMPONENTS):
        name, count = text(component, "componentName"), number(component, "nbComponent")
        if name and kind_of(text(component, "componentType")) in CHIPS:
            chips.append(f"{count:.0f} x {name}" if count and count > 1 else name)
    return ", ".join(chips)


def _text(rating: Rating) -> Iterator[str]:
    title = _plain(rating.title) or "this model"
    yield f"### Energy label of {title}: {_letters(rating.letter, rating.best, rating.worst)}"
    yield ""
    if rating.why_not:
        yield f"Not rated: {_plain(rating.why_not)}."
        yield ""
    yield "| metric | value | letter |"
    yield "|---|---|---|"
    yield from (_row(metric, rating) for metric in rating.metrics)
    yield ""
    group = rating.group
    among = f", among {group.members} comparable runs" if group and rating.letter else ""
    when = f", run of {rating.date}" if rating.date else ""
    quality = f", quality {rating.quality}" if rating.quality else ""
    yield (
        f"Scheme {_plain(rating.scheme_name)} {_plain(rating.scheme_version)} "
        f"(`{rating.scheme_hash[:12]}`){among}{when}{quality}; "
        f"report {_plain(rating.report_id)} (sha256 `{rating.report_hash}`)."
    )


def _row(metric: MetricRating, rating: Rating) -> str:
    value = written(metric, "en")
    if value and metric.name in BY_UNIT:
        value = f"{value} a {rating.functional_unit}"
    letter = _letters(metric.letter, metric.best, metric.worst) if metric.rated else "for information"
    why_not = f": {metric.why_not}" if metric.rated and metric.why_not else ""
    return f"| {_plain(metric.title.en)} | {_plain(value)} | {letter}{_plain(why_not)} |"


def _letters(letter: str | None, best: str | None, worst: str | None) -> str:
    if letter is None:
        return "not rated"
    return f"**{letter}**" if best == worst else f"**{letter}** ({best} to {worst})"


def _plain(text_: str) -> str:
    """Return a text of strangers that Markdown takes for nothing but text, in one line."""
    return re.sub(r"([\\`*_{}\[\]<>#|!&])", r"\\\1", " ".join(text_.split()))
