"""Which runs are comparable."""

import pytest
from labelled_reports import inference, report

from ai_power_export.label.groups import hardware_class, key_of

CPU = {"componentType": "cpu", "componentName": "Intel(R) Xeon(R) Gold 6226R", "nbComponent": 1}
GPU = {"componentType": "gpu", "componentName": "NVIDIA A100-SXM4-40GB", "nbComponent": 1}
RAM = {"componentType": "ram", "nbComponent": 1, "memorySize": 8}
BOARD = {"componentType": "cpu", "componentName": "Raspberry Pi 5 Cortex-A76", "nbComponent": 1}
TPU = {"componentType": "tpu", "nbComponent": 4}


@pytest.mark.parametrize(
    ("components", "expected"),
    [
        ([CPU, RAM], "cpu"),
        ([{**CPU, "nbComponent": 2}], "cpu"),
        ([CPU, GPU, RAM], "gpu"),
        ([GPU], "gpu"),
        ([CPU, {**GPU, "nbComponent": 8}], "gpus"),
        ([CPU, GPU, GPU], "gpus"),
        ([CPU, TPU], "accelerators"),
        ([CPU, {**TPU, "nbComponent": 1}, GPU], "accelerator"),
        ([BOARD, RAM], "edge"),
        ([BOARD, GPU], "gpu"),
        ([{"componentType": "cpu", "nbComponent": 1}], "cpu"),
        ([RAM], ""),
        ([CPU, {"componentType": "quantum annealer", "nbComponent": 1}], ""),
        ([CPU, {**GPU, "nbComponent": 0}], ""),
        ([], ""),
    ],
)
def test_hardware_has_a_class(components, expected):
    assert hardware_class(report({"infrastructure.components": components})) == expected


def test_a_gpu_that_was_followed_and_is_not_listed_leaves_no_class():
    changes = {"infrastructure.components": [CPU], "measures.0.gpuTrackingMode": "nvml"}
    assert hardware_class(report(changes)) == ""


def test_what_a_service_ran_on_nobody_tells():
    assert hardware_class(report({"infrastructure.cloudService": "some api"})) == ""


@pytest.mark.parametrize("spelling", ["image classification", "image-classification", "ImageClassification"])
def test_words_have_one_spelling(spelling):
    assert key_of(report({"task.taskFamily": spelling}), "")["task_family"] == "imageClassification"


def test_a_stage_is_read_as_people_write_it():
    assert key_of(report({"task.taskStage": "Fine-Tuning"}), "")["stage"] == "finetuning"


def test_tokens_and_text_are_one_kind_of_data():
    text = {"task.dataset.0.dataType": "text"}
    assert key_of(inference(), "token") == key_of(inference(text), "token")


def test_what_is_not_told_is_empty():
    changes = {"task.dataset.0": {}, "infrastructure.components": [RAM], "task.taskFamily": " "}
    key = key_of(report(changes), "")
    assert [key["data_type"], key["hardware_class"], key["task_family"]] == ["", "", ""]
