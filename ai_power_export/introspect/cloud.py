"""Whose machine this is: a public cloud's, or one that stands on its owner's premises.

`publicCloud` where the firmware names a provider; `onPremise` only on bare
metal that names no provider; a virtual machine of unknown owner is `other`,
which the user's setting outranks. A container counts as the machine it runs
on, whose firmware it sees; where it sees none, nothing is known and it is
`other`. So is every macOS and Windows machine: they show no such signs without
starting programs. A rented bare-metal server of a provider that signs no
firmware looks like an owned one, which is why `onPremise` is only likely.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

from ai_power_export.facts import Certainty, Facts, Origin
from ai_power_export.introspect import cloud_metadata
from ai_power_export.introspect.bounded import bounded
from ai_power_export.introspect.firmware import bare_metal, cloud_provider, read_dmi

INFRA_TYPE = "infrastructure.infraType"
INSTANCE = "infrastructure.cloudInstance"
REGION = "evidence.cloudRegion"
METADATA_SECONDS = 1.0
"""How long all questions to a metadata service may take together."""
AWS_INSTANCE = re.compile(r"[a-z][a-z0-9-]*\.[a-z0-9-]+")
"""Nitro machines carry their type as product name (`m5.large`, `u-6tb1.metal`); older ones `HVM domU`."""


def cloud_facts(*, online: bool, root: Path = Path("/"), service: str = cloud_metadata.SERVICE) -> Facts:
    """Return infrastructure type, provider and instance type; the region goes to the evidence.

    Args:
        online: whether the provider's metadata service may be asked.
        root: where the system's files lie.
        service: base URL of the metadata service.
    """
    facts = Facts()
    named = cloud_provider(root)
    if named is None:
        _add_own_machine(facts, bare_metal(root))
        return facts
    provider, place = named
    facts.add(INFRA_TYPE, "publicCloud", Origin.MACHINE, place)
    facts.add("infrastructure.cloudProvider", provider, Origin.MACHINE, place)
    product = read_dmi(root, "product_name")
    if provider == "aws" and AWS_INSTANCE.fullmatch(product):
        facts.add(INSTANCE, product, Origin.MACHINE, "DMI product_name")
    if online and provider in cloud_metadata.QUESTIONS:
        ask = partial(_metadata_facts, provider, service)
        facts.extend(bounded(f"{provider} metadata service", ask, REGION, METADATA_SECONDS))
    if facts.value(INSTANCE) is None:
        facts.lack(INSTANCE, "neither the firmware nor a metadata service that may be asked says it")
    return facts


def _add_own_machine(facts: Facts, place: str) -> None:
    if place:
        facts.add(
            INFRA_TYPE, "onPremise", Origin.MACHINE, place, certainty=Certainty.LIKELY, note="bare metal"
        )
    else:
        note = "no cloud provider is named and bare metal is not to be seen: say infraType yourself"
        facts.add(INFRA_TYPE, "other", Origin.DERIVED, "firmware", certainty=Certainty.LIKELY, note=note)
    facts.lack("infrastructure.cloudProvider", "the firmware names no cloud provider")


def _metadata_facts(provider: str, service: str) -> Facts:
    facts = Facts()
    instance = cloud_metadata.ask_instance(provider, service)
    place = f"{provider} metadata service"
    facts.add(INSTANCE, instance.kind, Origin.MACHINE, place)
    facts.add(REGION, instance.region, Origin.MACHINE, place)
    return facts
