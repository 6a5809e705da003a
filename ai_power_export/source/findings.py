"""Findings: what was found in the source, said as facts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from ai_power_export.facts import Certainty, Facts, JsonValue, Origin
from ai_power_export.source.calls import Call, Place
from ai_power_export.source.data import find_dataset
from ai_power_export.source.dataset import Dataset, agreed
from ai_power_export.source.files import only_file_read
from ai_power_export.source.foundation import Foundation, foundation_of
from ai_power_export.source.hyperparameters import Values
from ai_power_export.source.loads import Loads
from ai_power_export.source.models import entry_of
from ai_power_export.source.networks import (
    answers_for_each_position,
    architecture,
    keras_layers_number,
    layer_calls,
    parameters_number,
    plays_against,
    works_on,
)
from ai_power_export.source.own_layers import computed_by
from ai_power_export.source.signs import may_learn
from ai_power_export.source.task import Traits, Vote, family_of, kind_votes, preprocessing, stage_of
from ai_power_export.source.training import Training, training_of
from ai_power_export.source.uses import Use
from ai_power_export.source.values import Instance
from ai_power_export.vocabulary.architectures import architecture_of
from ai_power_export.vocabulary.describe import describe_entry
from ai_power_export.vocabulary.entries import Role
from ai_power_export.vocabulary.families import DATA_OF_FAMILY, NO_MODEL, NOT_MACHINE_LEARNING, OTHER_STAGE
from ai_power_export.vocabulary.own_layers import CAUSAL

NETWORK_TYPE = "neuralNetwork"


@dataclass
class Finding:
    """One model and everything found around it."""

    use: Use
    training: Training
    layers: list[Call]
    foundation: Foundation | None
    dataset: Dataset | None
    votes: list[Vote]
    traits: Traits


def facts_of(uses: list[Use], calls: list[Call], loads: Loads, main_file: str) -> Facts:
    """Say as facts what the models in use are, on which data and for what."""
    facts = Facts()
    if not uses:
        _no_model(facts, calls, main_file)
        return facts
    is_adversarial = plays_against(uses, calls)
    findings = [_finding(use, calls, loads, is_adversarial) for use in uses]
    for path in dict.fromkeys(finding.use.path for finding in findings if finding.use.path):
        variants = [finding for finding in findings if finding.use.path == path]
        _agree_on_foundation(variants)
        _algorithm(facts, variants)
    _task(facts, findings)
    return facts


def _agree_on_foundation(variants: list[Finding]) -> None:
    """A class that a switch trains from pretrained weights or from none is no sure finetuning."""
    trained = [each for each in variants if each.use.trained]
    if any(each.foundation is None for each in trained):
        for each in trained:
            each.foundation = None


def _finding(use: Use, calls: list[Call], loads: Loads, is_adversarial: bool) -> Finding:
    training = training_of(use, calls)
    layers = layer_calls(use, calls)
    dataset = find_dataset(use, loads, works_on(use, layers))
    traits = Traits(is_adversarial, CAUSAL in computed_by(use, layers), answers_for_each_position(layers))
    votes = list(kind_votes(use, training, calls, traits))
    return Finding(use, training, layers, foundation_of(use), dataset, votes, traits)


def _no_model(facts: Facts, calls: list[Call], main_file: str) -> None:
    if may_learn(calls):
        facts.warn("source-not-understood", "it may train or ask a model in a way that is not understood")
        return
    vote = preprocessing(calls) or Vote(
        OTHER_STAGE, Place(main_file, 1), "no model is trained or asked", Certainty.LIKELY
    )
    _say(facts, "task.taskStage", vote)
    _say(facts, "task.taskFamily", Vote(NOT_MACHINE_LEARNING, vote.place, vote.why, Certainty.LIKELY))
    facts.add(
        "task.algorithms.algorithmType",
        NO_MODEL,
        Origin.SOURCE,
        str(vote.place),
        certainty=Certainty.LIKELY,
        subject=NO_MODEL,
        note=vote.why,
    )
    dataset = only_file_read(calls)
    if dataset is not None:
        _dataset(facts, dataset)


def _say(facts: Facts, field: str, vote: Vote) -> None:
    facts.add(field, vote.value, Origin.SOURCE, str(vote.place), certainty=vote.certainty, note=vote.why)


# ---- task ------------------------------------------------------------------------------------


def _task(facts: Facts, findings: list[Finding]) -> None:
    tuned = {
        id(finding.use): finding.foundation.name for finding in findings if finding.foundation is not None
    }
    stage = stage_of([finding.use for finding in findings], tuned)
    if stage is not None:
        _say(facts, "task.taskStage", stage)
    families = [
        vote for finding in findings if (vote := family_of(finding.use, finding.votes, finding.dataset))
    ]
    family = _most_voted(families)
    if family is not None:
        _say(facts, "task.taskFamily", family)
    for finding in findings:
        for vote in finding.votes:
            _say(facts, "evidence.source.kind", vote)
    first = findings[0]
    if first.use.entry is not None and first.use.entry.remote:
        facts.warn("remote-model", "the model works on another machine, whose energy is not measured here")
    if stage is not None and stage.value == "inference":
        _requests(facts, first.use)
    _datasets(facts, findings, family.value if family else "", stage.value if stage else "")


def _most_voted(families: list[Vote]) -> Vote | None:
    """Return the family that most models in use have, the first one among equals."""
    count = Counter(vote.value for vote in families)
    best = max(families, key=lambda vote: count[vote.value], default=None)
    if best is None or len(count) == 1:
        return best
    return replace(best, certainty=Certainty.LIKELY)


def _requests(facts: Facts, use: Use) -> None:
    """Count the requests where none of them stands in a loop."""
    calls = list(dict.fromkeys(use.answered))
    if calls and not any(call.loops or call.maybe for call in calls):
        facts.add(
            "task.nbRequest", len(calls), Origin.SOURCE, str(calls[0].place), certainty=Certainty.LIKELY
        )


def _datasets(facts: Facts, findings: list[Finding], family: str, stage: str) -> None:
    found = [finding.dataset for finding in findings if finding.dataset is not None]
    taken, given = DATA_OF_FAMILY.get(family, ("", ""))
    loaded = [each for each in found if each.is_loaded]
    dataset = max(found, key=lambda each: bool(each.name) + bool(each.data_type), default=None)
    if loaded:
        dataset = agreed(loaded)
    paints_from_noise = stage == "inference" and given and not taken
    if dataset is not None and (dataset.data_type or not paints_from_noise):
        if not dataset.data_type and taken:
            dataset.data_type, dataset.type_is_sure = taken, False
        _dataset(facts, dataset)
    if stage == "inference" and given:
        place = str(findings[0].use.answered[0].place)
        for name, value in (("dataUsage", "output"), ("dataType", given)):
            _dataset_fact(facts, "output", name, value, place, Certainty.LIKELY)


def _dataset(facts: Facts, dataset: Dataset) -> None:
    place = str(dataset.place)
    is_sure = not (dataset.by_default or dataset.is_likely)
    sure = Certainty.CERTAIN if is_sure else Certainty.LIKELY
    kind_sure = Certainty.CERTAIN if dataset.type_is_sure else Certainty.LIKELY
    _dataset_fact(facts, "input", "dataUsage", "input", place, Certainty.CERTAIN)
    _dataset_fact(facts, "input", "dataType", dataset.data_type, place, kind_sure)
    for name, value in (
        ("dataFormat", dataset.format),
        ("dataQuantity", dataset.quantity),
        ("shape", dataset.shape),
        ("source", dataset.source),
        ("sourceUri", dataset.uri),
        ("owner", dataset.owner),
        ("name", dataset.name),
    ):
        _dataset_fact(facts, "input", name, value, place, sure, "default" if dataset.by_default else "")


def _dataset_fact(
    facts: Facts, usage: str, name: str, value: JsonValue, place: str, certainty: Certainty, note: str = ""
) -> None:
    facts.add(
        f"task.dataset.{name}", value, Origin.SOURCE, place, certainty=certainty, subject=usage, note=note
    )


# ---- algorithms ------------------------------------------------------------------------------


class _Teller:
    """Adds facts about one algorithm."""

    def __init__(self, facts: Facts, finding: Finding) -> None:
        call = finding.use.call or finding.use.events[0]
        self.facts, self.place, self.subject = facts, str(call.place), finding.use.path

    def say(self, name: str, value: JsonValue, likely: bool = False, note: str = "") -> None:
        certainty = Certainty.LIKELY if likely else Certainty.CERTAIN
        field = f"task.algorithms.{name}"
        self.facts.add(
            field, value, Origin.SOURCE, self.place, certainty=certainty, subject=self.subject, note=note
        )


def _algorithm(facts: Facts, variants: list[Finding]) -> None:
    """Say what a class is and how it is used; of several uses only what is true of all.

    Where it is trained, models of it that are only asked are taken for the trained one.
    """
    variants = [each for each in variants if each.use.trained] or variants
    first = variants[0]
    use, teller = first.use, _Teller(facts, first)
    described = _description(first)
    likely = not use.trained and not use.answered
    for name, value in described.items():
        teller.say(name, value, likely)
    _foundation(teller, first.foundation)
    for name, value in (
        ("optimizer", _common(variants, lambda each: each.training.optimizer)),
        ("quantization", _common(variants, lambda each: each.training.quantization)),
    ):
        teller.say(name, value)
    epochs = first.training.epochs
    if any(vote.value == "reinforcementLearning" for vote in first.votes):
        epochs = None  # passes through what an agent just saw are none through a data set
    if epochs is not None and _common(variants, _epochs_of):
        teller.say("epochsNumber", epochs.value, epochs.default, "default" if epochs.default else "")  # type: ignore[arg-type]
    teller.say("layersNumber", keras_layers_number(use, first.layers))
    teller.say("parametersNumber", parameters_number(use, first.layers))
    _hyperparameters(teller, variants)


def _epochs_of(finding: Finding) -> str:
    return str(finding.training.epochs.value) if finding.training.epochs is not None else ""


def _common(variants: list[Finding], look: object) -> str:
    """Return what all uses of a class agree in; empty where they differ."""
    values = {look(each) for each in variants}  # type: ignore[operator]
    return values.pop() if len(values) == 1 else ""


def _description(finding: Finding) -> dict[str, str]:
    use, entry = finding.use, finding.use.entry
    fields = describe_entry(entry) if entry is not None else {}
    fields["classPath"] = use.path
    if isinstance(use.model, Instance):
        fields.pop("algorithmUri", None)  # that of the base class
    if entry is not None and entry.role is Role.LAYER:
        fields.setdefault("algorithmType", NETWORK_TYPE)
    name = architecture(finding.use, finding.layers)
    if name and (isinstance(use.model, Instance) or not fields.get("algorithmName")):
        fields["algorithmName"] = name
    if finding.foundation is not None:
        fields.update(_by_foundation(finding.foundation, fields))
    for holder in filter(None, map(entry_of, use.holders)):
        fields["trainingType"] = holder.training_type or fields.get("trainingType", "")
    if not use.trained and not use.handed:
        fields.pop("trainingType", None)
    elif not fields.get("trainingType") or finding.foundation is not None:
        fields["trainingType"] = _training_type(finding)
    return {name: value for name, value in fields.items() if value}


def _by_foundation(foundation: Foundation, fields: dict[str, str]) -> dict[str, str]:
    """Return what the foundation model tells better than the class that loads it."""
    if foundation.algorithm_name:
        return {"algorithmName": foundation.algorithm_name}
    name, kind = architecture_of(foundation.name)
    general = fields.get("algorithmName", "") in ("", "transformer", "cnn")
    found = {"algorithmName": name} if name and general else {}
    if kind and fields.get("algorithmType") in (None, NETWORK_TYPE):
        found["algorithmType"] = kind
    return found


def _training_type(finding: Finding) -> str:
    if finding.foundation is not None:
        return "transferLearning"
    kinds = {vote.value for vote in finding.votes[:1]}
    if "reinforcementLearning" in kinds:
        return "reinforcementLearning"
    if kinds & {"classification", "regression", "forecasting", "ranking"}:
        return "supervisedLearning"
    if finding.traits.is_causal and "generation" in kinds:
        return "selfSupervisedLearning"
    if kinds & {"generation", "reconstruction"}:
        return "unsupervisedLearning"
    return "supervisedLearning" if finding.dataset is not None and finding.dataset.kind else ""


def _foundation(teller: _Teller, foundation: Foundation | None) -> None:
    if foundation is not None and foundation.name:
        note = "default" if foundation.by_default else ""
        teller.say("foundationModelName", foundation.name, foundation.by_default, note)
        teller.say("foundationModelUri", foundation.uri, True)


def _hyperparameters(teller: _Teller, variants: list[Finding]) -> None:
    """Say the values that all uses of a class have in common, sure ones and defaults apart."""
    first = variants[0].training.values
    agreed = {
        name: value
        for name, value in first.named.items()
        if all(_has(each.training.values, name, value) for each in variants[1:])
    }
    sure = {name: value for name, value in agreed.items() if name not in first.defaults}
    assumed = {name: value for name, value in agreed.items() if name in first.defaults}
    if sure:
        teller.say("hyperparameters", sure)
    if assumed:
        teller.say("hyperparameters", assumed, likely=True, note="default")
    secrets = sum(each.training.values.secrets for each in variants)
    if secrets:
        teller.facts.warn("secrets-dropped", f"{secrets} value(s) that look like a secret were left out")


def _has(values: Values, name: str, value: JsonValue) -> bool:
    return name in values.named and values.named[name] == value
