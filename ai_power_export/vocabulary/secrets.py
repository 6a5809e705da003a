"""Secrets: what opens a door to whoever reads it, told by its shape or by the name it has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from ai_power_export.vocabulary.private import Kind, Span
from ai_power_export.vocabulary.secret_names import names_a_password, names_a_secret, snake_case

# ---- by their shape -------------------------------------------------------------------------------

_BY_CHANCE = "a long random text"
_SSH = "an SSH key"
FOR_EVERYBODY = frozenset({_BY_CHANCE, _SSH})
"""What public keys look like, too; only where they stand tells that they are for everybody."""

_SHAPES = (
    (
        "a private key",
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----(?:.*?-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|.*)",
    ),
    (
        _SSH,
        r"\b(?:sk-)?(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d+)(?:@openssh\.com)?\s+"
        r"AAAA[\w+/=]{20,}(?: \S+@\S+)?",
    ),
    ("an AWS key", r"\b(?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA|ANPA)[0-9A-Z]{12,}"),
    ("a Google key", r"\bAIza[\w-]{30,}|\bya29\.[\w-]{20,}|\bGOCSPX-[\w-]{20,}|\b1//0[\w-]{20,}"),
    (
        "an Azure key",
        r"\b(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/=]{20,}|\bSharedAccessSignature\s+\S{20,}"
        r"|(?<![\w.~])[\w.~]{3}\dQ~[\w.~-]{31,}",
    ),
    ("a GitHub token", r"\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}"),
    ("a GitLab token", r"\bgl(?:pat|dt|rt|ptt|ft|soat|cbt|imt|agent|oas)-[\w-]{16,}"),
    ("a Hugging Face token", r"\b(?:hf|api_org)_[A-Za-z0-9]{16,}"),
    ("an Anthropic key", r"(?<![\w-])sk-ant-[\w-]{16,}"),
    (
        "an OpenAI key",
        r"(?<![\w-])sk-(?:proj|svcacct|admin)-[\w-]{16,}|(?<![\w-])sk-(?=[\w-]*\d)[\w-]{16,}",
    ),
    ("a Slack token", r"\bxox[abeoprs]-[\w-]{10,}|\bxapp-\d-[\w-]{10,}"),
    ("a Stripe key", r"\b[srp]k_(?:live|test)_\w{10,}|\bwhsec_\w{16,}"),
    ("an npm token", r"\bnpm_[A-Za-z0-9]{30,}"),
    ("a PyPI token", r"\bpypi-AgE[\w-]{16,}"),
    ("a token (JWT)", r"\beyJ[\w-]{10,}\.[\w-]{10,}(?:\.[\w-]*)?|\beyJ[\w+/-]{40,}={0,2}"),
    (
        "a token",
        r"\bSG\.[\w-]{16,}\.[\w-]{16,}|\bgsk_\w{20,}|\bxai-\w{20,}|\bpplx-\w{20,}|\br8_[A-Za-z0-9]{30,}"
        r"|\bdapi[0-9a-f]{32}|\bdo[opr]_v1_[0-9a-f]{40,}|\bdckr_pat_[\w-]{20,}|\bhv[sbr]\.[\w-]{20,}"
        r"|\bATATT3[\w=-]{20,}|\bglsa_\w{20,}|\bglc_\w{20,}|\bntn_\w{30,}|\blin_api_\w{20,}|\bwandb_v1_\w{20,}"
        r"|\bAGE-SECRET-KEY-1[0-9A-Z]{20,}|\b\d{8,10}:AA[\w-]{33}",
    ),
    (
        "a token",
        r"\b(?:[Bb]earer|[Bb]asic)\s+(?=[\w.~+/-]*\d)[\w.~+/-]{16,}={0,2}",
    ),
)
"""What tokens and keys look like that those who give them out have made recognisable."""

_SHAPE = re.compile("|".join(f"(?P<s{index}>{shape})" for index, (_, shape) in enumerate(_SHAPES)), re.DOTALL)

# ---- by the name they have -------------------------------------------------------------------------

_CREDENTIALS = re.compile(r"://[^/\s:@]{1,256}:[^/\s@]{1,256}@")
"""A user and a password in an address."""


def is_secret(name: str, value: object) -> bool:
    """Tell whether a value is one by its name or its shape, or an address with credentials."""
    if value is None or isinstance(value, bool):
        return False
    if names_a_secret(name):
        return True
    return isinstance(value, str) and (bool(_CREDENTIALS.search(value)) or any(secrets_in(value)))


_NAMED = re.compile(
    r"""(?<!\w)(?P<name>(?:(?:api|access|secret|private|account|auth|storage)[ ])?[\w-]{0,63}\w)["']?
        (?P<sign>\s*(?:=>|:=|==?|:)\s*|\s+(?:is|was)\s+|(?<=\w)\s+(?=["']?[^\s=:]))
        ["']?(?P<value>[^\s"'`<>,;&)}\]]{4,})""",
    re.VERBOSE,
)
_NO_VALUE = re.compile(r"(?:true|false|none|null|yes|no|\$\{?\w+\}?|[{\[(].*|\*+|x+|\.+)$", re.IGNORECASE)


def _named_secrets(text: str) -> Iterator[Span]:
    """Yield values that stand after a name that makes them one: `password=…`, `--token …`, `my key is …`."""
    start = 0
    while found := _NAMED.search(text, start):
        name, sign, value = found["name"], found["sign"], found["value"]
        if _is_named_secret(name, sign, value):
            yield Span(
                found.start("value"), found.end("value"), Kind.SECRET, f"a value named {snake_case(name)}"
            )
            start = found.end()
        else:
            start = found.start("sign") + 1  # the value may be the name of what follows


def _is_named_secret(name: str, sign: str, value: str) -> bool:
    spoken = not set("=:") & set(sign)
    if spoken and not name.startswith("-") and "s" not in sign:  # "is", "was"; blanks only after an option
        return False
    bare_key = spoken and snake_case(name) == "key" and len(value) >= 16
    if not (bare_key or names_a_secret(name)) or _NO_VALUE.match(value):
        return False
    if names_a_password(name):
        return "=" in sign or len(value) >= 6
    has_both = any(map(str.isdigit, value)) and any(map(str.isalpha, value))
    return (has_both and len(value) >= 8) or len(value) >= 24


# ---- by chance ------------------------------------------------------------------------------------

_RUN = re.compile(r"(?<![\w+/-])[\w+/-]{24,}={0,2}(?![\w+/=-])")
_CHANGES = 0.4
"""Share of neighbouring characters of a random text that differ in class (upper, lower, digit): 0.62 on
average, about 0.3 of names such as `RandomForestClassifier2DWith50Percent`."""


def looks_random(text: str) -> bool:
    """Tell whether 20 letters and digits in a row follow each other by chance, as in a key."""
    return any(_is_random(run) for run in re.findall(r"[A-Za-z0-9]{20,}", text))


def _is_random(run: str) -> bool:
    classes = ["d" if char.isdigit() else "u" if char.isupper() else "l" for char in run]
    changes = sum(one != other for one, other in pairwise(classes))
    return len(set(classes)) == 3 and classes.count("d") >= 2 and changes / len(run) >= _CHANGES


def secrets_in(text: str) -> Iterator[Span]:
    """Yield the pieces of a text that are secrets; some may overlap."""
    for found in _SHAPE.finditer(text):
        why = _SHAPES[int(str(found.lastgroup)[1:])][0]
        yield Span(found.start(), found.end(), Kind.SECRET, why)
    yield from _named_secrets(text)
    for found in _RUN.finditer(text):
        if looks_random(found[0]):
            yield Span(found.start(), found.end(), Kind.SECRET, _BY_CHANCE)
