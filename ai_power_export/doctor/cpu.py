"""How the processor's energy is found here, and how it could be measured."""

from __future__ import annotations

import platform
from pathlib import Path

from ai_power_export.doctor.finding import Finding, Mend, State, state_of
from ai_power_export.introspect.container import container_engine
from ai_power_export.introspect.firmware import is_virtual
from ai_power_export.introspect.powercap import Zone, rapl_zones
from ai_power_export.measure.probe import Probed
from ai_power_export.measure.quality import cpu_error

PLATYPUS = "any program may then spy on others by their power (Platypus, CVE-2020-8694)"
READ_NOW = Mend(
    "sudo chmod -R a+r /sys/class/powercap/*", f"lets everybody read RAPL until the next boot; {PLATYPUS}"
)
UDEV_RULE = (
    'SUBSYSTEM=="powercap", ACTION=="add", TEST=="energy_uj", RUN+="/bin/chmod a+r $sys$devpath/energy_uj"'
)
READ_ALWAYS = Mend(
    f"echo '{UDEV_RULE}' | sudo tee /etc/udev/rules.d/70-rapl.rules"
    " && sudo udevadm control --reload && sudo udevadm trigger --subsystem-match=powercap --action=add",
    f"the same, also after each boot; {PLATYPUS}",
)
LOAD_MODULE = Mend(
    "sudo modprobe intel_rapl_msr",
    "shows RAPL of Intel's and AMD's processors until the next boot, where the kernel has that module",
)
UNMASKED = Mend(
    "docker run --security-opt systempaths=unconfined …",
    "shows the host's RAPL to a container, which Docker hides; the container then sees much else of its host",
)
UNFORCED = Mend(
    "unset CODECARBON_FORCE_CPU_POWER CODECARBON_FORCE_MODE_CPU_LOAD",
    "CodeCarbon is told to model the CPU, so or in .codecarbon.config (force_cpu_power, force_mode_cpu_load)",
)
KNOWN_POWER = Mend(
    "export CODECARBON_FORCE_CPU_POWER=WATTS",
    "with the thermal design power of your processor (of your share of it in a virtual machine):"
    " CodeCarbon then models a known CPU; it does not measure, not even where a counter can be read",
)
POWERMETRICS = Mend(
    'echo "$USER ALL=(root) NOPASSWD: /usr/bin/powermetrics" | sudo tee /etc/sudoers.d/powermetrics',
    "lets CodeCarbon call powermetrics, which is root's alone, without a password",
)


def cpu_finding(probed: Probed, root: Path = Path("/"), system: str = "") -> Finding:
    """Say how CodeCarbon gets the CPU's energy, and what would improve that.

    Args:
        probed: What CodeCarbon measured for a while, and how.
        root: Where the system's files lie.
        system: `platform.system()` of the machine; by default of this one.
    """
    error = cpu_error(probed.meter)
    state = state_of(error)
    system = system or platform.system()
    zones = rapl_zones(root) if system == "Linux" else []
    says = f"{_how(probed)}; {_rapl(zones)}" if system == "Linux" else _how(probed)
    if state is State.GOOD:
        return Finding("cpu", state, says)
    return Finding("cpu", state, says, tuple(_mends(state, zones, root, system)))


def _how(probed: Probed) -> str:
    mode, watts = probed.meter.cpu_mode or "nothing that we know", probed.cpu_watts
    if mode not in ("cpu_load", "constant"):
        return f"CodeCarbon reads {mode}"
    model = "models its power from its load" if mode == "cpu_load" else "takes half of its greatest power"
    if watts is None:
        return f"CodeCarbon {model} ({mode}), without a known greatest power"
    known = "known or given" if probed.meter.cpu_power_known else "assumed: it does not know this processor"
    return f"CodeCarbon {model} ({mode}) with {watts:g} W at most, {known}"


def _rapl(zones: list[Zone]) -> str:
    if not zones:
        return "the kernel shows no RAPL"
    names = ", ".join(dict.fromkeys(zone.name for zone in zones))
    if all(zone.readable for zone in zones):
        return f"RAPL is readable: {names}"
    denied = ", ".join(dict.fromkeys(zone.name for zone in zones if not zone.readable))
    return f"RAPL is there ({names}), but not readable for this user: {denied}"


def _mends(state: State, zones: list[Zone], root: Path, system: str) -> list[Mend]:
    mends = []
    if system == "Linux":
        mends += _rapl_mends(zones, root)
    elif system == "Darwin" and platform.machine() == "x86_64":
        # On Apple silicon CodeCarbon prefers its load model, whatever powermetrics would tell.
        mends.append(POWERMETRICS)
    # Where a counter is there, a given power would keep CodeCarbon from reading it.
    return [*mends, KNOWN_POWER] if state is State.POOR and not zones else mends


def _rapl_mends(zones: list[Zone], root: Path) -> list[Mend]:
    if any(not zone.readable for zone in zones):
        return [READ_NOW, READ_ALWAYS]
    if zones:
        return [UNFORCED] if _is_forced() else []
    if is_virtual(root) or platform.machine() not in ("x86_64", "AMD64"):
        return []
    return [UNMASKED] if container_engine(root) == "Docker" else [LOAD_MODULE]


def _is_forced() -> bool:
    from codecarbon.core.config import get_hierarchical_config

    return bool({"force_cpu_power", "force_mode_cpu_load"} & get_hierarchical_config().keys())
