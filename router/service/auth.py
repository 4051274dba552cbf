"""
Who is at the other end: signed tokens of the demo, made and checked here and nowhere else.

A real sign-in replaces this file: it must still end in a `Person`. Ids of people come from the token alone, never
from a frame. Tokens are secrets: they are not logged and do not travel in a URL.
"""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from functools import cached_property
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import to_json

Role = Literal["asc", "agent", "supervisor", "switch"]
"""A `switch` is an outside telephone switch: a machine that reports calls."""

MAX_TOKEN_CHARS: Final = 4_096
_PURPOSE: Final = b"ringback token 1\n"
"""Keeps a signature made for anything else under the same secret from passing as a token."""

Id = Annotated[int, Field(ge=1, lt=2**53)]
Words = Annotated[str, Field(min_length=1, max_length=100)]


class TokenError(Exception):
    """This token does not let anybody in; the text says why, without quoting it."""


class Person(BaseModel):
    """Somebody who has proved who they are. `company` and `company_id` are empty and 0 for staff."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    role: Role
    id: Id
    name: Words
    company: Annotated[str, Field(max_length=100)] = ""
    company_id: Annotated[int, Field(ge=0, lt=2**53)] = 0

    @cached_property
    def actor(self) -> str:
        """`asc:1001`: what the journal knows this person by."""
        return f"{self.role}:{self.id}"

    @cached_property
    def name_json(self) -> bytes:
        """The name as JSON, as it stands beside everything that this person says."""
        return to_json(self.name)


class _Claims(Person):
    exp: int
    """Seconds since 1970."""


class Tokens:
    """Makes and checks tokens under one secret of at least 32 bytes."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 32:
            raise ValueError("the secret of the tokens needs at least 32 bytes")
        self._secret = secret

    @property
    def secret(self) -> bytes:
        """The secret itself, for a process that signs in this one's name."""
        return self._secret

    def issue(self, person: Person, expires_s: int) -> str:
        """A token for this person that ends at `expires_s`, seconds since 1970."""
        claims = {**person.model_dump(), "exp": expires_s}
        payload = urlsafe_b64encode(json.dumps(claims, separators=(",", ":")).encode())
        return (payload + b"." + self._sign(payload)).decode()

    def verify(self, token: str, now_s: float) -> Person:
        """The person a token speaks for. Raises `TokenError` when it is malformed, forged or past its end."""
        return self.verify_until(token, now_s)[0]

    def verify_until(self, token: str, now_s: float) -> tuple[Person, int]:
        """The same, and until when: seconds since 1970."""
        if len(token) > MAX_TOKEN_CHARS or not token.isascii():
            raise TokenError("this is not a token")
        payload, dot, signature = token.encode().partition(b".")
        if not dot or not hmac.compare_digest(signature, self._sign(payload)):
            raise TokenError("the token was not signed here")
        try:
            claims = _Claims.model_validate_json(urlsafe_b64decode(payload))
        except (ValidationError, Base64Error, ValueError):
            raise TokenError("the token lacks something or has too much") from None
        if now_s >= claims.exp:
            raise TokenError("the token has expired; sign in again")
        return Person(**claims.model_dump(exclude={"exp"})), claims.exp

    def _sign(self, payload: bytes) -> bytes:
        return urlsafe_b64encode(hmac.digest(self._secret, _PURPOSE + payload, "sha256"))
