"""Hardware as trackers name it, taken apart."""

from __future__ import annotations

import re

ONE_MODEL = re.compile(r"(\d+) x (.+)")


def gpus_in(text: str, count: int | None) -> tuple[tuple[str, int], ...]:
    """Return model and count of the GPUs in `2 x Tesla V100S-PCIE-32GB, 1 x NVIDIA T4`.

    Nothing where the counts do not add up to the number of GPUs: old versions of CodeCarbon put nothing
    between two models, so that their names cannot be told apart.
    """
    found = [match for part in text.split(", ") if (match := ONE_MODEL.fullmatch(part.strip()))]
    gpus = tuple((match[2].strip(), int(match[1])) for match in found)
    return gpus if count in (None, sum(number for _, number in gpus)) else ()


def os_name(text: str) -> str:
    """Return the operating system in the words of open reports: `linux`, `macos`, `windows`.

    >>> os_name("Linux-5.15.0-116-generic-x86_64-with-glibc2.35"), os_name("Darwin")
    ('linux', 'macos')
    """
    word = re.match(r"[A-Za-z]*", text)
    name = word[0].lower() if word else ""
    return "macos" if name == "darwin" else name
