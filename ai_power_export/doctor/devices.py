"""How the energy of GPUs and RAM is found here, and how it could be measured."""

from __future__ import annotations

import platform
from pathlib import Path

from ai_power_export.doctor.finding import Finding, Mend, State, state_of
from ai_power_export.introspect.container import container_engine
from ai_power_export.introspect.display import built_in_gpus
from ai_power_export.introspect.gpu import gpu_models
from ai_power_export.measure.probe import Probed
from ai_power_export.measure.quality import gpu_error, ram_error

INTO_CONTAINER = Mend(
    "docker run --gpus all …", "shows the host's GPUs to a container, with the NVIDIA Container Toolkit"
)
DRIVERS = {
    "ubuntu": "sudo ubuntu-drivers install",
    "debian": "sudo apt install nvidia-driver",
    "fedora": "sudo dnf install akmod-nvidia",
    "arch": "sudo pacman -S nvidia",
}
"""How the distributions install NVIDIA's driver, which brings NVML; Debian and Fedora need their
non-free repositories for it."""
AMDSMI = Mend(
    "pip install amdsmi",
    "the library that CodeCarbon reads AMD GPUs with; it needs AMD's ROCm driver on this machine",
)
KNOWN_RAM = Mend(
    "export CODECARBON_FORCE_RAM_POWER=WATTS",
    "with what your memory draws, by its data sheet or a measurement: ±25 % instead of ±50 %",
)


def gpu_finding(probed: Probed, root: Path = Path("/")) -> Finding:
    """Say how CodeCarbon gets the GPUs' energy, and which GPUs it does not see."""
    mode = probed.meter.gpu_mode
    built_in = built_in_gpus(root)
    if not mode:
        return _unseen(built_in, root)
    models = ", ".join(gpu_models()) if mode == "nvml" else ""
    says = f"CodeCarbon reads {mode}" + (f": {models}" if models else "")
    if probed.interval.gpu_kwh <= 0:
        return Finding(
            "gpu", State.POOR, f"{says}; but the energy counters do not move: reports lack the GPUs' energy"
        )
    return Finding("gpu", state_of(gpu_error(probed.meter)), says)


def _unseen(built_in: list[str], root: Path) -> Finding:
    if "NVIDIA" in built_in:
        mend = INTO_CONTAINER if container_engine(root) else _driver(root)
        says = "a GPU of NVIDIA is built in, but NVML does not show it: reports lack its energy"
        return Finding("gpu", State.POOR, says, (mend,) if mend else ())
    if "AMD" in built_in:
        lost = "unless it is part of the processor, reports lack its energy"
        says = f"a GPU of AMD is built in, but CodeCarbon does not see it: {lost}"
        return Finding("gpu", State.POOR, says, (AMDSMI,))
    if "Intel" in built_in:
        says = "graphics of Intel are built in, which CodeCarbon does not read by themselves"
        return Finding("gpu", State.FAIR, says)
    return Finding("gpu", State.FAIR, "no GPU is seen, by CodeCarbon or on the PCI bus")


def _driver(root: Path) -> Mend | None:
    from ai_power_export.introspect.system import system_facts

    if platform.system() != "Linux":
        return None
    command = DRIVERS.get(str(system_facts(root).value("system.distribution")))
    return (
        Mend(command, "installs NVIDIA's driver, and NVML with it; restart afterwards") if command else None
    )


def ram_finding(probed: Probed) -> Finding:
    """Say how CodeCarbon gets the RAM's energy."""
    meter, state = probed.meter, state_of(ram_error(probed.meter))
    watts = probed.ram_watts
    if meter.ram_measured:
        return Finding("ram", state, "CodeCarbon reads the board's counter")
    if meter.ram_forced:
        return Finding("ram", state, f"CodeCarbon takes the {watts:.3g} W that it was given")
    says = f"CodeCarbon assumes {watts:.3g} W from the memory's size: it reads no counter of it"
    return Finding("ram", state, says, (KNOWN_RAM,))
