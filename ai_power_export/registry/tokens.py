"""Tokens: made, found and revoked. Only their hashes are kept.

A token is 256 random bits: nobody can guess one, nor try all, so a plain SHA-256 of it gives nothing away
and costs no time at each request. Slow hashes are for passwords, which people choose.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import IntEnum
from hashlib import sha256

from sqlalchemy import Connection, Row, insert, select, update

from ai_power_export.registry.tables import tokens

MARK = "aipower_"
"""Begins every token, so that those who look for secrets in files can tell one."""

NAME = r"^[^\x00-\x1f\x7f]{1,100}$"
"""What may be the name of a token's holder: one line."""


class Role(IntEnum):
    """What a caller may do; each may do what those before it may."""

    nobody = 0
    reader = 1
    contributor = 2
    manager = 3


@dataclass(frozen=True)
class Token:
    """What is known of a token."""

    id: str
    name: str
    """Who holds it."""
    role: Role
    created: str
    revoked: str | None


def add(connection: Connection, name: str, role: Role) -> tuple[Token, str]:
    """Make a token; return it and, this once, its secret."""
    secret = MARK + secrets.token_urlsafe(32)
    token = Token(secrets.token_hex(4), name, role, _now(), None)
    row = {"id": token.id, "name": name, "role": role.name, "created": token.created, "hash": _hash(secret)}
    connection.execute(insert(tokens).values(row))
    return token, secret


def every(connection: Connection) -> list[Token]:
    """Return all tokens that ever were, the oldest first."""
    return [_token(row) for row in connection.execute(select(tokens).order_by(tokens.c.created, tokens.c.id))]


def find(connection: Connection, secret: str) -> Token | None:
    """Return the token of a secret; None if there is none that holds."""
    holds = tokens.c.hash == _hash(secret), tokens.c.revoked.is_(None)
    row = connection.execute(select(tokens).where(*holds)).first()
    return _token(row) if row else None


def revoke(connection: Connection, token_id: str) -> bool:
    """Let a token hold no more; tell whether there was one of this id that did."""
    holds = tokens.c.id == token_id, tokens.c.revoked.is_(None)
    return connection.execute(update(tokens).where(*holds).values(revoked=_now())).rowcount == 1


def _token(row: Row[tuple[str, ...]]) -> Token:
    return Token(row.id, row.name, Role[row.role], row.created, row.revoked)


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")
