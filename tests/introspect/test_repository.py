"""The script's repository: its name may be told, its address never."""

import os
import subprocess
from pathlib import Path

import pytest

from ai_power_export.introspect.repository import repository_facts

PROJECT = "header.publisher.projectName"
COMMIT = "evidence.repository.commit"
DIRTY = "evidence.repository.dirty"


@pytest.fixture(autouse=True)
def own_git(monkeypatch, tmp_path):
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)


def git(folder, *arguments):
    settings = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    done = subprocess.run(
        ["git", *settings, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "flower-power"
    (folder / "src").mkdir(parents=True)
    (folder / "train.py").write_text("x = 1\n")
    git(folder, "init", "-q")
    git(folder, "add", "train.py")
    git(folder, "commit", "-q", "-m", "first")
    return folder


def test_name_commit_and_state(repository):
    facts = repository_facts(repository / "src")
    (name,) = facts.about(PROJECT)
    assert (name.value, name.place, name.certainty.value) == ("flower-power", "git top folder", "likely")
    assert facts.value(COMMIT) == git(repository, "rev-parse", "HEAD")
    assert facts.value(DIRTY) is False
    assert not facts.missing


def test_a_changed_file_is_dirty_and_a_new_one_is_not(repository):
    (repository / "notes.txt").write_text("new")
    assert repository_facts(repository).value(DIRTY) is False
    (repository / "train.py").write_text("x = 2\n")
    assert repository_facts(repository).value(DIRTY) is True


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://example.org/group/petals.git", "petals"),
        ("https://user:s3cret@example.org/group/petals.git/", "petals"),
        ("git@example.org:group/petals.git", "petals"),
        ("git@example.org:petals", "petals"),
        ("ssh://git@example.org:2222/~me/petals", "petals"),
        ("C:\\repos\\petals.git", "petals"),
        ("https://example.org/petals?token=s3cret#x", "petals"),
        ("https://s3cret@example.org", "flower-power"),
        ("", "flower-power"),
    ],
)
def test_only_the_last_part_of_the_address_is_told(repository, address, name):
    git(repository, "config", "remote.origin.url", address)
    facts = repository_facts(repository)
    assert facts.value(PROJECT) == name
    assert "s3cret" not in str(facts.to_json())
    assert "example.org" not in str(facts.to_json())


def test_a_home_that_is_a_repository_does_not_name_its_user(repository, monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: repository)
    facts = repository_facts(repository)
    assert facts.value(PROJECT) is None
    assert PROJECT in [lack.field for lack in facts.missing]
    assert facts.value(COMMIT)


def test_a_work_tree_beside_has_the_name_of_the_main_one(repository, tmp_path):
    git(repository, "worktree", "add", "-q", str(tmp_path / "try-2"))
    facts = repository_facts(tmp_path / "try-2")
    assert facts.value(PROJECT) == "flower-power"
    assert facts.value(COMMIT) == git(repository, "rev-parse", "HEAD")


def test_a_submodule_has_its_own_name(repository, tmp_path):
    outer = tmp_path / "garden"
    outer.mkdir()
    git(outer, "init", "-q")
    git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(repository), "bed")
    git(outer / "bed", "remote", "remove", "origin")
    assert repository_facts(outer / "bed").value(PROJECT) == "bed"


def test_a_repository_without_a_commit_has_a_name_only(tmp_path):
    git(tmp_path, "init", "-q", "fresh")
    facts = repository_facts(tmp_path / "fresh")
    assert facts.value(PROJECT) == "fresh"
    assert [lack.field for lack in facts.missing] == [COMMIT]


def test_outside_of_a_repository_there_is_a_reason(tmp_path):
    for folder in (tmp_path, None):
        facts = repository_facts(folder)
        assert not facts.found
        assert facts.missing[0].field == PROJECT


def test_a_folder_that_is_only_called_git_is_no_repository(tmp_path):
    (tmp_path / ".git").mkdir()
    facts = repository_facts(tmp_path)
    assert not facts.found
    assert "no repository" in facts.missing[0].reason


def test_without_the_git_program_there_is_a_reason(repository, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    facts = repository_facts(repository)
    assert not facts.found
    assert "git program" in facts.missing[0].reason


def test_inside_a_git_hook_no_other_repository_is_described(repository, monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    facts = repository_facts(repository)
    assert facts.value(COMMIT) is None
    assert facts.value(PROJECT) == "flower-power"


def test_git_that_hangs_is_given_up(repository, monkeypatch, tmp_path):
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    real = subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout.strip()
    slow.write_text(f'#!/bin/sh\ncase "$*" in *status*) exec sleep 20;; esac\nexec {real} "$@"\n')
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow.parent}{os.pathsep}{os.environ['PATH']}")
    facts = repository_facts(repository)
    assert facts.value(COMMIT)
    assert facts.value(DIRTY) is None
    assert [lack.field for lack in facts.missing] == [DIRTY]
    assert not (repository / ".git" / "index.lock").exists()
