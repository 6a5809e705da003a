"""What was answered once for a project is proposed again, and only where it fits."""

from __future__ import annotations

import pytest
from edited_report import read, write

from ai_power_export.errors import AipowerError
from ai_power_export.report.edit.memory import FILE, MEMORABLE, Memory
from ai_power_export.report.format.boamps import FIELDS
from ai_power_export.report.read import Saved, read_report


@pytest.fixture
def saved(tmp_path) -> Saved:
    return read_report(write(tmp_path / "power-reports"))


@pytest.fixture
def memory(tmp_path) -> Memory:
    return Memory(tmp_path / FILE)


def again(memory: Memory) -> Memory:
    return Memory(memory.path)


def test_only_fields_of_the_format_are_remembered():
    assert set(MEMORABLE) <= {info.path for info in FIELDS}


def test_an_answer_is_proposed_in_the_next_run(saved, memory):
    assert memory.proposal(saved, "header.publisher.name") is None
    memory.remember(saved, "header.publisher.name", 'Zoë\'s "lab"')
    assert again(memory).proposal(saved, "header.publisher.name") == 'Zoë\'s "lab"'
    text = memory.path.read_text()
    assert text.startswith("# What `aipower edit` was told")
    assert "[project]" in text


def test_what_is_said_of_a_run_is_not_remembered(saved, memory):
    memory.remember(saved, "task.measuredAccuracy", 0.9)
    assert not memory.path.exists()


def test_a_place_is_remembered_of_the_machine_that_is_there(saved, memory, tmp_path):
    memory.remember(saved, "environment.country", "France")
    assert again(memory).proposal(saved, "environment.country") == "France"
    document = {**saved.document, "infrastructure": {"components": [
        {"componentType": "cpu", "componentName": "AMD EPYC"}]}}  # fmt: skip
    elsewhere = Saved(saved.path, document, saved.evidence)
    assert again(memory).proposal(elsewhere, "environment.country") is None


def test_data_are_known_again_by_script_and_usage_or_by_address(saved, memory):
    memory.remember(saved, "task.dataset[0].owner", "the city")
    assert again(memory).proposal(saved, "task.dataset[0].owner") == "the city"
    assert '[dataset."input of train.py"]' in memory.path.read_text()
    (data,) = saved.document["task"]["dataset"]
    task = {**saved.document["task"], "dataset": [{**data, "sourceUri": "https://example.org/iris"}]}
    other = Saved(saved.path, {**saved.document, "task": task}, saved.evidence)
    assert again(memory).proposal(other, "task.dataset[0].owner") is None
    memory.remember(other, "task.dataset[0].owner", "Fisher")
    assert again(memory).proposal(other, "task.dataset[0].owner") == "Fisher"


def test_the_size_of_a_model_is_remembered_of_foundation_models_alone(saved, memory):
    memory.remember(saved, "task.algorithms[0].parametersNumber", 0.1)
    assert again(memory).proposal(saved, "task.algorithms[0].parametersNumber") is None
    task = {**saved.document["task"], "algorithms": [{"foundationModelName": "llama3.1-8b"}]}
    llama = Saved(saved.path, {**saved.document, "task": task}, None)
    memory.remember(llama, "task.algorithms[0].parametersNumber", 8.03)
    assert again(memory).proposal(llama, "task.algorithms[0].parametersNumber") == 8.03


def test_the_file_is_the_users_to_edit(saved, memory):
    memory.remember(saved, "header.publisher.name", "Old")
    text = memory.path.read_text().replace('"Old"', '"New" # ours since May')
    memory.path.write_text(text)
    changed = again(memory)
    assert changed.proposal(saved, "header.publisher.name") == "New"
    changed.remember(saved, "header.licensing", "CC0")
    assert "# ours since May" in memory.path.read_text()


@pytest.mark.parametrize(
    "value",
    ["hf_abcdefghijklmnopqrstuvwxyz", "ghp_abcdefghijklmnopqrstuvwxyz0123456789", "/home/bob/data.csv"],
)
def test_secrets_and_paths_are_never_kept(saved, memory, value):
    memory.remember(saved, "task.dataset[0].sourceUri", value)
    assert not memory.path.exists()


@pytest.mark.parametrize(
    "text", ["[project", "project = 3", "\x00\x01", "[project]\na = 1\na = 2", "a" * 2_000_000]
)
def test_a_broken_file_is_told_in_one_line_and_left_alone(saved, memory, text):
    memory.path.parent.mkdir()
    memory.path.write_text(text)
    broken = again(memory)
    assert broken.proposal(saved, "header.publisher.name") is None
    with pytest.raises(AipowerError) as caught:
        broken.remember(saved, "header.publisher.name", "Our lab")
    assert "\n" not in str(caught.value)
    assert memory.path.read_text() == text


def test_what_does_not_fit_the_field_is_not_proposed(saved, memory):
    memory.path.parent.mkdir()
    memory.path.write_text(
        "[project]\n'header.publisher.name' = [1]\n'header.licensing' = \"a\\u001bb\"\n"
        "[machine.'Intel(R) Xeon(R)']\ninfraType = 'cloud'\n"
    )
    for place in ("header.publisher.name", "header.licensing", "infrastructure.infraType"):
        assert again(memory).proposal(saved, place) is None


def test_a_folder_that_cannot_be_written_is_told(saved, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(AipowerError, match="answers are not kept"):
        Memory(tmp_path / "file" / FILE).remember(saved, "header.licensing", "CC0")


def test_a_memory_belongs_to_the_project(tmp_path):
    reports = tmp_path / "a" / "power-reports"
    reports.mkdir(parents=True)
    assert Memory.near(reports).path == reports / FILE
    (tmp_path / "a" / ".git").mkdir()
    assert Memory.near(reports).path == tmp_path / "a" / FILE
    (tmp_path / "pyproject.toml").write_text("[tool.aipower]\n")
    assert Memory.near(reports).path == tmp_path / "a" / FILE
    (reports / "pyproject.toml").write_text("[tool.aipower]\n")
    assert Memory.near(reports).path == reports / FILE


def test_nothing_remembered_gets_into_a_report_by_itself(saved, memory):
    memory.remember(saved, "header.publisher.name", "Our lab")
    assert "name" not in read(saved.path)[0]["header"]["publisher"]
