"""Who asks, and whether they may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request

from ai_power_export.registry import tokens
from ai_power_export.registry.problems import Problem
from ai_power_export.registry.state import registry_of
from ai_power_export.registry.tokens import Role

CHALLENGE = {"WWW-Authenticate": "Bearer"}


@dataclass(frozen=True)
class Caller:
    """Who sent a request."""

    role: Role
    name: str | None = None
    """Holder of the token; None without one."""
    token_id: str | None = None


def may(role: Role) -> Callable[[Request], Caller]:
    """Return a dependency that gives the caller of an endpoint for those who have at least a role."""

    def admitted(request: Request) -> Caller:
        caller = _caller(request)
        if caller.role >= role:
            return caller
        if caller.token_id is None:
            raise Problem(401, f"this needs the token of a {role.name}", headers=CHALLENGE)
        raise Problem(403, f"this needs the token of a {role.name}; yours is that of a {caller.role.name}")

    return admitted


def _caller(request: Request) -> Caller:
    """Return who sent a request.

    Raises:
        Problem: It carries a token that does not hold.
    """
    registry = registry_of(request)
    anonymous = registry.anonymous_role
    given = request.headers.get("authorization")
    if given is None:
        return Caller(anonymous)
    scheme, _, secret = given.partition(" ")
    if scheme.lower() == "bearer":
        with registry.database.reading() as connection:
            token = tokens.find(connection, secret.strip())
        if token is not None:
            request.state.token_id = token.id
            return Caller(max(anonymous, token.role), token.name, token.id)
    raise Problem(401, "this token does not hold", headers=CHALLENGE)
