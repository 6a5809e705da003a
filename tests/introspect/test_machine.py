"""All that this machine says about itself, in one call."""

import json
import subprocess
import sys
import time

import pytest

from ai_power_export.facts import Facts
from ai_power_export.introspect import machine, system
from ai_power_export.introspect.machine import machine_facts

WANTED = ["system.os", "software.language", "software.version", "infrastructure.infraType"]


def test_the_main_facts_are_there_with_origin_and_place():
    facts = machine_facts(online=False)
    for field in WANTED:
        assert facts.value(field) is not None, field
    assert facts.value("infrastructure.components.componentType", "cpu") == "cpu"
    assert facts.value("infrastructure.components.memorySize", "ram") > 0
    assert 0 < facts.value("infrastructure.components.share", "cpu") <= 1
    assert 0 < facts.value("infrastructure.components.share", "ram") <= 1
    assert all(fact.place for fact in facts.found)
    assert not facts.warnings


def test_the_facts_come_in_the_same_order_every_time():
    assert machine_facts(online=False) == machine_facts(online=False)


def test_they_survive_json():
    facts = machine_facts(online=False)
    assert Facts.from_json(json.loads(json.dumps(facts.to_json()))) == facts


def test_one_that_fails_costs_its_own_facts_only(monkeypatch):
    monkeypatch.setattr(system, "system_facts", lambda: 1 / 0)
    facts = machine_facts(online=False)
    assert [warning.code for warning in facts.warnings] == ["introspector-failed"]
    assert facts.value("system.os") is None
    assert facts.value("software.language") == "python"


def test_those_that_hang_are_given_up_together(monkeypatch):
    monkeypatch.setattr(machine, "SECONDS", 0.5)
    for module in (machine.system, machine.memory):
        name = f"{module.__name__.rpartition('.')[2]}_facts"
        monkeypatch.setattr(module, name, lambda: time.sleep(60))
    begin = time.monotonic()
    facts = machine_facts(online=False)
    assert time.monotonic() - begin < 30
    assert {warning.code for warning in facts.warnings} == {"introspector-timeout"}
    assert facts.value("software.language") == "python"


def test_importing_it_imports_nothing_heavy():
    script = """
import sys
import ai_power_export.introspect.machine
heavy = {"git", "cpuinfo", "pynvml", "GPUtil", "psutil", "httpx", "pydantic", "numpy", "codecarbon"}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


@pytest.mark.slow
def test_it_prints_nothing_and_starts_no_request():
    script = """
import socket
def refuse(*arguments):
    raise AssertionError("a connection was tried")
socket.socket.connect = refuse
from ai_power_export.introspect.machine import machine_facts
facts = machine_facts(online=False)
assert not facts.warnings, facts.warnings
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
