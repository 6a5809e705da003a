"""What the name of a processor says about its maker, family and series.

Only what is written there: "AMD EPYC" is a family without a series, and the
names that hypervisors make up ("QEMU Virtual CPU", "Intel Xeon E312xx") are
believed only as far as they go.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class CpuName(NamedTuple):
    """The parts of a processor's name; empty where it does not say."""

    manufacturer: str = ""
    family: str = ""
    series: str = ""


FAMILIES = (
    (r"Intel Xeon Phi", "Intel", "Xeon Phi"),
    (r"Intel Xeon", "Intel", "Xeon"),
    (r"Intel Core Ultra", "Intel", "Core Ultra"),
    (r"Intel Core ?2", "Intel", "Core 2"),
    (r"Intel Core", "Intel", "Core"),
    (r"Intel Pentium", "Intel", "Pentium"),
    (r"Intel Celeron", "Intel", "Celeron"),
    (r"Intel Atom", "Intel", "Atom"),
    (r"AMD EPYC", "AMD", "EPYC"),
    (r"AMD Ryzen Threadripper", "AMD", "Ryzen Threadripper"),
    (r"AMD Ryzen AI", "AMD", "Ryzen AI"),
    (r"AMD Ryzen", "AMD", "Ryzen"),
    (r"AMD Opteron", "AMD", "Opteron"),
    (r"AMD Athlon", "AMD", "Athlon"),
    (r"Apple(?= M\d)", "Apple", "M"),
    (r"AWS(?= Graviton\d)", "AWS", "Graviton"),
    (r"AmpereOne", "Ampere", "AmpereOne"),
    (r"Ampere Altra Max", "Ampere", "Altra Max"),
    (r"Ampere Altra", "Ampere", "Altra"),
    # Arm designs these cores; the name does not say who made the processor around them.
    (r"Neoverse", "", "Neoverse"),
    (r"Cortex", "", "Cortex"),
)
"""What stands before the series, in names freed of marks and noise; the longer ones come first."""

MANUFACTURERS = ("Intel", "AMD", "Apple", "Ampere", "Hygon")
"""Makers that are believed when the name tells nothing but them."""
VENDOR_IDS = {"GenuineIntel": "Intel", "AuthenticAMD": "AMD", "HygonGenuine": "Hygon"}
"""What the `cpuid` instruction calls the maker."""

MARKS = re.compile(r"\((?:R|TM)\)|[®™]", re.IGNORECASE)
NOISE = re.compile(
    r"""\s@.*                                # the clock: @ 2.90GHz
      | \([^)]*\)                            # remarks: (Skylake, IBRS)
      | \b(?:with\b|w/).*                    # built-in graphics: with Radeon Graphics, w/ Radeon 890M
      | \b(?:\d+|Dual|Triple|Quad|Six|Eight|Twelve|Sixteen)-Cores?\b
      | \b(?:CPU|Processor)\b""",
    re.IGNORECASE | re.VERBOSE,
)
MADE_UP = re.compile(r"\bQEMU\b|\bKVM\b|\bvirtual\b", re.IGNORECASE)
"""Names of no real processor: an emulated one may even carry another maker's vendor id."""
STAND_IN = re.compile(r"\dxx\b|\bclass\b", re.IGNORECASE)
"""Signs of a hypervisor's model that stands for many real ones: `E312xx`, `63xx class`."""
TIERS = re.compile(r"\b(?:PLATINUM|GOLD|SILVER|BRONZE|MAX)\b")


def read_cpu_name(brand: str, vendor_id: str = "") -> CpuName:
    """Split a name such as `Intel(R) Xeon(R) Gold 6226R CPU @ 2.90GHz` into its parts."""
    if MADE_UP.search(brand):
        return CpuName()
    name = " ".join(NOISE.sub(" ", MARKS.sub("", brand)).split())
    for words, manufacturer, family in FAMILIES:
        match = re.search(rf"\b{words}(?!\w)", name, re.IGNORECASE)
        if match:
            stand_in = STAND_IN.search(brand) is not None
            return CpuName(manufacturer, family, "" if stand_in else _series(name[match.end() :], family))
    return CpuName(_manufacturer(name, vendor_id))


def _series(rest: str, family: str) -> str:
    """Return the model behind the family; one without a digit is no model ("EPYC-Rome")."""
    begins = " -" if family in ("Neoverse", "Cortex") else " "
    if not rest or rest[0] not in begins or not re.search(r"\d", rest):
        return ""
    return TIERS.sub(lambda tier: tier[0].title(), rest[1:])


def _manufacturer(name: str, vendor_id: str) -> str:
    words = name.split()
    named = next((maker for maker in MANUFACTURERS if maker in words), "")
    return named or VENDOR_IDS.get(vendor_id, "")
