"""A machine is known again by its hardware, and by nothing that names its owner."""

from __future__ import annotations

import re

import pytest

from ai_power_export.introspect.identity import machine_identity


@pytest.fixture
def machine(tmp_path):
    """A tree of system files of one machine."""

    def _machine(name="one", **firmware):
        root = tmp_path / name
        dmi = root / "sys/class/dmi/id"
        dmi.mkdir(parents=True, exist_ok=True)
        for file, text in {"sys_vendor": "Dell Inc.", "product_name": "PowerEdge R750", **firmware}.items():
            (dmi / file).write_text(f"{text}\n")
        return root

    return _machine


def test_it_is_stable_and_says_nothing(machine):
    identity = machine_identity(machine())
    assert re.fullmatch(r"[0-9a-f]{16}", identity)
    assert machine_identity(machine()) == identity


def test_another_model_is_another_machine(machine):
    assert machine_identity(machine("two", product_name="PowerEdge R760")) != machine_identity(machine())


def test_what_is_the_single_machines_own_does_not_count(machine):
    private = machine("two", product_serial="ABC123", product_uuid="1234", chassis_asset_tag="room 7")
    assert machine_identity(private) == machine_identity(machine())
