"""Names of what is a secret: they load at once in the user's program, unlike what secrets look like."""

from __future__ import annotations

import re
from functools import lru_cache

_PASSWORD = r"passw(?:or)?d|pass_?phrase|passwd|pwd|passwort|kennwort|mot_de_passe|mdp|contraseña|senha"
_NAME = re.compile(
    rf"(?:^|_)(?:token|api_?key|app_key|secrets?|{_PASSWORD}|credentials?|auth|bearer|webhook|dsn"
    r"|(?:access|account|private|secret|storage|signing|encryption|master|service|deploy|license|subscription"
    r"|shared|ssh|wandb|openai|anthropic)_?key|connection_?string|conn_str|session_?(?:id|cookie)"
    r"|client_?secret|secret_?key)(?:$|_)"
)
_IS_PASSWORD = re.compile(rf"(?:^|_)(?:{_PASSWORD}|secret)(?:$|_)")
_OF_LANGUAGE = re.compile(
    r"(?:^|_)(?:pad|eos|bos|unk|mask|sep|cls|class|dist|reg|image|img|video|audio|speech|vision|text|doc|query"
    r"|oov|start|end|begin|stop|special|prompt|prefix|suffix|infill|fill|filler|forced|separator|newline|blank"
    r"|space|sos|sot|eot|eod|eop|boi|eoi|placeholder|dummy|think|tool|role|next|prev|last|first|num|n|min|max"
    r"|new|per|extra|total|avg|mean|vocab|word|sub|char|byte|visual|latent|register|noun|target|source|src|tgt"
    r"|input|output|language|lang|task|content)_token(?:$|_)"
    r"|(?:^|_)token_(?:pattern|type|ids?|dropout|embed\w*|level|merging|classification|counts?|limit|budget"
    r"|length|len|size|dim|norm|weights?|loss|shift|mixing|pruning|healing|filter|per|index|indices|positions?"
    r"|mask|labels?|probs?|logits?|score\w*|accuracy|usage|rate|throughput|n?grams?|list|str|min|max|class\w*"
    r"|drop\w*|mixer|pooling|reduction|dict|vocab\w*)(?:$|_)|(?:^|_)tokens(?:$|_)"
)
"""Tokens that are pieces of a text, and no keys."""


@lru_cache(maxsize=4096)
def snake_case(name: str) -> str:
    """Spell a name as a variable: `apiKey`, `--api-key` and `API_KEY` as `api_key`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[\W_]+", "_", spaced).strip("_").lower()


@lru_cache(maxsize=4096)
def names_a_secret(name: str) -> bool:
    """Tell whether what has such a name is a secret: `hub_token`, `apiKey`, `--db-password`.

    >>> names_a_secret("pad_token"), names_a_secret("token_pattern"), names_a_secret("author")
    (False, False, False)
    """
    name = snake_case(name)
    return bool(_NAME.search(name)) and not _OF_LANGUAGE.search(name)


def names_a_password(name: str) -> bool:
    """Tell whether what has such a name is a password, which may be any word: `DB_PASSWORD`, `secret`."""
    return bool(_IS_PASSWORD.search(snake_case(name)))
