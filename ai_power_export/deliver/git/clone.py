"""A repository as far as reports need it: the newest trees of some branches, and a commit on top of one."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from ai_power_export.deliver.git.address import Address
from ai_power_export.deliver.git.command import REMOTE, QuietGit
from ai_power_export.deliver.git.failures import Quicker
from ai_power_export.deliver.interface import Refused

OURS = "aipower"
"""What the branches that we make are below: `aipower/<commit that they start from>`."""
AUTHOR = "ai-power-export <ai-power-export@noreply.invalid>"
"""Who commits: nobody's name leaves with a report (`.invalid` is nobody's, RFC 2606)."""

_SEEN = "refs/seen/"
_NEW = "refs/new"
_BRANCH = "refs/heads/"
_NOTHING_NEW = "="
"""How `git push --porcelain` marks a branch that has the commit already."""
_POINTS = f"ref: {_BRANCH}"


@dataclass(frozen=True)
class Heads:
    """The newest commits of a repository that may hold reports."""

    default: str
    """Name of its default branch; `HEAD` where the server does not tell, empty where there is none."""
    commits: Mapping[str, str]
    """Commit of each branch: the default one first, then the one that is named, then ours."""


class Clone:
    """A clone without files and without a past; it lies in a folder that is thrown away."""

    def __init__(self, folder: Path, address: Address, token: SecretStr | None) -> None:
        """Make it, empty; errors as in `QuietGit`."""
        self._folder, self._address = folder, address
        self._git = QuietGit(folder, address, token)
        self._git.run("init", "--quiet", "--template=")
        self._git.run("config", f"remote.{REMOTE}.url", address.url)
        # What the user has settled for this very address would win over what holds for all.
        if address.url.startswith("https:"):
            self._git.run("config", f"http.{address.url}.sslVerify", "true")

    def fetch(self) -> Heads:
        """Bring the newest trees here, no files; where the server cannot leave them out, files as well.

        Raises:
            Quicker, Refused, Unreachable: As in `QuietGit.run`.
        """
        default, there = self._listed()
        if not there:
            return Heads("", {})
        names = [name for name in dict.fromkeys((default, self._address.branch)) if name in there]
        full = {name: name if name == "HEAD" else f"{_BRANCH}{name}" for name in names}
        wanted = [f"+{full[name]}:{_SEEN}{name}" for name in names]
        ours = f"+{_BRANCH}{OURS}/*:{_SEEN}{OURS}/*"
        options = ("--quiet", "--depth=1", "--filter=blob:none", "--no-tags", "--prune")
        self._git.run("fetch", *options, REMOTE, *wanted, ours)
        told = self._git.run("for-each-ref", "--format=%(refname) %(objectname)", _SEEN).decode()
        seen = dict(line.removeprefix(_SEEN).split(" ") for line in told.splitlines())
        return Heads(default, {name: seen[name] for name in [*names, *seen] if name in seen})

    def entries(self, commit: str) -> dict[str, str]:
        """Return what is in the folder of the reports: names, and the ids of their content."""
        folder = [f"{self._address.folder}/"] if self._address.folder else []
        listed = self._git.run("ls-tree", "-z", commit, "--", *folder).decode(errors="surrogateescape")
        rows = (row.partition("\t") for row in listed.split("\0") if row)
        return {path.rpartition("/")[2]: what.split(" ")[2] for what, _, path in rows}

    def content(self, identity: str) -> bytes:
        """Return a file of the repository, fetched where it is not here yet."""
        return self._git.run("cat-file", "-p", identity)

    def commit(self, files: Mapping[str, bytes], parent: str | None, message: str) -> str:
        """Add files to the folder of the reports; return the commit.

        Raises:
            Refused: It would change or remove something of others.
        """
        stream = self._folder / "stream"
        stream.write_bytes(b"".join(_stream(self._paths(files), parent, message)))
        # Forced is a ref of our own here, where an attempt before has left its commit.
        self._git.run("fast-import", "--quiet", "--force", "--date-format=raw", stdin=stream)
        made = self._git.run("rev-parse", _NEW).decode().strip()
        if parent and self._git.run("diff-tree", "-r", "--no-renames", "--diff-filter=a", parent, made):
            raise Refused(
                f"{self._address.place}: {self._address.folder} is no folder there; name one, ?folder="
            )
        return made

    def push(self, commit: str, branch: str) -> None:
        """Push a commit, if the branch is still what the commit was made on.

        Raises:
            Quicker, Refused, Unreachable: As in `QuietGit.run`.
        """
        done = self._git.run("push", "--porcelain", REMOTE, f"{commit}:{_BRANCH}{branch}").decode()
        if f"\n{_NOTHING_NEW}\t" in done:  # the same reports, in the same second: the same commit
            raise Quicker

    def _listed(self) -> tuple[str, set[str]]:
        """Return the name of the default branch, empty where there is none, and of all that matter."""
        patterns = ["HEAD", *(f"{_BRANCH}{name}" for name in (f"{OURS}/*", self._address.branch) if name)]
        told = self._git.run("ls-remote", "--symref", REMOTE, *patterns).decode(errors="replace")
        there = {line.partition("\t")[2].removeprefix(_BRANCH) for line in told.splitlines()}
        pointed = told.partition("\t")[0].removeprefix(_POINTS) if told.startswith(_POINTS) else "HEAD"
        return (pointed, there | {pointed}) if "HEAD" in there else ("", there)

    def _paths(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        return {self._address.path_of(name): content for name, content in files.items()}


def identity_of(content: bytes) -> str:
    """Return the id that git gives to the content of a file."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _stream(files: Mapping[str, bytes], parent: str | None, message: str) -> Iterator[bytes]:
    """Yield a commit as `git fast-import` reads it; its time is UTC, which tells nothing of the place."""
    yield f"commit {_NEW}\ncommitter {AUTHOR} {int(time.time())} +0000\n".encode()
    yield b"data %d\n%s\n" % (len(message.encode()), message.encode())
    if parent:
        yield f"from {parent}\n".encode()
    for path, content in files.items():
        quoted = path.replace("\\", r"\\").replace('"', r"\"")
        yield f'M 100644 inline "{quoted}"\n'.encode() + b"data %d\n%s\n" % (len(content), content)
