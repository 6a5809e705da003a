"""What the name of an NVIDIA GPU says about its family and series."""

from __future__ import annotations

import re

FAMILIES = ("GeForce", "Tesla", "Quadro", "TITAN", "GRID", "CMP", "RTX")
"""Product lines that stand in names; data centre cards since the A100 have none."""

PACKAGING = re.compile(
    r"""[ -]\d+\s?GB\b.*                          # memory and what follows: -40GB, 80GB HBM3
      | [ -](?:PCIE|PG\d+|SXM\d?|NVL)\b.*         # how the board is mounted: -SXM4-40GB
      | \s(?:MIG|with\ Max-Q)\b.*                 # the slice or the tuning of a card
      | \sGPU$                                    # RTX 3070 Laptop GPU""",
    re.IGNORECASE | re.VERBOSE,
)


def read_gpu_name(name: str) -> tuple[str, str]:
    """Return family and series of a name such as `Tesla V100S-PCIE-32GB`, empty where it says none.

    The series is the model without its mounting and memory: `V100S`.
    """
    model = re.sub(r"^NVIDIA\s+", "", name.strip(), flags=re.IGNORECASE)
    family = next((line for line in FAMILIES if re.match(rf"{line}\b", model, re.IGNORECASE)), "")
    series = PACKAGING.sub("", model[len(family) :]).strip()
    return family, series if re.search(r"\d", series) or family == "TITAN" else ""
