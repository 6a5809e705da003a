"""Whether this process runs in a container, as the usual engines let it be seen."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

SIGNS = {".dockerenv": "Docker", "run/.containerenv": "Podman"}
"""Files that an engine puts into each of its containers."""
GROUPS = {
    "kubepods": "Kubernetes",
    "docker": "Docker",
    "libpod": "Podman",
    "lxc": "LXC",
    "containerd": "containerd",
}
"""Words in the names of the control groups that engines make."""


def container_engine(root: Path = Path("/"), environment: Mapping[str, str] = os.environ) -> str:
    """Return the engine's name; empty where no container is seen."""
    if "KUBERNETES_SERVICE_HOST" in environment:
        return "Kubernetes"
    for file, engine in SIGNS.items():
        if (root / file).exists():
            return engine
    try:
        groups = (root / "proc/self/cgroup").read_text(encoding="utf-8", errors="replace")
    except OSError:
        groups = ""
    found = next((engine for word, engine in GROUPS.items() if word in groups), "")
    # systemd-nspawn, LXC and Podman tell the first process so.
    return found or environment.get("container", "")
