"""Documents of any version at random, complete or not, built out of its table of fields.

They are made of a seed: building them value by value takes hypothesis a tenth of a second each.
"""

from functools import cache
from random import Random

from hypothesis import strategies as st

from ai_power_export.report.convert.writing import form_written
from ai_power_export.report.format.versions import fields_of

LISTS = {
    "task.algorithms",
    "task.algorithms.hyperparameters.values",
    "task.dataset",
    "task.dataset.inferenceProperties",
    "datasets",
    "measures",
    "infrastructure.components",
    "hardware",
}
TEXTS = ["", "a", "ä\n", "$other", "12", "Supervised"]
COUNTS = [0, 1, 3, 60, 1000, 150000]
NUMBERS = [
    *COUNTS,
    -1,
    0.0,
    1.0,
    0.08,
    80,
    351,
    4.9918436881868314e-05,
    1e-9,
    23.54,
    1e300,
    5e-324,
    10**25,
    10**400,
]
SHAPES = [[60], [20, 150000], [3, 3], [1000, 60], [0], [], ["x"]]
WORDS = {
    "taskStage": ["training", "inference", "preprocessing", "finetuning", "preprocessing+training", "rag"],
    "taskType": ["supervisedLearning", "unsupervisedLearning", "preprocessing", "other"],
    "trainingType": ["supervisedLearning", "reinforcementLearning", "selfSupervisedLearning"],
    "altType": ["datacreation", "evaluation"],
    "quantization": ["fp16", "int8", "q4_k_m", "awq", "4-bit"],
    "shape": ["(150000, 60)", "(1000,)", "(3, 3)", "60 columns"],
    "componentName": ["cpu", "GPU", "Intel Xeon", "ram"],
    "componentType": ["cpu", "gpu", "ram", "hdd"],
    "optimizer": ["gridSearch", "adam"],
    "tuningMethod": ["gridSearch", "by hand"],
    "measurementMethod": ["codecarbon", "wattmeter", "zeus"],
    "language": ["python", "Python", "julia"],
    "powerSourceCarbonIntensityUnit": ["gCO2eq/kWh", "kgCO2eq/kWh", "pounds"],
    "$$key": ["cpu", "randomForest"],
}
WRONG = [None, True, "x", 0.5, -3, [], {}, [1, "a"], {"a": {"b": 1}}]


def documents(version: str):
    """Documents of a version; Orange's as its reports were published."""
    return st.builds(lambda seed: document(version, Random(seed)), st.integers(0, 2**64))


def document(version: str, random: Random) -> dict:
    """Make one document: a share of the fields, most of them as the version wants them, and some other keys."""
    share = random.choice([0.3, 0.7, 0.95, 1])
    wrong = random.choice([0, 0, 0.05])

    def node(tree: dict, path: str):
        made = {}
        for key, below in tree.items():
            at = f"{path}.{key}".lstrip(".")
            if random.random() > share:
                continue
            if random.random() < wrong:
                made[key] = random.choice(WRONG)
            elif not isinstance(below, dict):
                made[key] = _value(below, random)
            elif at in LISTS:
                made[key] = [node(below, at) for _ in range(random.choice([0, 1, 1, 2]))]
            else:
                made[key] = node(below, at)
        if random.random() < 0.05:
            made["x-own"] = random.choice(WRONG)
        return made

    return node(_tree(version), "")


@cache
def _tree(version: str) -> dict:
    tree: dict = {}
    for field in fields_of(version, form_written(version)):
        *above, last = field.path.split(".")
        node = tree
        for key in above:
            node = node.setdefault(key, {})
        node[last] = field
    return tree


def _value(field, random: Random):
    name = field.path.rpartition(".")[2]
    if field.choices:
        return random.choice(field.choices)
    if field.kind == "string":
        return random.choice(WORDS.get(name, TEXTS) if random.random() < 0.9 else TEXTS)
    kinds = {"number": NUMBERS, "integer": COUNTS, "boolean": [True, False], "array": SHAPES}
    return random.choice(kinds.get(field.kind, [{"C": 1, "kernel": "rbf"}, {}, {"depth": None}]))
