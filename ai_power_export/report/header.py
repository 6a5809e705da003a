"""What stands above the measured facts of a report: its header, and what the user has settled."""

from __future__ import annotations

from datetime import datetime, timezone

from ai_power_export.facts import Facts, Origin
from ai_power_export.report.answers import typed_answers
from ai_power_export.settings import Settings

CONFIDENTIALITY = "header.publisher.confidentialityLevel"
STATUS = "header.reportStatus"

BY_CHECKS = "checks of structure and meaning"
"""Where a status is from that nobody has settled."""
BY_FACTS = "made of the facts"
"""Where a description is from that nobody has written."""

FORMAT_VERSION = "0.1"
"""`formatVersion` of BoAmps as published in April 2026."""
FORMAT_URI = "https://github.com/Boavizta/BoAmps/tree/main/model"
"""Where that version of the format is specified."""


def header_facts(report_id: str) -> Facts:
    """Return what identifies a report that is published now."""
    facts = Facts()
    said = {
        "formatVersion": FORMAT_VERSION,
        "formatVersionSpecificationUri": FORMAT_URI,
        "reportId": report_id,
        "reportDatetime": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S"),
    }
    for name, value in said.items():
        facts.add(f"header.{name}", value, Origin.DERIVED, "ai-power-export")
    return facts


def settings_facts(settings: Settings, project: str, country: str | None) -> Facts:
    """Return what the user has settled.

    Args:
        settings: The settings that hold.
        project: Name that the user gave the project in code; the setting wins.
        country: The settled country as reports name it.
    """
    facts = Facts()
    said = {
        "header.publisher.name": settings.publisher,
        "header.publisher.division": settings.division,
        "header.publisher.projectName": settings.project or project,
        CONFIDENTIALITY: settings.confidentiality if "confidentiality" in settings.model_fields_set else None,
        "header.licensing": settings.licence,
        "infrastructure.infraType": settings.infra_type,
        "environment.country": country,
    }
    for path, value in {**said, **typed_answers(settings.set, "set")}.items():
        facts.add(path, value, Origin.USER, "settings")
    # A report that nobody has said anything about must not leave the house.
    facts.add(CONFIDENTIALITY, settings.confidentiality, Origin.DERIVED, "default: nobody said more")
    return facts
