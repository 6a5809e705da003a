"""Takes what is nobody's business out of facts, so that neither a report nor its evidence ever holds it."""

from __future__ import annotations

from dataclasses import replace

from ai_power_export.facts import Fact, Facts, Missing, Notice, Origin
from ai_power_export.report.privacy.filter import COORDINATES, GONE, OF_THE_PUBLISHER, PrivacyFilter

CODE = "private"
"""Code of the warnings that tell what was taken out."""


def clean_facts(facts: Facts, private: PrivacyFilter) -> Facts:
    """Return facts without secrets, paths and identities; what was taken out is told, not shown.

    A value that is nothing else becomes a missing one with its reason.
    """
    clean = Facts(
        missing=[Missing(each.field, private.text(each.reason)) for each in facts.missing],
        warnings=[Notice(each.code, private.text(each.text)) for each in facts.warnings],
    )
    for fact in facts.found:
        _add(fact, private, clean)
    return clean


def _add(fact: Fact, private: PrivacyFilter, clean: Facts) -> None:
    by_user = fact.origin is Origin.USER
    if by_user and fact.field.rpartition(".")[2] in COORDINATES:
        clean.found.append(fact)  # the user's own word; it is rounded on its way out
        return
    # Only the user may give a project a person's name: a folder has it by chance.
    by_chance = fact.field in OF_THE_PUBLISHER and not by_user
    value, removals = private.json(fact.value, "" if by_chance else fact.field)
    if value is GONE or (by_chance and removals):
        clean.lack(fact.field, f"left out: {removals[0].why}")
        return
    clean.found.append(
        replace(
            fact,
            value=value,
            place=private.text(fact.place),
            subject=private.text(fact.subject),
            note=private.text(fact.note),
        )
    )
    for removal in removals:
        clean.warn(CODE, f"{fact.field}: {removal.kind.value} taken out ({removal.why})")
