"""A git repository as a destination: reports arrive as one commit on a branch, ready for a pull request."""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import SecretStr

from ai_power_export.console import say
from ai_power_export.deliver.git.address import parsed
from ai_power_export.deliver.git.clone import AUTHOR, OURS, Clone, Heads, identity_of
from ai_power_export.deliver.git.failures import Quicker
from ai_power_export.deliver.interface import Answer, Parcel, Receipt, Refused, Unreachable
from ai_power_export.report.signing.seal import signature_path
from ai_power_export.report.write import json_bytes

ATTEMPTS = 12
"""Pushes that are tried while others are quicker; each that fails means that one of theirs has arrived."""
PAUSE = 0.5
"""Seconds to wait at most after the first of them; longer after each further one."""


class Git:
    """Takes reports as files of a commit; none is replaced by another, and nothing is forced.

    All is done in a scratch clone in the folder for temporary files: whatever is killed, the repository has
    the whole commit or nothing of it, and the user's own checkouts are never looked at. Without a branch in
    the address, reports go to `aipower/<commit>`, named after the commit that it starts from, until it is
    merged: all who deliver meanwhile push to the same branch, where git lets nobody overwrite another.
    """

    at_once = 500

    def __init__(self, words: str, token: Callable[[], str | None]) -> None:
        """Take an address, `git+https://…`, `git+ssh://…` or `git+file://…`.

        Args:
            words: The address, with `?branch=`, `?folder=` and `?user=` where they are not the default.
            token: Gives the token for https, if there is one; else git's own credential helpers are asked.

        Raises:
            BadInput: It is no such address, or holds a secret.
        """
        self._address = parsed(words)
        self._ask_for_token = token

    @property
    def place(self) -> str:
        """The address in one spelling."""
        return self._address.place

    def deliver(self, parcels: Sequence[Parcel]) -> Iterator[Answer]:
        """Push reports that are not there yet as one commit; yield the answer for each."""
        first = {parcel.name: parcel for parcel in reversed(parcels)}
        try:
            answers = self._delivered(first)
        except (Refused, Unreachable) as error:
            answers = dict.fromkeys(first, error)
        except OSError as error:
            why = f"nothing can be written to the folder for temporary files: {error.strerror or error}"
            answers = dict.fromkeys(first, Unreachable(why))
        for parcel in parcels:
            is_it = parcel.document == first[parcel.name].document
            yield answers[parcel.name] if is_it else _another(parcel.name, "what is delivered with it")
            if isinstance(answer := answers[parcel.name], Receipt):
                answers[parcel.name] = Receipt(False, answer.where)

    def requests(self, parcels: Sequence[Parcel]) -> Iterator[str]:
        """Say which files would be committed, as whom and to which branch."""
        branch = self._address.branch or f"{OURS}/<commit>"
        for parcel in parcels:
            for name, content in _files(parcel).items():
                yield f"commit {self._address.path_of(name)}: {len(content)} bytes"
        yield f"git push {self._address.url} {branch}: one commit of what is not there yet, by {AUTHOR}"

    def _delivered(self, parcels: Mapping[str, Parcel]) -> dict[str, Answer]:
        """Return an answer for each report by its name.

        Raises:
            Refused, Unreachable: It is the same for all.
        """
        with tempfile.TemporaryDirectory(prefix="aipower-git-", ignore_cleanup_errors=True) as folder:
            clone = Clone(Path(folder), self._address, self._token())
            for attempt in range(ATTEMPTS):
                try:
                    return self._tried(clone, parcels)
                except Quicker:
                    time.sleep(random.uniform(0, PAUSE * (attempt + 1)))
        raise Unreachable(f"{self.place}: others pushed to it all the time")

    def _tried(self, clone: Clone, parcels: Mapping[str, Parcel]) -> dict[str, Answer]:
        heads = clone.fetch()
        entries = {branch: clone.entries(commit) for branch, commit in heads.commits.items()}
        answers = self._known(clone, entries, parcels)
        new = {name: parcel for name, parcel in parcels.items() if name not in answers}
        if not new:
            return answers
        try:
            branch = self._branch(heads, entries)
            self._push(clone, heads, branch, list(new.values()))
        except (Refused, Unreachable) as error:
            return answers | dict.fromkeys(new, error)
        return answers | {name: Receipt(True, self._address.file_at(branch, name)) for name in new}

    def _known(
        self, clone: Clone, entries: Mapping[str, Mapping[str, str]], parcels: Mapping[str, Parcel]
    ) -> dict[str, Answer]:
        """Return the answers for reports whose names are on one of the branches."""
        answers: dict[str, Answer] = {}
        for branch, there in entries.items():
            for name in parcels.keys() & there.keys() - answers.keys():
                is_same = _says(clone, there[name], parcels[name])
                where = self._address.file_at(branch, name)
                answers[name] = Receipt(False, where) if is_same else _another(name, where)
        return answers

    def _branch(self, heads: Heads, entries: Mapping[str, Mapping[str, str]]) -> str:
        """Return where reports go: the address's branch, one of ours that waits to be merged, or a new one.

        Raises:
            Refused: There is no branch to start from.
        """
        if self._address.branch:
            return self._address.branch
        if not heads.default:
            raise Refused(
                f"{self.place} has no default branch: make a first commit there, or give ?branch=NAME"
            )
        merged = entries[heads.default].keys()
        waiting = [name for name in entries if name.startswith(f"{OURS}/") and entries[name].keys() - merged]
        return min(waiting, default=f"{OURS}/{heads.commits[heads.default][:10]}")

    def _push(self, clone: Clone, heads: Heads, branch: str, parcels: Sequence[Parcel]) -> None:
        """Push reports as one commit.

        Raises:
            Quicker, Refused, Unreachable: They did not arrive.
        """
        files = {name: content for parcel in parcels for name, content in _files(parcel).items()}
        what = f"{len(parcels)} BoAmps report{'s' if len(parcels) > 1 else ''}"
        parent = heads.commits.get(branch, heads.commits.get(heads.default))
        clone.push(clone.commit(files, parent, f"Add {what}"), branch)
        review = self._address.review_at(branch) if branch != heads.default else ""
        say(f"{what} on branch {branch}" + (f"; open a pull request at {review}" if review else ""))

    def _token(self) -> SecretStr | None:
        """Return the token; over SSH and in folders there is none to be given."""
        given = self._ask_for_token() if self._address.url.startswith("http") else None
        return SecretStr(given.strip()) if given else None


def _files(parcel: Parcel) -> dict[str, bytes]:
    files = {parcel.name: json_bytes(parcel.document)}
    if parcel.signature is not None:
        files[signature_path(Path(parcel.name)).name] = json_bytes(parcel.signature)
    return files


def _says(clone: Clone, identity: str, parcel: Parcel) -> bool:
    """Tell whether a file says what a report says, however it is laid out; ours are known without a look."""
    if identity == identity_of(json_bytes(parcel.document)):
        return True
    try:
        return bool(json.loads(clone.content(identity)) == parcel.document)
    except (ValueError, RecursionError):
        return False


def _another(name: str, where: str) -> Refused:
    return Refused(f"{name}: another report has this name there ({where}); it was left as it is")
