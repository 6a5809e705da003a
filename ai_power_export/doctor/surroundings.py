"""What else a report needs: CodeCarbon itself, the place, a folder to write to, a calibration."""

from __future__ import annotations

import platform
import re
import tempfile
import time
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from ai_power_export.doctor.finding import Finding, Mend, State
from ai_power_export.introspect.container import container_engine
from ai_power_export.introspect.firmware import is_virtual
from ai_power_export.measure.calibration import kept, usable
from ai_power_export.measure.codecarbon import FALLBACK_PLACE, Meter, country_name
from ai_power_export.settings import Settings

PACKAGE = "ai-power-export"


def codecarbon_finding() -> Finding:
    """Say whether the installed CodeCarbon is one that this package was made for."""
    installed, wanted = version("codecarbon"), _wanted()
    if _within(installed, wanted):
        return Finding("codecarbon", State.GOOD, f"version {installed} ({wanted})")
    mend = Mend(f"pip install 'codecarbon{wanted}'", "installs a version that reports are made with")
    return Finding("codecarbon", State.POOR, f"version {installed}, not {wanted}", (mend,))


def _wanted() -> str:
    """Return what this package asks of CodeCarbon's version, such as `<4,>=3.2.0`."""
    try:
        needs = requires(PACKAGE) or []
    except PackageNotFoundError:
        return ""
    return next((need.removeprefix("codecarbon") for need in needs if need.startswith("codecarbon")), "")


def _within(installed: str, wanted: str) -> bool:
    bounds = re.findall(r"(>=|<)\s*([\d.]+)", wanted)
    number = _number(installed)
    return all((number >= _number(bound)) == (sign == ">=") for sign, bound in bounds)


def _number(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])


def machine_finding(root: Path = Path("/")) -> Finding:
    """Say whether the machine is shared with others that cannot be seen from here."""
    engine = container_engine(root)
    virtual = platform.system() == "Linux" and is_virtual(root)
    if virtual:
        inside = f", and a container ({engine}) in it" if engine else ""
        says = f"a virtual machine{inside}: its host draws more than is seen here"
        return Finding("machine", State.FAIR, says)
    if engine:
        return Finding("machine", State.FAIR, f"a container ({engine}): the whole host is measured")
    return Finding("machine", State.GOOD, "no container or hypervisor is seen")


def place_finding(settings: Settings, *, online: bool) -> Finding:
    """Say whether the country is known; a service is asked only when `online`."""
    give = Mend(
        "aipower export --country FRA …", "with your country; AIPOWER_COUNTRY=FRA does it for all runs"
    )
    if settings.country:
        return Finding(
            "place", State.GOOD, f"{country_name(settings.country) or settings.country}, as settled"
        )
    if settings.offline:
        return Finding(
            "place", State.POOR, "not known, and runs are offline: reports lack the country", (give,)
        )
    if not online:
        says = (
            "not settled: each run asks CodeCarbon's geolocation service; doctor asks it only with --online"
        )
        return Finding("place", State.FAIR, says, (give,))
    found = _ask_where()
    if found is None:
        return Finding(
            "place", State.POOR, "no geolocation service answers: reports lack the country", (give,)
        )
    return Finding("place", State.FAIR, f"{found}, as a geolocation service says of this address", (give,))


def _ask_where() -> str | None:
    """Ask as CodeCarbon does; it takes a place in Canada where nobody answers."""
    from codecarbon.external.geography import GeoMetadata
    from codecarbon.input import DataSource

    place = GeoMetadata.from_geo_js(DataSource().geo_js_url)
    if (place.country_iso_code, place.latitude, place.longitude) == FALLBACK_PLACE:
        return None
    return place.country_name or None


def output_finding(settings: Settings, folder: Path) -> Finding:
    """Say whether reports can be written; nothing is left behind."""
    output = folder / settings.output
    existing = next((place for place in (output, *output.parents) if place.exists()), output)
    try:
        with tempfile.TemporaryFile(dir=existing):
            return Finding("output", State.GOOD, f"{output} can be written")
    except OSError as error:
        mend = Mend("aipower export --output FOLDER …", "writes reports to another folder")
        return Finding("output", State.POOR, f"{output} cannot be written: {error.strerror}", (mend,))


def calibration_finding(meter: Meter, settings: Settings) -> Finding:
    """Say whether reports will carry what this machine draws at rest."""
    found = usable(kept(), meter, settings.calibration_max_age_days, time.time())
    if isinstance(found, str):
        mend = Mend("aipower calibrate", "measures this machine at rest for 60 s; leave it alone meanwhile")
        return Finding("calibration", State.POOR, found, (mend,))
    return Finding("calibration", State.GOOD, f"of {found.date}; reports carry it")
