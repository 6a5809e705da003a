"""The task: its stage and its family, voted by what the source shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ai_power_export.evidence_names import BY_COMPILED_LOSS, BY_COMPUTED_LOSS, BY_DATASET
from ai_power_export.facts import Certainty
from ai_power_export.source.calls import Call, Place
from ai_power_export.source.dataset import Dataset
from ai_power_export.source.hyperparameters import named_arguments, parameters_of
from ai_power_export.source.models import entry_of
from ai_power_export.source.optimizers import compiled_losses
from ai_power_export.source.training import Training
from ai_power_export.source.uses import Use
from ai_power_export.source.values import (
    External,
    Instance,
    Known,
    Mixed,
    Thing,
    Value,
    ancestry,
    options,
    root,
)
from ai_power_export.vocabulary.catalogue import load_catalogue
from ai_power_export.vocabulary.entries import Role
from ai_power_export.vocabulary.families import FAMILY_OF_TASK, KIND_OF_LOSS, KIND_OF_OBJECTIVE, task_family


@dataclass(frozen=True)
class Vote:
    """What one look at the source says of a field."""

    value: str
    place: Place
    why: str
    certainty: Certainty = Certainty.CERTAIN


@dataclass(frozen=True)
class Traits:
    """What a network's build says of what it is for."""

    is_adversarial: bool = False
    """Whether it and another one are trained against each other."""
    is_causal: bool = False
    """Whether it sees of its input only what came before."""
    is_dense: bool = False
    """Whether it answers for each position of an image."""


def kind_votes(use: Use, training: Training, calls: list[Call], traits: Traits) -> Iterator[Vote]:
    """Yield what a model is for, the surest voter first."""
    place = use.events[0].place if use.events else use.call.place if use.call else Place("", 0)
    if use.entry is not None and use.entry.task and (named := _named_task(use)):
        yield Vote(named, place, f"task named in the call of {use.path}")
    for name in ("objective", "loss_function", "application"):
        value = training.values.named.get(name)
        if isinstance(value, str) and (kind := KIND_OF_OBJECTIVE.get(value.partition(":")[0].lower())):
            yield Vote(kind, place, f"objective {value}")
    task_type = training.values.named.get("task_type")
    if isinstance(task_type, str) and task_type in FAMILY_OF_TASK:
        yield Vote(FAMILY_OF_TASK[task_type], place, f"task type {task_type}")
    if use.entry is not None and use.entry.kind:
        yield Vote(use.entry.kind, place, f"{use.entry.path} is for it")
    if use.trained and traits.is_adversarial:
        yield Vote("generation", place, "a network trained against another one", Certainty.LIKELY)
    if use.trained and (steps := _environment_step(calls)) is not None:
        yield Vote("reinforcementLearning", steps.place, "an agent acts in an environment", Certainty.LIKELY)
    if _learns_itself(use, calls):
        yield Vote("reconstruction", place, "trained to give back its input", Certainty.LIKELY)
    if use.trained and any(_loss_call_kind(call) == "classification" for call in calls):
        yield from _votes_of_build(traits, place)
    yield from _loss_votes(use, calls)


def _votes_of_build(traits: Traits, place: Place) -> Iterator[Vote]:
    """Yield what a network is for that learns classes, by its build: words that follow, parts of images."""
    if traits.is_causal:
        yield Vote("generation", place, "trained to go on with what it saw", Certainty.LIKELY)
    if traits.is_dense:
        yield Vote("imageSegmentation", place, "trained to classify each position", Certainty.LIKELY)


def _environment_step(calls: list[Call]) -> Call | None:
    for call in calls:
        owners = options(call.receiver) if call.method == "step" and call.receiver is not None else ()
        if any((entry := entry_of(root(owner))) and entry.role is Role.ENVIRONMENT for owner in owners):
            return call
    return None


def _named_task(use: Use) -> str:
    value = (
        named_arguments(use.call, parameters_of(use.model)).get(use.entry.task)
        if use.call and use.entry
        else None
    )
    if isinstance(value, Known) and isinstance(value.value, str):
        # `translation_en_to_fr` is a translation
        return FAMILY_OF_TASK.get(value.value) or FAMILY_OF_TASK.get(value.value.partition("_")[0], "")
    return ""


def _learns_itself(use: Use, calls: list[Call]) -> bool:
    """Tell whether a network is fitted with the same data as input and as target."""
    for call in use.trained:
        data = [*call.args, *(call.keywords[name] for name in ("x", "y") if name in call.keywords)]
        if (
            call.method == "fit"
            and len(data) >= 2
            and any(_same_data(each, data[1]) for each in _noisy(data[0]))
        ):
            return True
    return any(_rebuilds(use, call) for call in calls if use.trained and _loss_call_kind(call))


def _rebuilds(use: Use, loss: Call) -> bool:
    """Tell whether a loss compares with what went into the network."""
    targets = {id(value) for argument in loss.args for value in _unchanged(argument)}
    return any(
        id(each) in targets for call in use.answered for value in call.args[:1] for each in _noisy(value)
    )


def _noisy(value: Value) -> Iterator[Value]:
    """Yield a value, and where it is a sum what it was before something was added."""
    yield value
    if isinstance(value, Mixed):
        yield from value.operands


def _unchanged(value: Value) -> Iterator[Value]:
    """Yield a value and what it is but another view of."""
    yield value
    while isinstance(value, Thing) and value.call.method in ("view", "reshape", "flatten", "detach", "to"):
        value = value.call.receiver or value.call.args[0]
        yield value


def _same_data(one: Value, other: Value) -> bool:
    return one is other or (isinstance(one, Known) and isinstance(other, Known) and one.value == other.value)


def _loss_votes(use: Use, calls: list[Call]) -> Iterator[Vote]:
    for value in compiled_losses(use, calls):
        if (kind := _loss_kind(value)) and use.call is not None:
            yield Vote(kind, use.call.place, BY_COMPILED_LOSS, Certainty.LIKELY)
    if not use.trained or not isinstance(use.model, (Instance, Thing)):
        return
    losses = [(kind, call) for call in calls if (kind := _loss_call_kind(call))]
    own = [(kind, call) for kind, call in losses if _judges(call, use)]
    for kind, call in own or losses:
        if kind != "classification" or not _is_by_position(call):
            yield Vote(kind, call.place, BY_COMPUTED_LOSS, Certainty.LIKELY)


def _is_by_position(loss: Call) -> bool:
    """Tell whether a loss is one over the words or pixels of an item: then it does not classify the items.

    The classes of all positions are laid in a row for it, `logits.view(-1, C)`, or moved to the second place.
    """
    for value in loss.args[:2]:
        made = value.call if isinstance(value, Thing) else None
        if made is not None and (
            made.method in ("transpose", "permute")
            or (made.method in ("view", "reshape") and len(made.args) > 1)
        ):
            return True
    return False


def _judges(loss: Call, use: Use) -> bool:
    """Tell whether a loss is computed of what the model answered."""
    answered = set(map(id, use.answered))
    return any(isinstance(part, Thing) and id(part.call) in answered for part in ancestry(*loss.args))


def _loss_kind(value: Value) -> str:
    if isinstance(value, Known) and isinstance(value.value, str):
        return KIND_OF_LOSS.get(value.value.lower().replace("_", ""), "")
    path = value.path if isinstance(value, (External, Thing)) else ""
    entry = load_catalogue().entry(path) if path else None
    return entry.kind if entry is not None and entry.role is Role.LOSS else ""


def _loss_call_kind(call: Call) -> str:
    """Return what a computed loss is for: of a loss function, or of a loss object that is called."""
    entry = load_catalogue().entry(call.path) if call.path else None
    if entry is None and call.method == "__call__" and call.receiver is not None:
        entry = next((found for option in options(call.receiver) if (found := entry_of(root(option)))), None)
    return entry.kind if entry is not None and entry.role is Role.LOSS else ""


def stage_of(uses: Iterable[Use], foundations: dict[int, str]) -> Vote | None:
    """Return the stage: training or finetuning where something learns, else inference."""
    uses = list(uses)
    trained = [use for use in uses if use.trained or use.handed]
    tuned = next((use for use in trained if id(use) in foundations), None)
    if tuned is not None:
        return Vote("finetuning", tuned.events[0].place, f"{tuned.path} is trained further")
    if trained:
        return Vote("training", trained[0].events[0].place, f"{trained[0].path} is trained")
    answered = next((use for use in uses if use.answered and not use.differentiated), None)
    return Vote("inference", answered.answered[0].place, f"{answered.path} is asked") if answered else None


def family_of(use: Use, votes: list[Vote], dataset: Dataset | None) -> Vote | None:
    """Return the family that the first vote and the type of data make; else what the data set is for."""
    data_type = dataset.data_type if dataset is not None else None
    if votes:
        first = votes[0]
        family = task_family(first.value, data_type)
        return Vote(family, first.place, first.why, first.certainty) if family else None
    if dataset is not None and dataset.kind and use.trained:
        family = task_family(dataset.kind, data_type)
        return Vote(family or dataset.kind, dataset.place, BY_DATASET, Certainty.LIKELY)
    return None


def preprocessing(calls: Iterable[Call]) -> Vote | None:
    """Return the stage of a program without a model: preprocessing where helpers work on data."""
    for call in calls:
        owner = root(call.receiver) if call.receiver is not None else Thing(call)
        entry = entry_of(owner)
        if entry is None or entry.role not in (Role.HELPER, Role.TOKENIZER):
            continue
        if call.method in (
            "fit_transform",
            "transform",
            "fit",
            "__call__",
            "encode",
            "batch_encode_plus",
            "map",
        ):
            return Vote("preprocessing", call.place, f"{entry.path} transforms data", Certainty.LIKELY)
    return None
