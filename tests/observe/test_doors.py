"""Every front door leads into the frameworks as they are installed; those that are absent are skipped by name."""

from __future__ import annotations

import importlib
import os
from importlib.util import find_spec

import pytest

from ai_power_export.observe.doors import DOORS, plain_function, subclasses
from ai_power_export.observe.heard import AWAITED, FOLLOWERS, READERS
from ai_power_export.observe.watch import Watch

if find_spec("tensorflow") is None:
    os.environ.setdefault("KERAS_BACKEND", "torch")

DEFINES_ALL = {
    "diffusers": "diffusers.pipelines.ddpm.pipeline_ddpm",
    "sklearn": "sklearn.ensemble",
    "statsmodels": "statsmodels.api",
    "transformers": "transformers.models.gpt2.modeling_gpt2",
}
"""What to import of a framework for its classes to be there; else the framework itself."""


def installed(module):
    root = module.partition(".")[0]
    pytest.importorskip(root, exc_type=ImportError)
    importlib.import_module(DEFINES_ALL.get(root, root))
    return importlib.import_module(module)


def is_defined(cls, name):
    found = next((vars(base)[name] for base in cls.__mro__ if name in vars(base)), None)
    return plain_function(getattr(found, "__func__", found)) is not None


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.module}.{door.target}")
def test_a_door_leads_into_the_installed_framework(door):
    target = installed(door.module)
    with Watch((door,)) as watch:
        assert watch.warnings == []
    for name in door.target.split("."):
        target = vars(target)[name]

    if not door.methods:
        assert plain_function(target).__name__ == door.target.rpartition(".")[2]
        return
    classes = list(subclasses(target))
    assert [name for name in door.methods if not any(is_defined(cls, name) for cls in classes)] == []


@pytest.mark.parametrize("module", AWAITED)
def test_what_a_follower_waits_for_is_there(module):
    assert installed(module)


@pytest.mark.parametrize("where", sorted({*READERS.values(), *FOLLOWERS.values()}))
def test_who_understands_a_framework_is_there(where):
    module, _, name = where.partition(":")

    assert hasattr(importlib.import_module(f"ai_power_export.observe.{module}"), name)


def test_every_door_has_a_reader():
    known = READERS.keys() | FOLLOWERS.keys()
    assert {door.reader for door in DOORS} <= known
