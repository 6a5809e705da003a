"""What the user has settled: `[tool.aipower]`, `AIPOWER_*` and flags, in rising order.

The project's `pyproject.toml` is looked for from the working folder upwards.
What is CodeCarbon's stays in `.codecarbon.config` and `CODECARBON_*`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from ai_power_export.errors import BadInput
from ai_power_export.meter_names import meter_names
from ai_power_export.project import REPORTS, find_project, settings_in
from ai_power_export.tariff import day_prices
from ai_power_export.units import share


class Settings(BaseSettings):
    """All settings with their defaults; names are those of `[tool.aipower]`."""

    model_config = SettingsConfigDict(env_prefix="AIPOWER_", env_ignore_empty=True, extra="forbid")

    publisher: str | None = None
    """Name of the organisation that publishes the report."""
    division: str | None = None
    """Department within the organisation."""
    project: str | None = None
    """Name of the project; by default the repository's."""
    confidentiality: Literal["public", "internal", "confidential", "secret"] = "internal"
    """Only `public` reports may ever be uploaded."""
    privacy: Literal["anonymous", "organisation", "full"] = "full"
    """What a report that leaves tells of its publisher: nothing, the organisation, or all that was said."""
    coordinates_decimals: int | None = Field(None, ge=0, le=3)
    """Decimals that the coordinates of the machine are rounded to; none: reports have no coordinates."""
    licence: str | None = None
    """Licence under which the report is shared, such as `CC-BY-4.0`."""
    country: str | None = None
    """Country of the machine: ISO 3166 code of two or three letters, or English name."""
    infra_type: Literal["publicCloud", "privateCloud", "onPremise", "other"] | None = None
    """Kind of infrastructure, where it cannot be seen."""
    output: Path = Path(REPORTS)
    """Folder of the reports; relative to the working folder."""
    format: Literal["boamps", "boamps-2024", "orange-0.0.1"] = "boamps"
    """Version of the format that reports are written in."""
    per_stage: bool = False
    """True: the run is split by what is observed, with a report of each stage."""
    offline: bool = False
    """True: no request is made at all."""
    currency: str | None = None
    """ISO 4217 code of what electricity is paid in, such as `EUR`."""
    electricity_price: float | None = Field(None, ge=0, allow_inf_nan=False)
    """Price of a kWh in that currency; with a tariff, that of the hours which the tariff leaves out."""
    tariff: dict[str, float] = Field(default_factory=dict)
    """Price of a kWh by hours of the day on the machine's clock, such as `"22-06" = 0.15`."""
    calibration_max_age_days: float = Field(30, gt=0)
    """Days for which reports carry what `aipower calibrate` measured."""
    calibration_max_utilization: float = Field(0.1, ge=0, le=1)
    """Share of the time that CPUs and GPUs of a machine at rest are busy at most."""
    meters: list[str] | str = Field(default_factory=list)
    """Meters that each have an entry in the report, in this order; none: CodeCarbon alone."""
    meter: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Options of meters by their names; a name that is no meter's is a watt-meter's."""
    summary: Path | None = None
    """File that the summary at the end of each run is appended to, as Markdown."""
    quiet: bool = False
    """True: no summary is shown at the end of a run."""
    interactive: bool = False
    """True: after a script its user is asked for what its reports lack, where there is a terminal."""
    time_limit: float = Field(60, gt=0, allow_inf_nan=False)
    """Seconds that each of these questions waits; then no further one is asked."""
    destinations: dict[str, str] = Field(default_factory=dict)
    """Names for destinations, so that `--to open-data` may stand for an address."""
    upload: str | None = None
    """Destination, by name or address, that the reports of each run are delivered to; none: nowhere."""
    upload_time_limit: float = Field(10, ge=0, allow_inf_nan=False)
    """Seconds that the end of a run waits for deliveries at most; the rest stays in the outbox."""
    consent: bool = False
    """True: the user agrees that public reports leave for the destinations that these settings name."""
    token: SecretStr | None = None
    """Bearer token of the destination; better in `AIPOWER_TOKEN` or a keyring than in a shared file."""
    max_kwh: float | None = Field(None, ge=0, allow_inf_nan=False)
    """kWh that `aipower check` allows each report."""
    max_co2: float | None = Field(None, ge=0, allow_inf_nan=False)
    """kg CO2-equivalent that it allows each report."""
    baseline: str | None = None
    """Reports that it compares with: a file, a folder or a pattern; relative to the working folder."""
    tolerance: float = Field(0.1, ge=0, allow_inf_nan=False)
    """How much more than the baseline is fine: a share of it, such as `"10%"` or 0.1."""
    doubt: Literal["pass", "fail", "ignore"] = "pass"
    """What `aipower check` says where the error of a report leaves open on which side of a limit it is."""
    set: dict[str, Any] = Field(default_factory=dict)
    """Values of report fields by their dotted path; the user's word wins over everything."""

    @field_validator("country")
    @classmethod
    def _known_country(cls, value: str | None) -> str | None:
        return None if value is None else country_code(value)

    @field_validator("currency")
    @classmethod
    def _known_currency(cls, value: str | None) -> str | None:
        return None if value is None else currency_code(value)

    @field_validator("meters")
    @classmethod
    def _list_of_names(cls, value: Any) -> list[str]:
        return meter_names(value)

    @field_validator("upload", "destinations")
    @classmethod
    def _none_empty(cls, value: Any) -> Any:
        words = value.items() if isinstance(value, dict) else [(value,)]
        if any(each is not None and not each.strip() for pair in words for each in pair):
            raise ValueError("a destination is empty")
        return value

    @field_validator("tolerance", mode="before")
    @classmethod
    def _as_a_share(cls, value: Any) -> Any:
        return share(value)

    @field_validator("electricity_price", "tariff")
    @classmethod
    def _in_a_currency(cls, value: Any, info: ValidationInfo) -> Any:
        if value not in (None, {}) and info.data.get("currency") is None:
            raise ValueError('a price needs its currency, such as currency = "EUR"')
        return value

    @field_validator("tariff")
    @classmethod
    def _whole_day(cls, value: dict[str, float], info: ValidationInfo) -> dict[str, float]:
        if value:
            day_prices(value, info.data.get("electricity_price"))
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read flags, then the environment; the project's file is handed in by `load_settings`."""
        return init_settings, env_settings


def load_settings(folder: Path, given: Mapping[str, Any]) -> Settings:
    """Return the settings that hold in a working folder.

    Args:
        folder: Where to look for `pyproject.toml`, then upwards.
        given: Settings given by flags or in code; they win. None is "not given".

    Raises:
        BadInput: A file, variable or value that cannot be used.
    """
    flags = {name: value for name, value in given.items() if value is not None}
    if "token" in flags:
        # What is given is kept with what a run has measured, until its report is written.
        raise BadInput("token: does not belong in code", mend="set AIPOWER_TOKEN, or use a keyring")
    project = find_project(folder)
    try:
        return _layered(project)(**flags)
    except ValidationError as error:
        raise _one_line(error, project, flags) from None
    except ValueError as error:
        # pydantic-settings says so of a variable whose field is no plain value.
        variable = re.search(r'field "(\w+)" from source "EnvSettingsSource"', str(error))
        if variable is None:
            raise
        raise BadInput("not readable as JSON", f"AIPOWER_{variable[1].upper()}") from None


def _layered(project: Path | None) -> type[Settings]:
    """Return the settings class that also reads this project's table, below everything else."""
    if project is None:
        return Settings
    settled = _table(project)

    class ProjectSettings(Settings):
        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *args: Any, **kwargs: Any
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            above = super().settings_customise_sources(settings_cls, *args, **kwargs)
            return *above, InitSettingsSource(settings_cls, settled)

    return ProjectSettings


def _table(project: Path) -> dict[str, Any]:
    """Return the settings in a project's file.

    Raises:
        BadInput: It is not readable as TOML, or they are no table.
    """
    try:
        found = settings_in(project.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"not readable as TOML: {error}", str(project)) from None
    if not isinstance(found, dict):
        raise BadInput("tool.aipower is no table", str(project), "write [tool.aipower] in single brackets")
    return found


def _one_line(error: ValidationError, project: Path | None, flags: Mapping[str, Any]) -> BadInput:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"]) or "settings"
    why = (
        "no such setting"
        if first["type"] == "extra_forbidden"
        else first["msg"].removeprefix("Value error, ")
    )
    variable = f"AIPOWER_{name.partition('.')[0].upper()}"
    told = variable if variable in os.environ else str(project)
    return BadInput(f"{name}: {why}", "option" if name.partition(".")[0] in flags else told)


def country_code(name: str) -> str:
    """Return the ISO 3166 alpha-3 code of a country given by code or English name.

    Raises:
        ValueError: No such country.
    """
    import pycountry

    try:
        return str(pycountry.countries.lookup(name.strip()).alpha_3)
    except LookupError:
        raise ValueError(f"{name!r} is no country; give an ISO 3166 code such as FRA") from None


def currency_code(name: str) -> str:
    """Return the ISO 4217 code of a currency given by code or English name.

    Raises:
        ValueError: No such currency.
    """
    import pycountry

    try:
        return str(pycountry.currencies.lookup(name.strip()).alpha_3)
    except LookupError:
        raise ValueError(f"{name!r} is no currency; give an ISO 4217 code such as EUR") from None
