"""The main memory of this machine."""

from __future__ import annotations

from ai_power_export.facts import Facts
from ai_power_export.introspect.component import COMPONENTS, add_component, gigabytes


def memory_facts() -> Facts:
    """Return the RAM as one component with the size of all of it, as the format asks.

    The size is what the kernel manages: a little less than what is built in.
    """
    import psutil

    facts = Facts()
    size = psutil.virtual_memory().total
    if size > 0:
        add_component(
            facts,
            "ram",
            "psutil.virtual_memory",
            {"componentType": "ram", "nbComponent": 1, "memorySize": gigabytes(size)},
        )
    else:
        facts.lack(f"{COMPONENTS}.memorySize", "the system does not say how much memory it has")
    return facts
