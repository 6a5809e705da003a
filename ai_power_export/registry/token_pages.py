"""GET, POST and DELETE /tokens: for managers, what `aipower serve token` does on the server's machine."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ai_power_export.registry import tokens
from ai_power_export.registry.access import may
from ai_power_export.registry.problems import Problem, answers
from ai_power_export.registry.state import Registry, registry_of
from ai_power_export.registry.tokens import NAME, Role, Token

router = APIRouter(prefix="/tokens", tags=["tokens"], dependencies=[Depends(may(Role.manager))])

SECRET = {"Cache-Control": "no-store"}


class NewToken(BaseModel):
    """What a token is to be."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=NAME, description="who will hold it")
    role: Literal["reader", "contributor", "manager"] = "contributor"


@router.get("")
def every(request: Request) -> JSONResponse:
    """List all tokens that ever were, without what opens doors."""
    with registry_of(request).database.reading() as connection:
        return JSONResponse([_told(each) for each in tokens.every(connection)], headers=SECRET)


_BODY = {"application/json": {"schema": NewToken.model_json_schema()}}


@router.post(
    "",
    status_code=201,
    openapi_extra={"requestBody": {"required": True, "content": _BODY}},
    responses=answers(400, 408, 413, 415, 507),
)
async def add(request: Request) -> JSONResponse:
    """Make a token; it is shown this once."""
    registry = registry_of(request)
    # The framework would read any length of body, and before it asks who sends it.
    async with registry.bodies.body(request) as body:
        try:
            new = NewToken.model_validate_json(body)
        except ValidationError as error:
            first = error.errors()[0]
            raise Problem(
                422, f"{'.'.join(map(str, first['loc'])) or 'the request'}: {first['msg']}"
            ) from None
    token, secret = await run_in_threadpool(_add, registry, new)
    return JSONResponse({**_told(token), "token": secret}, 201, headers=SECRET)


@router.delete("/{token_id}", status_code=204, response_class=Response, responses=answers(404, 507))
def revoke(request: Request, token_id: str) -> None:
    """Let a token hold no more, from now on."""
    with registry_of(request).database.writing() as connection:
        # NUL is in no id, and PostgreSQL takes it in no text.
        if not token_id.isalnum() or not tokens.revoke(connection, token_id):
            raise Problem(404, "no token of this id holds")


def _add(registry: Registry, new: NewToken) -> tuple[Token, str]:
    with registry.database.writing() as connection:
        return tokens.add(connection, new.name, Role[new.role])


def _told(token: Token) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "role": token.role.name,
        "created": token.created,
        "revoked": token.revoked,
    }
