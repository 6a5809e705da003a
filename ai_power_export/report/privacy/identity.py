"""Who runs this, where, and which secrets the environment holds: what no pattern could know."""

from __future__ import annotations

import getpass
import os
import platform
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from ai_power_export.vocabulary.private import Kind, Span
from ai_power_export.vocabulary.secret_names import names_a_secret

_USERS = ("USER", "LOGNAME", "USERNAME", "SUDO_USER", "JUPYTERHUB_USER", "NB_USER", "GITLAB_USER_LOGIN")
_PEOPLE = ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GITLAB_USER_NAME")
_HOSTS = ("HOSTNAME", "COMPUTERNAME", "HOST")

# fmt: off
_ORDINARY = frozenset({
    # accounts that many machines have
    "admin", "administrator", "agent", "app", "appuser", "appveyor", "azureuser", "build", "builder",
    "centos", "ci", "circleci", "codespace", "colab", "conda", "container", "daemon", "data", "debian",
    "default", "dev", "developer", "devcontainer", "docker", "ec2-user", "fedora", "gitlab-runner",
    "gitpod", "gpu", "guest", "home", "jenkins", "jovyan", "kaggle", "lab", "linux", "local", "localhost",
    "login", "main", "mambauser", "model", "nobody", "node", "none", "notebook", "opc", "owner", "pi",
    "public", "python", "ray", "rocky", "root", "runner", "runneradmin", "sagemaker-user", "server",
    "service", "share", "shared", "spark", "student", "system", "test", "tester", "train", "trainer",
    "travis", "ubuntu", "unknown", "user", "vagrant", "vscode", "work", "worker", "workspace",
    # names of people that are terms of machine learning as well
    "adam", "albert", "alexa", "bart", "bert", "blip", "claude", "clip", "dino", "elmo", "ernie",
    "falcon", "flora", "forest", "gauss", "gemma", "grace", "hopper", "huber", "lars", "lion", "llama",
    "lora", "max", "mark", "markov", "mistral", "newton", "nova", "olmo", "orion", "phi", "prophet",
    "ridge", "rose", "sage", "sam", "titan", "turing", "vega", "viola", "weaver",
})
# fmt: on
"""Names of accounts and machines that identify nobody, or that a report may mean otherwise; paths that
hold them are taken out all the same."""


_TAILS = {Kind.HOST: r"(?:\.[A-Za-z0-9-]+)*"}
"""What belongs to a name of that kind where it follows: the domain of a machine."""

SHORTEST_IN_CAMEL_CASE = 5
"""Characters of a name that is also looked for within words, as in `JaneroNet`; shorter ones are in many."""

_CAPITAL = "(?-i:(?<=[a-z0-9])(?=[A-Z]))"
"""Where a word begins within another one."""

_WHY = {
    Kind.USER: "the account or name of a person",
    Kind.HOST: "the name of a machine",
    Kind.PUBLISHER: "a name that the level does not tell",
}


@dataclass(frozen=True)
class Identity:
    """The names of people and machines, and secrets that are known by their value."""

    names: Mapping[Kind, frozenset[str]] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()

    @classmethod
    def of_here(cls) -> Identity:
        """Return those of this process: asked of the system, the environment and git's own settings."""
        users = {*_values(_USERS), *_values(_PEOPLE), *_account(), *_git_names()}
        hosts = {platform.node(), *_values(_HOSTS)}
        hosts |= {host.partition(".")[0] for host in hosts}
        secrets = {value for name, value in os.environ.items() if _is_known_secret(name, value)}
        empty = cls(secrets=frozenset(secrets))
        return empty.knowing(Kind.USER, users).knowing(Kind.HOST, hosts)

    def knowing(self, kind: Kind, names: Iterable[str]) -> Identity:
        """Return this identity with more names of a kind."""
        more = self.names.get(kind, frozenset()) | frozenset(_telling(names))
        return Identity({**self.names, kind: more}, self.secrets)

    def spans_in(self, text: str) -> Iterator[Span]:
        """Yield where a text has one of the names, as a whole word in upper or lower case, or a secret."""
        for kind, names in self.names.items():
            for found in _pattern(kind, names).finditer(text) if names else ():
                yield Span(found.start(), found.end(), kind, _WHY[kind])
        for secret in self.secrets:
            for found in re.finditer(re.escape(secret), text):
                yield Span(found.start(), found.end(), Kind.SECRET, "a secret of the environment")


@lru_cache(maxsize=64)
def _pattern(kind: Kind, names: frozenset[str]) -> re.Pattern[str]:
    """Return what finds names as words; `_` ends one, as in `janero_net`, and so do a capital and a digit."""
    words = _alternatives(names)
    whole = rf"(?<![^\W_])(?:{words}){_TAILS.get(kind, '')}(?![^\W_])"
    long = _alternatives(name for name in names if len(name) >= SHORTEST_IN_CAMEL_CASE)
    inside = rf"(?:(?<![^\W_])|{_CAPITAL})(?:{long})(?:(?![^\W_])|(?=[0-9])|{_CAPITAL})"
    return re.compile(rf"{whole}|{inside}" if long else whole, re.IGNORECASE)


def _alternatives(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


def _values(names: Iterable[str]) -> Iterator[str]:
    return (os.environ[name] for name in names if os.environ.get(name))


def _account() -> Iterator[str]:
    """Yield the account that runs this, the name of its home folder, and the person's full name."""
    with suppress(KeyError, OSError, ImportError):
        yield getpass.getuser()
    with suppress(RuntimeError):
        yield Path.home().name
    with suppress(ImportError, KeyError, OSError):
        import pwd

        yield pwd.getpwuid(os.getuid()).pw_gecos.partition(",")[0]


def _git_names() -> Iterator[str]:
    """Yield the names that git signs commits with, read from its files: the program itself may be absent."""
    home = Path(os.environ.get("HOME") or os.environ.get("USERPROFILE") or os.sep)
    base = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    places = (os.environ.get("GIT_CONFIG_GLOBAL"), home / ".gitconfig", base / "git" / "config")
    for place in places:
        with suppress(OSError):
            text = Path(place or os.devnull).read_text(encoding="utf-8", errors="replace")
            for section in re.findall(r"^\s*\[user\]([^\[]*)", text, re.MULTILINE):
                yield from (
                    name.strip() for name in re.findall(r"^\s*name\s*=\s*\"?([^\"\n]+)", section, re.M)
                )


def _telling(names: Iterable[str]) -> Iterator[str]:
    """Yield the names that identify somebody: of two letters or a number alone, none does."""
    for name in names:
        if len(name.strip()) >= 3 and not name.isdigit() and name.strip().lower() not in _ORDINARY:
            yield name.strip()


def _is_known_secret(name: str, value: str) -> bool:
    """Tell whether a variable holds a secret that can be looked for: no word, switch, number or path."""
    if not names_a_secret(name) or len(value) < 6 or value.startswith(("/", "~", ".")) or "\n" in value:
        return False
    return len(value) >= 12 or not ((value.islower() and value.isalpha()) or value.isdigit())
