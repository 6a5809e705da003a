"""Secrets: what must never leave a program or its source, whatever else is told of it."""

from __future__ import annotations

import re

_NAME = re.compile(
    r"(?:^|_)(?:token|api_?key|apikey|secret|passw(?:or)?d|passwd|pwd|credentials?|access_?key|private_?key|auth)(?:$|_)",
    re.IGNORECASE,
)
_NO_SECRET_NAME = re.compile(
    r"pad_token|eos_token|bos_token|unk_token|mask_token|sep_token|cls_token|max_\w*token|tokens|token_id"
)
_VALUE = re.compile(
    r"hf_[A-Za-z0-9]{16,}|sk-[A-Za-z0-9_-]{16,}|gh[pousr]_[A-Za-z0-9]{20,}|AKIA[0-9A-Z]{12,}|xox[abp]-[\w-]{10,}"
    r"|AIza[\w-]{30,}|eyJ[\w-]{10,}\.[\w-]{10,}|-----BEGIN|\w+://[^/\s:@]+:[^/\s@]+@"
)
_PERSONAL = re.compile(r"(?:^|[\\/])(?:home|Users)[\\/][^\\/]+|^~|^[A-Za-z]:\\")


def is_secret(name: str, value: object) -> bool:
    """Tell whether a value looks like a key, a token, a password or a URL with credentials."""
    if _NAME.search(name) and not _NO_SECRET_NAME.search(name.lower()):
        return True
    return isinstance(value, str) and bool(_VALUE.search(value))


def is_personal(value: object) -> bool:
    """Tell whether a text names somebody's folder."""
    return isinstance(value, str) and bool(_PERSONAL.search(value))
