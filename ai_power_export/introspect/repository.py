"""The git repository that the running script lies in.

Its name may go into the report as the project's; commit and state stay in the
evidence. The address of a remote is never kept: it can carry credentials.
"""

from __future__ import annotations

import getpass
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ai_power_export.facts import Certainty, Facts, Origin

if TYPE_CHECKING:
    import git

PROJECT = "header.publisher.projectName"
COMMIT = "evidence.repository.commit"
DIRTY = "evidence.repository.dirty"
GIT_SECONDS = 1.0
"""How long one git command may take; in a huge repository the state stays unknown."""
CAREFUL = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}
"""Settings under which git writes nothing, fetches nothing and asks nothing."""
DIVERSIONS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")
"""Variables, set in git's own hooks, that make git look at another repository or index.

They are not overridden: git checks whose repository it is only where it finds it by itself.
"""
NAME = re.compile(r"[\w][\w .+-]{0,99}")


def repository_facts(script_folder: Path | None) -> Facts:
    """Return the project's name, and the commit and whether tracked files differ from it.

    GitPython is imported only where there is a repository: it takes longer
    than everything else that this room does.
    """
    facts = Facts()
    top = _top(script_folder)
    if top is None:
        facts.lack(PROJECT, "the script lies in no git repository")
    elif shutil.which("git") is None:
        facts.lack(PROJECT, "the git program is not installed")
    else:
        _add_repository(facts, top)
    return facts


def _top(folder: Path | None) -> Path | None:
    """Return the nearest folder upwards that holds a repository, without asking git."""
    if folder is None:
        return None
    here = folder.resolve()
    return next((parent for parent in (here, *here.parents) if (parent / ".git").exists()), None)


def _add_repository(facts: Facts, top: Path) -> None:
    import git

    try:
        opened = git.Repo(top, expand_vars=False)
    except git.InvalidGitRepositoryError:
        facts.lack(PROJECT, "the folder .git above the script is no repository")
        return
    with opened as repository:
        _add_name(facts, repository)
        _add_state(facts, repository)


def _add_name(facts: Facts, repository: git.Repo) -> None:
    remote = _remote_name(repository)
    name, place = (remote, "git remote origin") if remote else (_folder_name(repository), "git top folder")
    if name:
        facts.add(PROJECT, name, Origin.MACHINE, place, certainty=Certainty.LIKELY)
    else:
        facts.lack(PROJECT, "neither the remote origin nor the folder of the repository names a project")


def _remote_name(repository: git.Repo) -> str:
    """Return the last part of origin's address, `name` of `git@host:group/name.git`."""
    reader = repository.config_reader("repository")
    address = (
        str(reader.get_value('remote "origin"', "url", "")) if reader.has_section('remote "origin"') else ""
    )
    last = re.split(r"[/:\\]", re.split(r"[?#]", address)[0].rstrip("/\\"))[-1]
    return _plain_name(last)


def _folder_name(repository: git.Repo) -> str:
    """Return the name of the repository's main folder; a user's name is no project."""
    common = Path(repository.common_dir).resolve()
    linked = Path(repository.git_dir).resolve() != common  # a work tree beside the main one
    folder = common.parent if linked and common.name == ".git" else Path(repository.working_dir).resolve()
    return "" if folder.name in _user_names() else _plain_name(folder.name)


def _user_names() -> set[str]:
    try:
        return {Path.home().name, getpass.getuser()}
    except (RuntimeError, KeyError, OSError):
        return set()


def _plain_name(text: str) -> str:
    name = text.removesuffix(".git")
    return name if NAME.fullmatch(name) else ""


def _add_state(facts: Facts, repository: git.Repo) -> None:
    diverted = [name for name in DIVERSIONS if name in os.environ]
    if diverted:
        facts.lack(COMMIT, f"{diverted[0]} points git elsewhere")
        return
    command = repository.git
    command.update_environment(**CAREFUL)
    try:
        commit = command.rev_parse("--verify", "HEAD", **_limit())
        facts.add(COMMIT, commit, Origin.MACHINE, "git rev-parse HEAD")
        changes = command.status("--porcelain", "--untracked-files=no", "--no-renames", **_limit())
        facts.add(DIRTY, bool(changes), Origin.MACHINE, "git status")
    except Exception as error:  # noqa: BLE001 - no commit yet, another owner, a repository too large
        reason = f"git did not say: {type(error).__name__}"
        facts.lack(COMMIT if facts.value(COMMIT) is None else DIRTY, reason)


def _limit() -> dict[str, Any]:
    """GitPython cannot end a command in time on Windows; there the caller's own limit must do."""
    return {} if os.name == "nt" else {"kill_after_timeout": GIT_SECONDS}
