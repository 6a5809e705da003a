"""Which repository, branch and folder an address such as `git+https://host/path?branch=…` means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

from ai_power_export.deliver.one_line import one_line
from ai_power_export.errors import BadInput

FOLDER = "data"
"""Where the open data set keeps its reports."""

_EXAMPLE = "git+https://github.com/OWNER/REPOSITORY?branch=BRANCH&folder=data"
_SCHEMES = ("https", "ssh", "file", "http", "git")
_PLAIN = ("http", "git")
"""Neither encrypted nor authentic: whoever stands between reads the token and changes the reports."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_NO_BRANCH = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{")
"""What no branch has in its name (git-check-ref-format)."""
_REVIEW = {
    "github": "{web}/pull/new/{branch}",
    "gitlab": "{web}/-/merge_requests/new?merge_request%5Bsource_branch%5D={branch}",
}
_FILE = {"github": "{web}/blob/{branch}/{path}", "gitlab": "{web}/-/blob/{branch}/{path}"}


@dataclass(frozen=True)
class Address:
    """A repository, and where in it reports go."""

    url: str
    """The repository as git is given it; it holds no secret."""
    host: str
    """Host without port; empty for a folder."""
    branch: str | None
    """The branch that is pushed to; None: one of our own."""
    folder: str
    """Folder in the repository, with `/` between its parts; empty for its top."""
    user: str
    """Name that goes with the token."""

    @property
    def origin(self) -> str:
        """Scheme, host and port: whom a token is for."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"

    @property
    def place(self) -> str:
        """The address in one spelling."""
        options = {"branch": self.branch, "folder": self.folder if self.folder != FOLDER else None}
        given = {name: value for name, value in options.items() if value is not None}
        return f"git+{self.url}" + (f"?{urlencode(given, safe='/')}" if given else "")

    def path_of(self, name: str) -> str:
        """Return the path of a file in the repository."""
        return f"{self.folder}/{name}" if self.folder else name

    def file_at(self, branch: str, name: str) -> str:
        """Return where a file is on a branch: its web page if we know the service, else in git's words."""
        path = self.path_of(name)
        return self._page(_FILE, branch=quote(branch), path=quote(path)) or f"{branch}:{path}"

    def review_at(self, branch: str) -> str:
        """Return the page where a pull or merge request of a branch is opened; empty if we know none."""
        return self._page(_REVIEW, branch=quote(branch))

    def _page(self, pages: dict[str, str], **words: str) -> str:
        service = next((each for each in pages if self.host == f"{each}.com"), "")
        if self.host.startswith("gitlab."):
            service = "gitlab"
        parts = urlsplit(self.url)
        port = f":{parts.port}" if parts.scheme == "https" and parts.port else ""
        web = f"https://{self.host}{port}{parts.path.rstrip('/').removesuffix('.git')}"
        return pages[service].format(web=web, **words) if service else ""


def parsed(words: str) -> Address:
    """Return what an address means.

    Raises:
        BadInput: It is none of a repository, or leads through a network where others read and change.
    """
    options = _options(words)
    scheme, _, rest = words.partition("?")[0].partition("://")
    url = f"{scheme.lower().removeprefix('git+')}://{rest.rstrip('/')}"
    parts = _parts(url)
    branch = options.get("branch")
    if branch is not None and not _is_branch(branch):
        raise BadInput("is no name of a branch", f"?branch={one_line(branch)}")
    return Address(
        url=url,
        host=parts.hostname or "",
        branch=branch,
        folder=_folder(options.get("folder", FOLDER)),
        user=options.get("user", "x-access-token"),
    )


def _options(words: str) -> dict[str, str]:
    given = dict(parse_qsl(words.partition("?")[2], keep_blank_values=True))
    unknown = sorted(set(given) - {"branch", "folder", "user"})
    if unknown:
        raise BadInput(f"no such option of a git address: {one_line(unknown[0])}", "--to", _EXAMPLE)
    if not re.fullmatch(r"[\w.+-]*", given.get("user", "")):
        raise BadInput("is no name that goes with a token", "?user=")
    return given


def _parts(url: str) -> SplitResult:
    parts = _split(url)
    is_known = url.startswith(tuple(f"{scheme}://" for scheme in _SCHEMES))
    named = parts.path.strip("/") and (not parts.netloc if parts.scheme == "file" else parts.hostname)
    if not is_known or not named or not url.isprintable() or parts.fragment:
        raise BadInput(
            "is no address of a repository", one_line(f"git+{parts.scheme}:"), f"such as {_EXAMPLE}"
        )
    if parts.password is not None or (parts.username is not None and parts.scheme != "ssh"):
        raise BadInput(
            "the address holds a user, password or token",
            "--to",
            "tokens belong in AIPOWER_TOKEN or a keyring",
        )
    if parts.scheme in _PLAIN and parts.hostname not in _LOOPBACK:
        raise BadInput("what is sent there can be read and changed on its way", one_line(url), "git+https://")
    return parts


def _split(url: str) -> SplitResult:
    """Split a URL whose user, host and port can be read, and cannot be taken for an option."""
    try:
        parts = urlsplit(url)
        is_readable = parts.port != 0 and not any(name.startswith("-") for name in _names(parts))
    except ValueError:
        is_readable = False
    if not is_readable:
        raise BadInput("not readable as an address", "--to", f"such as {_EXAMPLE}")
    return parts


def _names(parts: SplitResult) -> tuple[str, str]:
    return parts.username or "", parts.hostname or ""


def _is_branch(name: str) -> bool:
    parts = name.split("/")
    fine = all(
        part and not part.startswith((".", "-")) and not part.endswith((".", ".lock")) for part in parts
    )
    return fine and name != "HEAD" and not _NO_BRANCH.search(name)


def _folder(given: str) -> str:
    parts = [part for part in given.split("/") if part not in ("", ".")]
    if (
        not given.isprintable()
        or "\\" in given
        or any(part == ".." or part.lower() == ".git" for part in parts)
    ):
        raise BadInput("is no folder of a repository", f"?folder={one_line(given)}")
    return "/".join(parts)
