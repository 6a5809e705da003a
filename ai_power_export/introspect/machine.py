"""Everything that the machine says about itself, in one call."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from ai_power_export.facts import Facts
from ai_power_export.introspect import ci, cloud, cpu, gpu, memory, python, repository, share, system
from ai_power_export.introspect.bounded import Introspection

SECONDS = 4.0
"""The time that all introspectors together may take."""


def machine_facts(
    *,
    online: bool,
    gpu_ids: Sequence[int | str] | None = None,
    script_folder: Path | None = None,
) -> Facts:
    """Return what hardware, system, Python, cloud, CI service and repository this process runs on.

    Never raises, prints or takes longer than `SECONDS`; what fails or hangs is
    a lack with its reason. The facts come in the same order every time.

    Args:
        online: whether a cloud's metadata service may be asked.
        gpu_ids: NVML indices or UUIDs of the GPUs that the meter tracks; None
            for those that `CUDA_VISIBLE_DEVICES` shows, or all.
        script_folder: where the running script lies, to find its repository.
    """
    introspectors: list[tuple[str, Callable[[], Facts], str]] = [
        ("cpu", cpu.cpu_facts, "infrastructure.components"),
        ("gpu", partial(gpu.gpu_facts, gpu_ids), "infrastructure.components"),
        ("memory", memory.memory_facts, "infrastructure.components"),
        ("share", share.share_facts, "infrastructure.components.share"),
        ("system", system.system_facts, "system.os"),
        ("python", python.python_facts, "software.version"),
        ("cloud", partial(cloud.cloud_facts, online=online), "infrastructure.infraType"),
        ("ci", ci.ci_facts, "header.publisher.name"),
        ("repository", partial(repository.repository_facts, script_folder), "header.publisher.projectName"),
    ]
    deadline = time.monotonic() + SECONDS
    started = [Introspection(*introspector) for introspector in introspectors]
    facts = Facts()
    for introspection in started:
        facts.extend(introspection.result(max(0.0, deadline - time.monotonic())))
    return facts
