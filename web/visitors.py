"""
Sign-in for visitors of the demo: a token for the asking, and only for people whom nothing real depends on.

A server without `--demo-tokens` does not have this endpoint. Visitors get ids of their own range, so that nobody can be
one of the virtual people.
"""

import secrets
import time
from typing import Annotated, Final, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from router.service.auth import Person, Tokens

FIRST_VISITOR: Final = 900_000_000
LAST_VISITOR: Final = 999_999_999
"""Ids of visitors; virtual people have none of these."""
COMPANY_ID: Final = 501
COMPANY: Final = "Larkfield Instruments"
VALID_S: Final = 12 * 3_600
MOST_BYTES: Final = 1_024
NAMES: Final = {"asc": "Dana Reyes", "agent": "Mina", "supervisor": "Live table"}


class Visitor(BaseModel):
    """What a visitor asks to be."""

    model_config = ConfigDict(extra="forbid", strict=True)

    role: Literal["asc", "agent", "supervisor"]
    id: Annotated[int, Field(ge=FIRST_VISITOR, le=LAST_VISITOR)] | None = None
    name: Annotated[str, Field(min_length=1, max_length=40, pattern=r"\S")] | None = None


def person_of(visitor: Visitor) -> Person:
    """The person a visitor becomes; without an id, somebody new."""
    span = LAST_VISITOR - FIRST_VISITOR + 1
    person_id = visitor.id if visitor.id is not None else FIRST_VISITOR + secrets.randbelow(span)
    name = visitor.name or NAMES[visitor.role]
    if visitor.role == "asc":
        return Person(role="asc", id=person_id, name=name, company=COMPANY, company_id=COMPANY_ID)
    return Person(role=visitor.role, id=person_id, name=name)


def token_route(tokens: Tokens, origins: tuple[str, ...]) -> web.RouteDef:
    """`POST /demo/token` with `{"role", "id"?, "name"?}` answers `{"token", "id", "name"}`."""

    async def give(request: web.Request) -> web.Response:
        # A browser says where a POST comes from; another site must not sign its readers in here.
        if request.headers.get("Origin", origins[0]) not in origins:
            return _refuse(403, "Pages of this origin cannot sign in here.")
        if request.content_type != "application/json":
            return _refuse(415, "Send JSON, with the header Content-Type: application/json.")
        if request.content_length is None or request.content_length > MOST_BYTES:
            return _refuse(413, f"Send at most {MOST_BYTES} bytes, and say how many.")
        try:
            visitor = Visitor.model_validate_json(await request.read())
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"]) or "body"
            return _refuse(422, f"{place}: {first['msg']}")
        person = person_of(visitor)
        token = tokens.issue(person, int(time.time()) + VALID_S)
        return web.json_response({"token": token, "id": person.id, "name": person.name})

    return web.post("/demo/token", give)


def _refuse(status: int, detail: str) -> web.Response:
    problem = {"type": "about:blank", "status": status, "detail": detail}
    return web.json_response(problem, status=status, content_type="application/problem+json")
