"""A data set on Hugging Face as a destination: reports arrive as a pull request, for its owners to merge.

A report is there if the main branch has it, or an open pull request of ours, whoever has opened that: its
files are compared, not its words. So a delivery of which the answer was lost is found when it is sent again.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from importlib.metadata import PackageNotFoundError, version

from ai_power_export.deliver.http.client import checked
from ai_power_export.deliver.hugging_face.client import MAIN, DataSet, Proposal, connected
from ai_power_export.deliver.interface import Answer, Parcel, Receipt, Refused, Unreachable
from ai_power_export.errors import BadInput
from ai_power_export.report.signing.seal import SUFFIX
from ai_power_export.report.write import json_bytes

FOLDER = "data"
"""Where reports go in a data set, unless the address says otherwise."""

HUGGING_FACE = "https://huggingface.co"

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?"
_ADDRESS = re.compile(
    rf"hf:(?P<repo>(?!datasets/){_NAME}/{_NAME})(?P<folder>(?:/{_NAME})*)/?(?:\?endpoint=(?P<endpoint>\S+))?"
)
_TITLE = re.compile(r"Add (?:energy report (?P<hash>[0-9a-f]{16})|\d+ energy reports)")
"""Titles of our pull requests; that of a single report tells which, so that few need be looked into."""

_IGNORED = "the data set's .gitignore leaves it out: ask its owners, or name another folder in the address"


class HuggingFace:
    """Proposes reports to a data set; one that is there is never replaced by another."""

    at_once = 100
    """In one pull request, with a signature each: huggingface_hub asks about 256 files at a time."""

    def __init__(self, words: str, token: Callable[[], str | None]) -> None:
        """Take `hf:OWNER/DATASET[/folder]`.

        Args:
            words: The address; without `?endpoint=` it means that of `HF_ENDPOINT`, or Hugging Face itself.
            token: Returns the token; where it is None, huggingface_hub's own is used (`HF_TOKEN`, a login).

        Raises:
            BadInput: It is no such address, or huggingface_hub is not installed.
        """
        found = _ADDRESS.fullmatch(words)
        if found is None:
            raise BadInput(
                "not an address of a data set", words.partition("?")[0], "hf:OWNER/DATASET[/folder]"
            )
        _check_installed(words)
        self._repo, self._folder = found["repo"], found["folder"].strip("/") or FOLDER
        endpoint = found["endpoint"] or os.environ.get("HF_ENDPOINT") or HUGGING_FACE
        self._endpoint = str(checked(endpoint)).rstrip("/")
        self._token = token

    @property
    def place(self) -> str:
        """The address in full: the endpoint of the environment may be another one when it is sent."""
        elsewhere = "" if self._endpoint == HUGGING_FACE else f"?endpoint={self._endpoint}"
        return f"hf:{self._repo}/{self._folder}{elsewhere}"

    def deliver(self, parcels: Sequence[Parcel]) -> Iterator[Answer]:
        """Open one pull request with those of the reports that are not there yet."""
        wanted: dict[str, Parcel] = {}
        for parcel in parcels:
            wanted.setdefault(self._path(parcel), parcel)
        answers: dict[str, Answer] = {}
        try:
            with self._connected() as data:
                self._bring(data, wanted, answers)
        except (Refused, Unreachable) as error:
            answers = {**dict.fromkeys(wanted, error), **answers}
        for parcel in parcels:
            path = self._path(parcel)
            yield answers[path] if wanted[path].hash == parcel.hash else _taken(path)

    def requests(self, parcels: Sequence[Parcel]) -> Iterator[str]:
        """Say what a pull request would hold, where the data set has none of it."""
        yield f"open a pull request at {self._endpoint}/datasets/{self._repo}: {_title(parcels)}"
        for parcel in parcels:
            for path, content in self._files(parcel).items():
                yield f"add {path} ({len(content)} bytes)"

    def _path(self, parcel: Parcel) -> str:
        return f"{self._folder}/{parcel.name}"

    def _files(self, parcel: Parcel) -> dict[str, bytes]:
        path = self._path(parcel)
        files = {path: json_bytes(parcel.document)}
        if parcel.signature is not None:
            files[_of_signature(path)] = json_bytes(parcel.signature)
        return files

    def _connected(self) -> AbstractContextManager[DataSet]:
        """Connect with the token that is for this place.

        Raises:
            Refused: There is none.
        """
        from huggingface_hub import get_token

        token = (self._token() or get_token() or "").strip()
        if not token:
            raise Refused(f"{self.place}: there is no token: set HF_TOKEN, or log in by `hf auth login`")
        if not re.fullmatch(r"[!-~]+", token):
            raise Refused(
                f"{self.place}: the token holds characters that no token has: is it whole, and alone?"
            )
        return connected(self._repo, self._endpoint, token)

    def _bring(self, data: DataSet, wanted: Mapping[str, Parcel], answers: dict[str, Answer]) -> None:
        """Answer for each report in turn: on the main branch, in open pull requests, in a new one."""
        left = {path: content for parcel in wanted.values() for path, content in self._files(parcel).items()}
        there = data.contents(left)
        for path in there.keys() & wanted.keys():
            answers[path] = _on_main(data, path, wanted[path])
            if isinstance(answers[path], Refused):
                left.pop(_of_signature(path), None)
        left = {path: content for path, content in left.items() if path not in there}
        looked_into = set()
        for proposal in _ours(data, wanted) if left else ():
            looked_into.add(proposal.num)
            for path in data.same(left, proposal.revision) if left else ():
                del left[path]
                if path in wanted:
                    answers[path] = Receipt(False, proposal.url)
        if left:
            answers.update(_propose(data, wanted, left, looked_into))


def _check_installed(words: str) -> None:
    """Make sure of huggingface_hub, without importing it.

    Raises:
        BadInput: It is not there, or one that speaks to its endpoint by another library.
    """
    try:
        installed = version("huggingface_hub")
    except PackageNotFoundError:
        why = "huggingface_hub is not installed"
    else:
        if int(installed.partition(".")[0]) >= 1:
            return
        why = f"huggingface_hub {installed} is too old"
    raise BadInput(
        why, words, "pip install 'ai-power-export[hub]'; aipower upload may run in another environment"
    )


def _of_signature(path: str) -> str:
    return path + SUFFIX


def _taken(path: str) -> Refused:
    return Refused(f"{path}: another report has this name there; it was left as it is")


def _on_main(data: DataSet, path: str, parcel: Parcel) -> Answer:
    """Tell whether a file of the main branch is a report, however it is laid out there."""
    try:
        is_same = Parcel(parcel.name, json.loads(data.read(path))).hash == parcel.hash
    except ValueError:
        is_same = False
    return Receipt(False, f"{data.url}/blob/{MAIN}/{path}") if is_same else _taken(path)


def _ours(data: DataSet, wanted: Mapping[str, Parcel]) -> Iterator[Proposal]:
    """Yield the open pull requests that may hold some of the reports."""
    hashes = {parcel.hash[:16] for parcel in wanted.values()}
    for proposal in data.proposals():
        title = _TITLE.search(proposal.title)
        if title and (title["hash"] is None or title["hash"] in hashes):
            yield proposal


def _propose(
    data: DataSet, wanted: Mapping[str, Parcel], files: Mapping[str, bytes], looked_into: set[int]
) -> Iterator[tuple[str, Answer]]:
    """Open a pull request; yield the answer for each of its reports."""
    parcels = [wanted[path] for path in wanted if path in files or _of_signature(path) in files]
    ours = data.propose(files, _title(parcels), _text(parcels))
    arrived = data.same(files, ours.revision if ours else MAIN)
    earlier = _earlier(data, wanted, files, ours, looked_into) if ours else None
    if ours and earlier:
        data.withdraw(ours, f"The same reports are in #{earlier.num}.")
    elif ours and not arrived:
        data.withdraw(ours, "The data set ignores all of these files.")
    at = earlier or ours
    for path in files.keys() & wanted.keys():
        if path not in arrived:
            yield path, Refused(f"{path}: {_IGNORED}")
        else:
            yield path, Receipt(ours is not None and earlier is None, at.url if at else data.url)


def _earlier(
    data: DataSet,
    wanted: Mapping[str, Parcel],
    files: Mapping[str, bytes],
    ours: Proposal,
    looked_into: set[int],
) -> Proposal | None:
    """Return a pull request with all the same that somebody opened between our look and our own."""
    for proposal in _ours(data, wanted):
        is_earlier = proposal.num < ours.num and proposal.num not in looked_into
        if is_earlier and data.same(files, proposal.revision) == files.keys():
            return proposal
    return None


def _title(parcels: Sequence[Parcel]) -> str:
    if len(parcels) == 1:
        return f"Add energy report {parcels[0].hash[:16]}"
    return f"Add {len(parcels)} energy reports"


def _text(parcels: Sequence[Parcel]) -> str:
    """Say which reports a pull request brings, with the SHA-256 of what each says."""
    listed = "\n".join(
        f"- `{parcel.name}` {parcel.hash}" + (f", corrects {parcel.corrects}" if parcel.corrects else "")
        for parcel in parcels
    )
    return f"Reports of the energy that AI has used, checked by `aipower upload`:\n\n{listed}\n"
