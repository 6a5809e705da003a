"""git, run so that it asks nobody, leaves the user's repositories alone and shows no token."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import SecretStr

from ai_power_export.deliver.git.address import Address
from ai_power_export.deliver.git.failures import Quicker, Said, failure, is_race
from ai_power_export.deliver.interface import Refused, Unreachable

LIMIT = 300
"""Seconds that one command may take."""
REMOTE = "aipower"
"""The repository by name; not `origin`, for which the user's own settings may hold options."""

_NO_QUESTIONS = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS": "",
    "SSH_ASKPASS_REQUIRE": "never",
    "GCM_INTERACTIVE": "never",
    "GIT_TRACE_REDACT": "1",
}
_OPTIONS = {
    "core.hooksPath": os.devnull,
    "core.askPass": "",
    "credential.interactive": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "http.sslVerify": "true",
    "http.lowSpeedLimit": "1",  # bytes a second
    "http.lowSpeedTime": "60",  # seconds
    "push.gpgSign": "false",
    "push.followTags": "false",
    "push.recurseSubmodules": "no",
    # Without it, git sends everything anew when the branch that ours starts from has moved on meanwhile.
    "push.negotiate": "true",
}
"""They win over the user's own settings, which hold otherwise: proxies, certificates, credential helpers."""
_ACROSS_NETWORKS = ("https", "ssh")
_SSH_OPTIONS = "-o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=15"
_TOKEN, _USER = "AIPOWER_GIT_TOKEN", "AIPOWER_GIT_USER"
_HELPER = f'!f() {{ test "$1" = get && printf "username=%s\\npassword=%s\\n" "${_USER}" "${_TOKEN}"; }}; f'
"""A credential helper (gitcredentials) that takes the token from the environment, where no list of processes
shows it."""


class Ended(NamedTuple):
    """What came of a command."""

    status: int
    out: bytes
    err: str


class QuietGit:
    """Runs git in a repository of our own."""

    def __init__(self, folder: Path, address: Address, token: SecretStr | None) -> None:
        """Take the folder of the repository, which need not be one yet.

        Raises:
            Unreachable: git is not installed.
            Refused: The user has switched off that certificates are verified.
        """
        if shutil.which("git") is None:
            raise Unreachable("git is not installed here: install it, or deliver in another way")
        if "GIT_SSL_NO_VERIFY" in os.environ and address.url.startswith("https:"):
            raise Refused("GIT_SSL_NO_VERIFY is set, so that anybody could answer: unset it")
        from git.cmd import Git

        self._address, self._token = address, token
        self._git = Git(folder)
        self._git.update_environment(**_NO_QUESTIONS, **_repository(folder), **_transport(address))
        if token is not None:
            self._git.update_environment(**{_TOKEN: token.get_secret_value(), _USER: address.user})
        options = (*_OPTIONS.items(), *self._credentials())
        self._options = [word for name, value in options for word in ("-c", f"{name}={value}")]
        if address.url.startswith(_ACROSS_NETWORKS):
            self._ask_nothing_over_ssh()

    def run(self, *arguments: str, stdin: Path | None = None) -> bytes:
        """Run a command; return what it printed.

        Raises:
            Quicker: Somebody else has pushed meanwhile.
            Refused, Unreachable: It failed.
        """
        ended = self.tried(*arguments, stdin=stdin)
        if ended.status == 0:
            return ended.out
        text = f"{ended.err}\n{ended.out.decode(errors='replace')}"
        if is_race(text):
            raise Quicker
        token = self._token.get_secret_value() if self._token else None
        raise failure(Said(text, self._address.place, self._address.host, token))

    def tried(self, *arguments: str, stdin: Path | None = None) -> Ended:
        """Run a command that may fail."""
        limit: dict[str, Any] = {} if os.name == "nt" else {"kill_after_timeout": LIMIT}
        # In a session of its own it has no terminal that anything could ask on.
        with (stdin or Path(os.devnull)).open("rb") as given:
            status, out, err = self._git.execute(
                ["git", *self._options, *arguments],
                istream=given,
                with_extended_output=True,
                with_exceptions=False,
                stdout_as_string=False,
                strip_newline_in_stdout=False,
                start_new_session=True,
                **limit,
            )
        return Ended(status, out, err)

    def _credentials(self) -> list[tuple[str, str]]:
        """Return the options by which git knows the token, and for this host alone."""
        if self._token is None:
            return []
        return [("credential.helper", ""), (f"credential.{self._address.origin}.helper", _HELPER)]

    def _ask_nothing_over_ssh(self) -> None:
        """Have OpenSSH ask nothing; another program that the user has chosen for it is left as it is."""
        chosen = (
            os.environ.get("GIT_SSH_COMMAND") or self.tried("config", "core.sshCommand").out.decode().strip()
        )
        if not chosen and "GIT_SSH" in os.environ:
            return
        command = chosen or "ssh"
        if Path(shlex.split(command)[0]).stem == "ssh":
            self._git.update_environment(GIT_SSH_COMMAND=f"{command} {_SSH_OPTIONS}")


def _repository(folder: Path) -> dict[str, str]:
    """Return variables that name our repository: where we run in a hook of git, they name the user's."""
    own = folder / ".git"
    return {
        "GIT_DIR": str(own),
        "GIT_WORK_TREE": str(folder),
        "GIT_INDEX_FILE": str(own / "index"),
        "GIT_OBJECT_DIRECTORY": str(own / "objects"),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
        "GIT_NAMESPACE": "",
    }


def _transport(address: Address) -> dict[str, str]:
    """Return the variable that allows the transport of the address alone, whatever a server says.

    Of https and ssh both are: many users have settled that the one stands for the other (url.*.insteadOf).
    """
    allowed = _ACROSS_NETWORKS if address.url.startswith(_ACROSS_NETWORKS) else address.url.split(":")[:1]
    return {"GIT_ALLOW_PROTOCOL": ":".join(allowed)}
