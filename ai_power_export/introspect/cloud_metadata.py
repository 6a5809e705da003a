"""What a cloud's metadata service says about this instance: its type and region, nothing else.

The service answers on a link-local address that never leaves the host. It is
only asked where firmware has named the provider, and only at its own paths.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import httpx

SERVICE = "http://169.254.169.254"
"""The address that AWS, Google and Azure share for it."""
SECONDS = 1.0
"""How long one request may take; the caller bounds them together."""
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""What an instance type or region looks like; anything else is no answer of theirs."""


class Instance(NamedTuple):
    """Type and region of a virtual machine, in the provider's words; empty where not said."""

    kind: str = ""
    region: str = ""


def ask_instance(provider: str, service: str = SERVICE) -> Instance:
    """Ask the provider's metadata service.

    Raises:
        httpx.HTTPError: it does not answer, or refuses.
        ValueError, TypeError: its answer is not what it documents.
    """
    import httpx

    ask = QUESTIONS[provider]
    # Proxies of the environment are ignored: the address means this host only.
    with httpx.Client(base_url=service, timeout=SECONDS, trust_env=False) as client:
        return ask(client)


def _aws(client: httpx.Client) -> Instance:
    """Instance Metadata Service version 2: every question carries a token."""
    lifetime = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}
    token = {"X-aws-ec2-metadata-token": _answer(client.put("/latest/api/token", headers=lifetime)).text}
    kind = client.get("/latest/meta-data/instance-type", headers=token)
    region = client.get("/latest/meta-data/placement/region", headers=token)
    return Instance(_plain(_answer(kind).text), _plain(_answer(region).text))


def _google(client: httpx.Client) -> Instance:
    """Answers such as `projects/1234/machineTypes/n1-standard-4` and `projects/1234/zones/europe-west1-b`."""
    flavor = {"Metadata-Flavor": "Google"}
    kind = client.get("/computeMetadata/v1/instance/machine-type", headers=flavor)
    zone = client.get("/computeMetadata/v1/instance/zone", headers=flavor)
    region = _answer(zone).text.rpartition("/")[2].rpartition("-")[0]
    return Instance(_plain(_answer(kind).text.rpartition("/")[2]), _plain(region))


def _azure(client: httpx.Client) -> Instance:
    asked = client.get("/metadata/instance/compute?api-version=2021-02-01", headers={"Metadata": "true"})
    compute: Any = _answer(asked).json()
    if not isinstance(compute, dict):
        raise TypeError("the metadata service gave no object")
    return Instance(_plain(compute.get("vmSize")), _plain(compute.get("location")))


QUESTIONS: dict[str, Callable[[httpx.Client], Instance]] = {"aws": _aws, "google": _google, "azure": _azure}
"""Providers whose metadata service is known here."""


def _answer(response: httpx.Response) -> httpx.Response:
    return response.raise_for_status()


def _plain(text: object) -> str:
    return text if isinstance(text, str) and PLAIN.fullmatch(text) else ""
