"""A data set on a Hugging Face endpoint, by huggingface_hub but without its patience.

huggingface_hub waits for an answer without end, asks again for minutes and tells of it on stderr. Here each
request is made once, within a time; what breaks is one of our two errors. When to ask again is the outbox's.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any

from ai_power_export.deliver.interface import Refused, Unreachable
from ai_power_export.deliver.one_line import one_line

MAIN = "main"
KIND = "dataset"

PATIENCE = (10.0, 60.0, 60.0, 10.0)
"""Seconds to connect, for each piece of an answer, for each piece that is sent, for a free connection.

A commit is answered when it is made, which takes the longest.
"""

LONGEST_WAIT = 3600.0
"""Seconds that an endpoint may ask to be left alone for."""

MAY_GO_BETTER = frozenset({408, 425, 429})
"""Answers of the 4xx that say nothing against the request itself; all 5xx are such, too."""

_ONE_AT_A_TIME = Lock()
"""huggingface_hub has one connection a process."""


@dataclass(frozen=True)
class Proposal:
    """An open pull request."""

    num: int
    title: str
    url: str

    @property
    def revision(self) -> str:
        """Where its files are."""
        return f"refs/pr/{self.num}"


@dataclass(frozen=True)
class DataSet:
    """The few calls that a delivery makes; each raises `Refused` or `Unreachable`."""

    repo: str
    endpoint: str
    api: Any
    """`huggingface_hub.HfApi`."""
    token: str

    @property
    def url(self) -> str:
        """Its page."""
        return f"{self.endpoint}/datasets/{self.repo}"

    def contents(self, paths: Iterable[str], revision: str = MAIN) -> dict[str, str]:
        """Return the hashes of those of some files that are there: git's, or SHA-256 of what is in LFS."""
        with self._in_words():
            found = self.api.get_paths_info(self.repo, [*paths], revision=revision, repo_type=KIND)
        files = [each for each in found if hasattr(each, "blob_id")]
        return {each.path: each.lfs.sha256 if each.lfs else each.blob_id for each in files}

    def same(self, files: Mapping[str, bytes], revision: str) -> set[str]:
        """Return the paths that have the very same content there."""
        there = self.contents(files, revision)
        return {path for path, content in files.items() if there.get(path) in _hashes(content)}

    def read(self, path: str) -> bytes:
        """Return a file of the main branch."""
        from huggingface_hub import get_session, hf_hub_url
        from huggingface_hub.utils import build_hf_headers, hf_raise_for_status

        url = hf_hub_url(self.repo, path, repo_type=KIND, endpoint=self.endpoint)
        with self._in_words():
            response = get_session().get(url, headers=build_hf_headers(token=self.token))
            hf_raise_for_status(response)
            return bytes(response.content)

    def proposals(self) -> list[Proposal]:
        """Return the open pull requests."""
        with self._in_words():
            found = self.api.get_repo_discussions(
                self.repo, repo_type=KIND, discussion_type="pull_request", discussion_status="open"
            )
            return [Proposal(each.num, each.title, self._page(each.num)) for each in found]

    def propose(self, files: Mapping[str, bytes], title: str, text: str) -> Proposal | None:
        """Open a pull request that adds files; None where there is nothing that it would add."""
        from huggingface_hub import CommitOperationAdd

        with self._in_words():
            made = self.api.create_commit(
                self.repo,
                [CommitOperationAdd(path, content) for path, content in files.items()],
                commit_message=title,
                commit_description=text,
                repo_type=KIND,
                create_pr=True,
            )
            return None if made.pr_num is None else Proposal(made.pr_num, title, self._page(made.pr_num))

    def withdraw(self, ours: Proposal, why: str) -> None:
        """Close a pull request of ours."""
        with self._in_words():
            self.api.change_discussion_status(self.repo, ours.num, "closed", comment=why, repo_type=KIND)

    def _page(self, num: int) -> str:
        return f"{self.url}/discussions/{num}"

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        from huggingface_hub.errors import HfHubHTTPError

        try:
            yield
        except (Refused, Unreachable):
            raise
        except HfHubHTTPError as error:
            raise Refused(f"{self.url} {one_line(_no(error), self.token)}") from None
        except Exception as error:  # noqa: BLE001 - an answer that is none: of a proxy, or of a later version
            why = one_line(f"{type(error).__name__}: {error}", self.token)
            raise Unreachable(f"{self.url} is not understood: {why}") from None


def _hashes(content: bytes) -> tuple[str, str]:
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False)
    return blob.hexdigest(), hashlib.sha256(content).hexdigest()


def _no(error: Any) -> str:
    """Say why a request was turned down, and what to do."""
    from huggingface_hub.errors import DisabledRepoError, GatedRepoError, RepositoryNotFoundError

    if isinstance(error, GatedRepoError):
        return "is gated: ask for access on its page, with the account that the token is of"
    if isinstance(error, RepositoryNotFoundError):
        return "is not there, or the token may not see it: is the name right, and the token that of a member?"
    if isinstance(error, DisabledRepoError):
        return "is disabled by its host"
    status, said = error.response.status_code, error.server_message
    if status == 401:
        return "does not know the token: give one of your account in HF_TOKEN, or by `hf auth login`"
    if status == 403:
        return f"does not let the token open pull requests: it needs the right to write discussions ({said})"
    return f"answers {status}: {said}" if said else f"answers {status}"


@contextmanager
def connected(repo: str, endpoint: str, token: str) -> Iterator[DataSet]:
    """Give a data set to talk to; afterwards huggingface_hub is as patient and talkative as before."""
    from huggingface_hub import HfApi, close_session, get_session

    talk = logging.getLogger("huggingface_hub")
    with _ONE_AT_A_TIME:
        level = talk.level
        talk.setLevel(logging.CRITICAL)
        _make_impatient(get_session(), endpoint, token)
        try:
            yield DataSet(repo, endpoint, HfApi(endpoint=endpoint, token=token), token)
        finally:
            close_session()
            talk.setLevel(level)


def _make_impatient(client: Any, endpoint: str, token: str) -> None:
    """Have a client raise `Unreachable` for what huggingface_hub would wait for."""
    client.timeout = PATIENCE
    send = client.send

    def send_once(request: Any, **options: Any) -> Any:
        try:
            response = send(request, **options)
        except Exception as error:  # noqa: BLE001 - of another library with each version
            why = one_line(str(error), token) or type(error).__name__
            raise Unreachable(f"{endpoint} cannot be reached: {why}") from None
        if response.status_code in MAY_GO_BETTER or response.status_code >= 500:
            raise Unreachable(f"{endpoint} answers {response.status_code} for now", _after(response.headers))
        return response

    client.send = send_once


def _after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to leave a server alone for, by Hugging Face's own header or HTTP's."""
    limited = re.search(r"\br=0;t=(\d+)", headers.get("ratelimit", ""))
    told = limited or re.fullmatch(r"(\d+)", headers.get("retry-after", ""))
    return min(float(told[1]), LONGEST_WAIT) if told else None
