"""How much of the machine is in the energy, and how much of what applies to the run is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from ai_power_export.reconcile.verdict import LISTS, list_of
from ai_power_export.report.evidence import entries_of
from ai_power_export.report.rating.matrix import BEST, WORST, score_of_share
from ai_power_export.report.rating.reliability import WATTMETER, words
from ai_power_export.report.rating.subject import CHIPS, Entry, Judgement, Subject, is_filled, text
from ai_power_export.vocabulary.power import kind_of

ALWAYS_WITH_RAM = frozenset({"codecarbon", "eco2ai"})
"""Tools whose energy always has that of the memory in it, measured or assumed (their documentation)."""
MOST_NAMED = 4
"""Missing fields that are named; `aipower edit` asks for all of them."""

NEURAL = frozenset({"neuralNetwork", "transformer", "llm", "diffusion"})
"""Words of `algorithmType` in our catalogue that are neural networks."""
OF_NETWORKS = ("parametersNumber", "layersNumber", "epochsNumber", "quantization", "foundationModelName")
"""Fields that only a neural network has."""

When = Callable[[Subject, Entry], bool]


def _is(told: str, *words: str) -> bool:
    """Tell whether a text has one of some words in it; where nothing is told, it may."""
    return not told or any(word in told.lower() for word in words)


def _always(_: Subject, __: Entry) -> bool:
    return True


def _trains(subject: Subject, _: Entry) -> bool:
    return _is(text(subject.document, "task.taskStage"), "train", "tun")


def _infers(subject: Subject, _: Entry) -> bool:
    return _is(text(subject.document, "task.taskStage"), "inference")


def _neural(_: Subject, entry: Entry) -> bool:
    kind = text(entry, "algorithmType")
    return not kind or kind in NEURAL or any(is_filled(entry, name) for name in OF_NETWORKS)


def _trained_network(subject: Subject, entry: Entry) -> bool:
    return _trains(subject, entry) and _neural(subject, entry)


def _public(_: Subject, entry: Entry) -> bool:
    return _is(text(entry, "source"), "public")


def _tool(_: Subject, entry: Entry) -> bool:
    return words(text(entry, "measurementMethod")) != WATTMETER


def _wattmeter(subject: Subject, entry: Entry) -> bool:
    return not _tool(subject, entry)


def _tool_with_gpu(subject: Subject, entry: Entry) -> bool:
    return subject.has_gpu and _tool(subject, entry)


def _linux(subject: Subject, _: Entry) -> bool:
    return _is(text(subject.document, "system.os"), "linux")


def _cloud(subject: Subject, _: Entry) -> bool:
    return _is(text(subject.document, "infrastructure.infraType"), "publiccloud")


def _chip(_: Subject, entry: Entry) -> bool:
    kind = text(entry, "componentType")
    return not kind or kind_of(kind) in CHIPS


def _with_memory(_: Subject, entry: Entry) -> bool:
    kind = text(entry, "componentType")
    return not kind or kind_of(kind) in ("ram", "gpu")


@dataclass(frozen=True)
class Field:
    """A field that tells of the run, or several of which one is enough."""

    paths: tuple[str, ...]
    when: When
    """Whether it applies to the run, or to an entry of a list."""

    @cached_property
    def list_path(self) -> str | None:
        """The list whose entries have it; None outside lists."""
        return list_of(self.paths[0])

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Where it stands, from the report or from an entry of the list."""
        return tuple(path.removeprefix(f"{self.list_path}.") for path in self.paths)

    @property
    def name(self) -> str:
        """The field, or both that would do."""
        return " or ".join(path.rpartition(".")[2] for path in self.paths)


def _field(*paths: str, when: When = _always) -> Field:
    return Field(paths, when)


_TASK, _ALGORITHM, _DATASET = "task.", "task.algorithms.", "task.dataset."
_COMPONENT, _ENVIRONMENT = "infrastructure.components.", "environment."

FIELDS = (
    _field(_TASK + "taskStage"),
    _field(_TASK + "taskFamily"),
    _field(_TASK + "nbRequest", when=_infers),
    _field(_TASK + "measuredAccuracy", _TASK + "estimatedAccuracy", when=_trains),
    _field(_ALGORITHM + "algorithmName", _ALGORITHM + "foundationModelName"),
    _field(_ALGORITHM + "algorithmType"),
    _field(_ALGORITHM + "trainingType", when=_trains),
    _field(_ALGORITHM + "framework"),
    _field(_ALGORITHM + "frameworkVersion"),
    _field(_ALGORITHM + "parametersNumber", when=_neural),
    _field(_ALGORITHM + "quantization", when=_neural),
    _field(_ALGORITHM + "epochsNumber", when=_trained_network),
    _field(_ALGORITHM + "optimizer", when=_trained_network),
    _field(_DATASET + "dataUsage"),
    _field(_DATASET + "dataType"),
    _field(_DATASET + "dataQuantity", _DATASET + "dataSize"),
    _field(_DATASET + "source"),
    _field(_DATASET + "sourceUri", when=_public),
    _field("measures.measurementMethod"),
    _field("measures.manufacturer", when=_wattmeter),
    _field("measures.version", when=_tool),
    _field("measures.cpuTrackingMode", when=_tool),
    _field("measures.gpuTrackingMode", when=_tool_with_gpu),
    _field("measures.averageUtilizationCpu", when=_tool),
    _field("measures.averageUtilizationGpu", when=_tool_with_gpu),
    _field("measures.powerCalibrationMeasurement"),
    _field("measures.durationCalibrationMeasurement"),
    _field("measures.powerConsumption"),
    _field("measures.measurementDuration"),
    _field("measures.measurementDateTime"),
    _field("system.os"),
    _field("system.distribution", when=_linux),
    _field("system.distributionVersion", when=_linux),
    _field("software.language"),
    _field("software.version"),
    _field("infrastructure.infraType"),
    _field("infrastructure.cloudProvider", when=_cloud),
    _field("infrastructure.cloudInstance", when=_cloud),
    _field(_COMPONENT + "componentType"),
    _field(_COMPONENT + "componentName", when=_chip),
    _field(_COMPONENT + "manufacturer", when=_chip),
    _field(_COMPONENT + "series", when=_chip),
    _field(_COMPONENT + "nbComponent"),
    _field(_COMPONENT + "memorySize", when=_with_memory),
    _field(_COMPONENT + "share"),
    _field(_ENVIRONMENT + "country"),
    _field(_ENVIRONMENT + "powerSupplierType"),
    _field(_ENVIRONMENT + "powerSource"),
    _field(_ENVIRONMENT + "powerSourceCarbonIntensity"),
    _field("quality"),
)
"""What a reader needs to know of a run. The header is left out, it tells of the document; so are texts for
people, closer places, which privacy may forbid, and what only some frameworks or files have."""


def judge(subject: Subject) -> list[Judgement]:
    """Judge the parts of the machine and the fields of the report."""
    return [_parts(subject), _fields(subject)]


def _parts(subject: Subject) -> Judgement:
    if any(_wattmeter(subject, entry) for entry in subject.measures):
        return Judgement(BEST, "a wattmeter has the whole machine")
    there = ["cpu", "ram", *(["gpu"] if subject.has_gpu else [])]
    found = set().union(*(_followed(entry) for entry in subject.measures))
    found |= {
        part
        for parts in subject.beside("evidence.meterParts")
        if isinstance(parts, Mapping)
        for part in parts
    }
    missing = [part for part in there if part not in found]
    if not subject.components:
        return Judgement(WORST, "no hardware is told", "aipower edit: infrastructure.components")
    if not missing:
        return Judgement(BEST, f"the energy has {', '.join(there)} in it")
    untold = ", ".join(missing)
    mend = f"measure {untold} too: aipower doctor says how"
    score = _score_of_parts(len(there) - len(missing), len(there))
    return Judgement(score, f"the energy is not told to have {untold} in it", mend)


def _score_of_parts(followed: int, there: int) -> int:
    """Return the score of some parts of all, as the guideline has sites: all, more than half, some, one."""
    if followed <= 1:
        return WORST - 1 if followed else WORST
    return BEST + 1 if followed > there / 2 else BEST + 2


def _followed(entry: Entry) -> set[str]:
    modes = {"cpu": "cpuTrackingMode", "gpu": "gpuTrackingMode"}
    found = {part for part, name in modes.items() if text(entry, name)}
    return found | ({"cpu", "ram"} if words(text(entry, "measurementMethod")) in ALWAYS_WITH_RAM else set())


def _fields(subject: Subject) -> Judgement:
    entries = {path: entries_of(subject.document, path) or [{}] for path in LISTS}
    told = [(field, _is_told(subject, field, entries)) for field in FIELDS]
    applying = [field for field, is_told in told if is_told is not None]
    missing = [field.name for field, is_told in told if is_told is False]
    filled = len(applying) - len(missing)
    some = ", ".join(missing[:MOST_NAMED]) + (", ..." if len(missing) > MOST_NAMED else "")
    why = f"{filled} of {len(applying)} fields that apply are filled"
    score = score_of_share(filled / len(applying))
    return Judgement(score, why, f"aipower edit asks for {some}" if score > BEST else "")


def _is_told(subject: Subject, field: Field, entries: Mapping[str, list[Entry]]) -> bool | None:
    """Tell whether all entries that a field applies to have it; None where it applies to none."""
    is_told = None
    for entry in entries[field.list_path] if field.list_path else [subject.document]:
        if field.when(subject, entry):
            is_told = is_told is not False and any(is_filled(entry, name) for name in field.names)
    return is_told
