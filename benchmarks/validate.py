"""What validating the structure of reports costs, beside jsonschema and beside parsing them.

    python benchmarks/validate.py [REPORTS]

Over 20,000 varied reports, one in ten of them spoiled, in one process and in turns: what other programs take
from one way, they take from all. Each way says of each report whether it is valid, and all must say the same.
Exits 1 where they do not, or where a target is missed:

- of documents, none of which is parsed: the compiled schema at least 20 times as fast as jsonschema;
- from bytes: parsing as `aipower validate` does it, which refuses a key that stands twice, and the compiled
  schema, at most 4 times as long as `json.loads` alone.

jsonschema gets the same schema and builds its validator once. Told besides: both from bytes, and all findings
in words, which jsonschema gives of the spoiled ones.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from ai_power_export.report.checks.compiled import compiled
from ai_power_export.report.checks.structure import structure_findings, validator
from ai_power_export.report.format.versions import CURRENT, WHOLE
from ai_power_export.report.reading.text import parse_json

SPOILED = 0.1
"""Share of the reports that are spoiled."""
TURN = 200
"""Reports that each way sees before the next way does."""
LOOP, PARSING = 20.0, 4.0
"""Targets: times as fast as jsonschema, times as long as parsing."""

ALGORITHMS = (
    ("randomForest", "scikit-learn", "1.9.1", "sklearn.ensemble.RandomForestClassifier"),
    ("xgboost", "xgboost", "3.1.0", "xgboost.sklearn.XGBRegressor"),
    ("resnet50", "torch", "2.13.0", "torchvision.models.resnet.ResNet"),
    ("transformer", "transformers", "5.0.0", "transformers.models.llama.modeling_llama.LlamaForCausalLM"),
)
MACHINES = (
    [("Intel(R) Xeon(R) Processor (2 cores, 2 threads)", "cpu", 1), ("32 GB", "ram", 1)],
    [("AMD EPYC 7763 (64 cores)", "cpu", 2), ("NVIDIA A100-SXM4-80GB", "gpu", 8), ("1 TB", "ram", 1)],
    [("Apple M3 Pro", "cpu", 1)],
)
SPOILS: tuple[Callable[[dict[str, Any]], Any], ...] = (
    lambda report: report.pop("task"),
    lambda report: report["task"].pop("taskStage"),
    lambda report: report["task"].update(algorithms=[]),
    lambda report: report["task"].update(measuredAccuracy=97.5),
    lambda report: report["task"]["dataset"][0].update(dataFormat="Parquet"),
    lambda report: report["measures"][0].update(powerConsumption="0.25"),
    lambda report: report["measures"][0].update(version=None),
    lambda report: report["infrastructure"]["components"][0].update(nbComponent=1.0),
    lambda report: report["infrastructure"].update(components={"componentType": "cpu", "nbComponent": 1}),
    lambda report: report.update(quality=True),
)


def report(chance: random.Random) -> dict[str, Any]:
    """Make a valid report; all but what the format requires is there by chance."""
    name, framework, version, path = chance.choice(ALGORITHMS)
    rows, columns = chance.randrange(100, 10**7), chance.randrange(2, 2000)
    moment = f"2026-{chance.randrange(1, 11):02}-{chance.randrange(1, 28):02} 10:{chance.randrange(60):02}:07"
    algorithm = some(
        chance,
        {},
        algorithmName=name,
        framework=framework,
        frameworkVersion=version,
        classPath=path,
        epochsNumber=chance.randrange(1, 200),
        parametersNumber=chance.random() * 70,
        optimizer="adamw",
    )
    data = some(
        chance,
        {"dataUsage": "input", "dataType": chance.choice(["tabular", "image", "text", "audio"])},
        dataFormat=chance.choice(["csv", "parquet", "jpeg", "json"]),
        dataSize=rows * columns * 8e-9,
        dataQuantity=rows,
        shape=f"({rows}, {columns})",
        source=chance.choice(["public", "private"]),
        sourceUri=f"https://example.org/data/{chance.getrandbits(64):x}",
    )
    measure = some(
        chance,
        {
            "measurementMethod": "codecarbon",
            "powerConsumption": chance.random() * 10 ** chance.randrange(-6, 3),
        },
        version="3.3.2",
        cpuTrackingMode=chance.choice(["rapl", "cpu_load", "constant"]),
        averageUtilizationCpu=chance.random(),
        measurementDuration=chance.random() * 1e5,
        measurementDateTime=moment,
    )
    components = [
        some(
            chance, {"componentType": kind, "nbComponent": count}, componentName=title, share=chance.random()
        )
        for title, kind, count in chance.choice(MACHINES)
    ]
    made = {
        "task": some(
            chance,
            {
                "taskStage": chance.choice(["training", "inference", "finetuning", "preprocessing+training"]),
                "taskFamily": chance.choice(["classification", "regression", "textGeneration"]),
                "algorithms": [algorithm] * chance.randrange(1, 4),
                "dataset": [data] * chance.randrange(1, 3),
            },
            measuredAccuracy=chance.random(),
            taskDescription=f"Trained {name} on data of {rows} rows, évaluation comprise.",
        ),
        "measures": [measure] * chance.randrange(1, 3),
        "infrastructure": {
            "infraType": chance.choice(["onPremise", "publicCloud"]),
            "components": components,
        },
    }
    header = some(
        chance,
        {"reportDatetime": moment},
        formatVersion="0.1",
        reportId=f"{chance.getrandbits(128):032x}",
        reportStatus="final",
        publisher={"name": "An organisation", "confidentialityLevel": "public"},
    )
    return some(
        chance,
        made,
        header=header,
        system={"os": "linux", "distribution": "debian"},
        software={"language": "python", "version": "3.13.1"},
        environment=some(chance, {"country": "France"}, powerSourceCarbonIntensity=chance.random() * 900),
        quality=chance.choice(["high", "medium", "low"]),
    )


def some(chance: random.Random, required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    """Return an object with what is required, and three in four of what is not."""
    return {**required, **{key: value for key, value in optional.items() if chance.random() < 0.75}}


def reports(count: int) -> list[bytes]:
    """Return files of reports, always the same ones."""
    chance = random.Random(0)
    made = []
    for _ in range(count):
        document = json.loads(json.dumps(report(chance)))
        if chance.random() < SPOILED:
            chance.choice(SPOILS)(document)
        made.append(json.dumps(document, indent=2, ensure_ascii=False).encode())
    return made


COMPILED, JSONSCHEMA = compiled(CURRENT, WHOLE), validator(CURRENT, WHOLE)

WAYS: dict[str, Callable[[bytes, Any], Any]] = {
    "json.loads": lambda content, _: json.loads(content) and None,
    "parse_json": lambda content, _: parse_json(content) and None,
    "jsonschema, of a document": lambda _, document: JSONSCHEMA.is_valid(document),
    "compiled, of a document": lambda _, document: COMPILED.isinstance_python(document),
    "jsonschema, from bytes": lambda content, _: JSONSCHEMA.is_valid(json.loads(content)),
    "compiled, from bytes": lambda content, _: COMPILED.isinstance_python(parse_json(content)),
    "findings, from bytes": lambda content, _: not any(structure_findings(parse_json(content))),
}
"""Verdicts on the content of a file and its document; None where a way gives none."""


def measure(files: list[bytes]) -> tuple[dict[str, float], dict[str, list[bool]]]:
    """Return the seconds and the verdicts of each way."""
    seconds: dict[str, float] = defaultdict(float)
    verdicts: dict[str, list[bool]] = defaultdict(list)
    for start in range(0, len(files), TURN):
        turn = [(content, json.loads(content)) for content in files[start : start + TURN]]
        for name, way in WAYS.items():
            begin = time.process_time()
            found = [way(content, document) for content, document in turn]
            seconds[name] += time.process_time() - begin
            verdicts[name] += found
    return seconds, {name: found for name, found in verdicts.items() if found[0] is not None}


def main(count: int) -> int:
    files = reports(count)
    seconds, verdicts = measure(files)
    expected = verdicts["jsonschema, of a document"]
    size = sum(map(len, files)) / count
    print(f"{count:,} reports of {size:,.0f} bytes in the mean, {expected.count(False) / count:.1%} invalid")
    print(f"{'':28}{'µs a report':>12}{'of json.loads':>15}{'differing':>11}")
    for name, spent in seconds.items():
        differing = sum(a != b for a, b in zip(verdicts.get(name, expected), expected, strict=True))
        print(f"{name:28}{spent / count * 1e6:12.1f}{spent / seconds['json.loads']:15.2f}{differing:11}")
    faster = seconds["jsonschema, of a document"] / seconds["compiled, of a document"]
    in_all = seconds["jsonschema, from bytes"] / seconds["compiled, from bytes"]
    longer = seconds["compiled, from bytes"] / seconds["json.loads"]
    print(
        f"of a document {faster:.0f} times as fast as jsonschema (target {LOOP:.0f}); from bytes {in_all:.0f}"
    )
    print(f"from bytes {longer:.1f} times as long as json.loads (target at most {PARSING:.0f})")
    return int(any(found != expected for found in verdicts.values()) or faster < LOOP or longer > PARSING)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
