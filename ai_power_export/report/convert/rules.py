"""What follows from one version's fields for another's, beyond the table: rules about the task.

A required field that the source does not have is left out unless it follows with certainty; each rule
says why it does. A rule moves leaves of the content to where the target has them.
"""

from __future__ import annotations

from ai_power_export.report.convert.content import Content, Leaf
from ai_power_export.vocabulary.stages import STAGE_WORDS

ALGORITHMS = "task.algorithms"
STAGE = "task.taskStage"
TASK_TYPE = "task.taskType"
"""Of 2024: a kind of learning, or a stage without any."""
TUNING = "hyperparameters.tuningMethod"

TRAININGS = frozenset({"training", "retraining", "finetuning"})
"""Stages in which a model learns."""

LEARNING = {
    "supervised": "supervisedLearning",
    "unsupervised": "unsupervisedLearning",
    "semisupervised": "semiSupervisedLearning",
    "reinforcement": "reinforcementLearning",
}
"""Orange's task types that are kinds of learning, in BoAmps' words."""

KINDS_OF_LEARNING = frozenset(
    {word.lower() for word in LEARNING.values()} | {"selfsupervisedlearning", "transferlearning"}
)

# fmt: off
SEARCHES = frozenset({
    "gridsearch", "randomsearch", "randomizedsearch", "halvinggridsearch", "halvingrandomsearch",
    "bayesianoptimization", "hyperparametersearch", "hyperband", "optuna",
})
# fmt: on
"""Optimizers that search hyperparameters: those of 2024's `tuningMethod`, not what fits weights (adam)."""

ORANGE_STAGES = frozenset({"preprocessing", "finetuning", "inference", "postprocessing"})
"""Orange's task types that are stages of the same name."""

# fmt: off
COMPONENT_TYPES = frozenset({
    "cpu", "gpu", "ram", "tpu", "npu", "ipu", "dpu", "fpga", "asic", "hdd", "ssd", "sdd", "nvme", "disk",
    "storage", "memory", "motherboard",
})
# fmt: on
"""Words that are surely the type of a component, not the name of one."""


def stages_of(content: Content) -> frozenset[str]:
    """Return the words of the task's stage."""
    stage = content.value(STAGE)
    words = stage.lower().split("+") if isinstance(stage, str) else []
    return frozenset(word.strip() for word in words if word.strip())


def stage_of_orange_type(content: Content) -> None:
    """Tell the stage, and the kind of learning, by Orange's task type.

    That type has words of its own for preparing data, fine-tuning and inference, so that `supervised` is
    the training itself. `$other` with words of BoAmps' stages in `altType` is these.
    """
    leaf, other = content.leaves.get("task.type"), content.leaves.get("task.altType")
    if leaf is None or not isinstance(leaf.value, str):
        return
    if leaf.value in LEARNING:
        content.leaves[STAGE] = Leaf("training")
        content.leaves[TASK_TYPE] = Leaf(LEARNING[leaf.value], leaf.said)
    elif leaf.value in ORANGE_STAGES:
        content.leaves[STAGE] = leaf
    elif leaf.value == "$other" and other is not None and _are_stages(other.value):
        content.leaves[STAGE] = content.leaves.pop("task.altType")
    else:
        return
    del content.leaves["task.type"]


def orange_type_of_stage(content: Content) -> None:
    """Tell Orange's task type by the stage; the type of a training is its kind of learning."""
    stage, kind = content.leaves.get(STAGE), content.leaves.get(TASK_TYPE)
    if stage is None or not isinstance(stage.value, str):
        return
    if kind is not None and kind.value == stage.value:
        del content.leaves[TASK_TYPE]
    if stage.value == "training":
        word = next((word for word, learnt in LEARNING.items() if kind and _is(kind.value, learnt)), None)
        if word is None:
            return
        content.leaves["task.type"] = Leaf(word, (*stage.said, *content.leaves.pop(TASK_TYPE).said))
    elif stage.value in ORANGE_STAGES:
        content.leaves["task.type"] = stage
    elif _are_stages(stage.value):
        content.leaves |= {"task.type": Leaf("$other"), "task.altType": stage}
    else:
        return
    del content.leaves[STAGE]


def _is(value: object, word: str) -> bool:
    return isinstance(value, str) and value.lower() == word.lower()


def _are_stages(value: object) -> bool:
    return isinstance(value, str) and set(value.split("+")) <= STAGE_WORDS


def task_type(content: Content) -> None:
    """Tell 2024's task type: the kind of learning of all algorithms, or the stage if it is such a word.

    2024 lists `datacreation` and `preprocessing` among the types, as stages without learning.
    """
    if TASK_TYPE in content.leaves:
        return
    algorithms = content.of(ALGORITHMS)
    kinds = [entry.value("trainingType") for entry in algorithms]
    if kinds and isinstance(kinds[0], str) and all(kind == kinds[0] for kind in kinds):
        said = [place for entry in algorithms for place in entry.leaves.pop("trainingType").said]
        content.leaves[TASK_TYPE] = Leaf(kinds[0], tuple(said))
    elif content.value(STAGE) in ("datacreation", "preprocessing"):
        content.leaves[TASK_TYPE] = Leaf(content.value(STAGE))


def training_type(content: Content) -> None:
    """Tell the training type of the algorithm by the task's type, if it is a training of one algorithm.

    Of several, one may prepare data for the other: which of them learns so is not said.
    """
    kind, algorithms = content.leaves.get(TASK_TYPE), content.of(ALGORITHMS)
    if kind is None or not isinstance(kind.value, str):
        return
    if kind.value == content.value(STAGE):
        del content.leaves[TASK_TYPE]
    elif kind.value.lower() in KINDS_OF_LEARNING and len(algorithms) == 1 and stages_of(content) & TRAININGS:
        algorithms[0].leaves["trainingType"] = content.leaves.pop(TASK_TYPE)


def one_name(content: Content) -> None:
    """Tell the name of a foundation model as the algorithm's, where no other is said.

    The current version asks for it in a field of its own instead of `algorithmName`; older ones have but one.
    """
    for entry in content.of(ALGORITHMS):
        if "algorithmName" not in entry.leaves and "foundationModelName" in entry.leaves:
            entry.leaves["algorithmName"] = entry.leaves.pop("foundationModelName")


def tuning_method(content: Content) -> None:
    """Tell a search of hyperparameters where 2024 has it."""
    _move(content, "optimizer", TUNING, SEARCHES)


def optimizer(content: Content) -> None:
    """Tell a search of hyperparameters as the optimizer, where the current version has it."""
    _move(content, TUNING, "optimizer", SEARCHES)


def _move(content: Content, source: str, target: str, words: frozenset[str]) -> None:
    for entry in content.of(ALGORITHMS):
        value = entry.value(source)
        if isinstance(value, str) and value.lower() in words:
            entry.leaves[target] = entry.leaves.pop(source)


def types_of_components(content: Content) -> None:
    """Take what older versions name a component for its name, unless it is a word for a type."""
    for entry in content.of("infrastructure.components"):
        value = entry.value("componentType")
        if isinstance(value, str) and value.lower() not in COMPONENT_TYPES:
            entry.leaves["componentName"] = entry.leaves.pop("componentType")
