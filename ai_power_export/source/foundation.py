"""Foundation models: which pretrained model a program starts from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ai_power_export.source.calls import Place
from ai_power_export.source.hyperparameters import named_arguments, parameters_of
from ai_power_export.source.models import entry_of
from ai_power_export.source.uses import Use
from ai_power_export.source.values import Instance, Known, Thing, Value, ancestry, options
from ai_power_export.vocabulary.addresses import public_address
from ai_power_export.vocabulary.entries import ClassEntry
from ai_power_export.vocabulary.paths import is_personal
from ai_power_export.vocabulary.secrets import is_secret


@dataclass(frozen=True)
class Foundation:
    """A pretrained model by its name; the name is empty where only its use is known."""

    name: str
    uri: str
    place: Place
    by_default: bool = False
    algorithm_name: str = ""
    """What the class says that the weights are loaded into."""


def foundation_of(use: Use) -> Foundation | None:
    """Return the pretrained model that a model is, or is built on."""
    for thing in _candidates(use):
        entry = entry_of(thing)
        if entry is not None and entry.foundation and (found := _named(thing, entry)) is not None:
            return found
    return _asked_for(use)


def _asked_for(use: Use) -> Foundation | None:
    """Return the model that each request names, as those to other machines do."""
    for call in use.answered if use.entry is not None and use.entry.remote else ():
        named = _first_text(call.keywords["model"]) if "model" in call.keywords else None
        if named is not None and not _is_private(str(named.value)):
            return Foundation(f"{named.value!s}", "", call.place, named.default)
    return None


def _candidates(use: Use) -> Iterator[Thing]:
    if isinstance(use.model, Thing):
        yield use.model
        yield from (
            part for part in ancestry(*use.model.call.inputs(), *use.model.parts) if isinstance(part, Thing)
        )
    elif isinstance(use.model, Instance):
        yield from (part for part in ancestry(*use.model.attributes.values()) if isinstance(part, Thing))
    yield from use.holders


def _named(thing: Thing, entry: ClassEntry) -> Foundation | None:
    call = thing.call
    if call.method and not call.method.startswith(("from_", "load", "restore")):
        return None
    if entry.foundation == "weights":
        return _with_weights(thing, entry)
    value = named_arguments(call, parameters_of(thing)).get(entry.foundation)
    if value is None and call.method:
        value = (
            call.argument("pretrained_model_name_or_path", 0)
            or call.argument("model_id")
            or call.argument("model")
        )
    if value is None:
        return None if not call.method else Foundation("", "", call.place)
    named = _first_text(value)
    if named is None:
        return Foundation("", "", call.place)
    if not isinstance(named.value, str) or _is_private(named.value):
        return Foundation("", "", call.place)
    return Foundation(_name(named.value), _uri(named.value, entry), call.place, named.default)


def _is_private(name: str) -> bool:
    """Tell whether a model's name is a secret, or an address that is not for everybody."""
    is_address = name.startswith(("http://", "https://"))
    return is_secret("", name) or (is_address and not public_address(name))


def _first_text(value: Value) -> Known | None:
    return next(
        (option for option in options(value) if isinstance(option, Known) and isinstance(option.value, str)),
        None,
    )


def _with_weights(thing: Thing, entry: ClassEntry) -> Foundation | None:
    """A known architecture, with pretrained weights or with none."""
    arguments = named_arguments(thing.call, parameters_of(thing))
    value = arguments.get("weights") or arguments.get("pretrained")
    if value is None:
        loaded = bool(entry.pretrained_by_default)
    else:
        loaded = not (isinstance(value, Known) and value.value in (None, False))
    leaf = entry.path.rpartition(".")[2]
    return Foundation(leaf, "", thing.call.place, algorithm_name=entry.algorithm_name) if loaded else None


def _name(text: str) -> str:
    """Return a model's name as given; of a local path only its last part."""
    if url := re.fullmatch(r"https?://[^/]+/(.+)", public_address(text)):
        return url.group(1)
    local = text.startswith((".", "/", "~")) or is_personal(text) or "\\" in text or text.count("/") > 1
    return re.split(r"[\\/]", text.rstrip("\\/"))[-1] if local else text


_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")


def _uri(text: str, entry: ClassEntry) -> str:
    if re.match(r"https?://", text):
        return public_address(text)
    if (
        entry.hub
        and _HUB_NAME.fullmatch(text)
        and not text.endswith((".bin", ".pt", ".pth", ".safetensors", ".gguf"))
    ):
        return entry.hub.replace("{name}", text)
    return ""
