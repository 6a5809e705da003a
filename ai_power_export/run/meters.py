"""The meters that the user has named beside CodeCarbon's tracker: begun, read and ended with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ai_power_export.console import say
from ai_power_export.errors import BadInput
from ai_power_export.measure.interval import Reading
from ai_power_export.meter_names import meter_names, meter_options
from ai_power_export.run.folder import early_setting

if TYPE_CHECKING:
    from ai_power_export.measure.meters.company import Company
    from ai_power_export.run.record import Record


class NamedMeters:
    """The meters beside CodeCarbon; where none is named this does nothing."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._company: Company | None = None

    def start(self) -> None:
        """Start those that the settings name; where they cannot be used CodeCarbon measures alone."""
        folder, given = Path(self._record.folder), self._record.settings
        named = early_setting("meters", folder, given)
        rank = self._record.rank
        if not named or (rank is not None and not rank.measures):
            return
        from ai_power_export.measure.meters.registry import CAN_RUN, CANNOT_RUN, wanted

        try:
            found = wanted(meter_names(named), meter_options(early_setting("meter", folder, given)))
        except (BadInput, ValueError) as error:
            self._tell(f"{error}; CodeCarbon measures alone")
            return
        if not CAN_RUN:
            self._tell(f"{CANNOT_RUN}; CodeCarbon measures alone")
            return
        from ai_power_export.measure.meters.company import Company

        self._company = Company(found)
        self._company.start(self._record.folder)
        self._keep(self._company)

    def add_to(self, reading: Reading, *, patiently: bool = False) -> Reading:
        """Return a reading of CodeCarbon's, just taken, with the totals of the others at its moment."""
        if self._company is None:
            return reading
        try:
            totals = self._company.totals(reading.at, patiently=patiently)
        except Exception as error:  # noqa: BLE001 - the user's run goes on whatever fails in us
            self._tell(f"the meters could not be read: {type(error).__name__}: {error}")
            return reading
        self._keep(self._company)
        return replace(reading, meters=totals)

    def stop(self) -> None:
        """End them."""
        company, self._company = self._company, None
        if company is not None:
            company.stop()
            self._keep(company)

    def _keep(self, company: Company) -> None:
        self._record.meters = company.to_json()
        self._record.warnings += company.warnings
        company.warnings = []

    def _tell(self, text: str) -> None:
        if ["meter-failed", text] not in self._record.warnings:
            self._record.warnings.append(["meter-failed", text])
            say(text)
