"""Who asks, and whether they may, and may so often."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from ai_power_export.registry import tokens
from ai_power_export.registry.problems import Problem
from ai_power_export.registry.rates import address_of
from ai_power_export.registry.state import registry_of
from ai_power_export.registry.tokens import Role, Token

CHALLENGE = {"WWW-Authenticate": "Bearer"}

_BEARER = HTTPBearer(auto_error=False, description="A token of `aipower serve token add`.")


@dataclass(frozen=True)
class Caller:
    """Who sent a request."""

    role: Role
    name: str | None = None
    """Holder of the token; None without one."""
    token_id: str | None = None


def may(role: Role) -> Callable[..., Caller]:
    """Return a dependency that gives the caller of an endpoint to those who have at least a role."""

    def admitted(
        request: Request, shown: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]
    ) -> Caller:
        token = _token(request, shown)
        registry = registry_of(request)
        # Who guesses tokens is counted by address, or each guess would be a client of its own.
        registry.rates.demand(token.id if token else address_of(request))
        if token is None and "authorization" in request.headers:
            raise Problem(401, "this token does not hold", headers=CHALLENGE)
        caller = _caller(registry.anonymous_role, token)
        if caller.role >= role:
            return caller
        needed = f"this needs the token of a {role.name}"
        if token is None:
            raise Problem(401, needed, headers=CHALLENGE)
        raise Problem(403, f"{needed}; yours is that of a {token.role.name}")

    return admitted


def _token(request: Request, shown: HTTPAuthorizationCredentials | None) -> Token | None:
    """Return the token that a request shows; None where it shows none that holds."""
    if shown is None:
        return None
    with registry_of(request).database.reading() as connection:
        token = tokens.find(connection, shown.credentials.strip())
    if token is not None:
        request.state.token_id = token.id
    return token


def _caller(anonymous: Role, token: Token | None) -> Caller:
    return Caller(anonymous) if token is None else Caller(max(anonymous, token.role), token.name, token.id)
