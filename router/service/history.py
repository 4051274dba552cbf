"""
Closed contacts over HTTP: a supervisor searches all of them, an agent sees the earlier ones of whom they talk to.

`GET /records/contacts` and `GET /records/contacts/{contact}`, with the token that signs in at the socket as
`Authorization: Bearer`. Words are opened here, at the moment they are asked for, and show nothing once erased.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Annotated, Any, Final, Literal

import structlog
from aiohttp import web
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from router.core.ids import AgentId
from router.core.state import DeskState
from router.journal.port import Journal, JournalError
from router.records.database import FAULTS, NotReady, RecordsError
from router.records.gathering import OUTCOMES, Row
from router.records.reading import MOST_FOUND, Cursor, RecordReader, Wanted, Whole
from router.service.auth import Person, TokenError, Tokens
from router.wire.frames.words import At, Id, Line
from router.wire.phones import mask_number
from router.wire.sealing import DeskKeys, SealingError, open_sealed

AT_ONCE: Final = 4
"""Questions that are being answered; one more is told to come again."""
ANSWER_S: Final = 10.0
AGAIN_S: Final = 2

log = structlog.get_logger(__name__)

Answer = Callable[[Person, web.Request], Awaitable[dict[str, Any]]]


class Search(BaseModel):
    """The query of a search."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    asc: Id | None = None
    company: Id | None = None
    agent: Id | None = None
    line: Line | None = None
    outcome: Literal[OUTCOMES] | None = None  # type: ignore[valid-type]
    since: At | None = None
    until: At | None = None
    after: Annotated[Cursor | None, BeforeValidator(Cursor.parse)] = None
    limit: Annotated[int, Field(ge=1, le=MOST_FOUND)] = 25


class Page(BaseModel):
    """The query of one contact: messages after this `o`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: Annotated[int, Field(ge=0, lt=2**31)] = 0


class History:
    """The routes of one desk's records."""

    def __init__(
        self, reader: RecordReader, journal: Journal, keys: DeskKeys, tokens: Tokens, state: DeskState
    ) -> None:
        self._reader = reader
        self._journal = journal
        self._keys = keys
        self._tokens = tokens
        self._state = state
        self._answering = 0
        self._closed = False

    def routes(self) -> list[web.RouteDef]:
        """For the application's router."""
        return [
            web.get("/records/contacts", self._guarded(self._search)),
            web.get("/records/contacts/{contact:[0-9]{1,16}}", self._guarded(self._one)),
        ]

    async def close(self) -> None:
        """Answer no more, and let go of the database."""
        self._closed = True
        await self._reader.close()

    # --- who may ask

    def _guarded(self, answer: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            try:
                person = self._person(request)
            except TokenError as error:
                return _problem(401, str(error), {"WWW-Authenticate": "Bearer"})
            if self._closed or self._answering >= AT_ONCE:
                return _problem(503, "too many questions at once; ask again", {"Retry-After": str(AGAIN_S)})
            self._answering += 1
            try:
                async with asyncio.timeout(ANSWER_S):
                    return web.json_response(await answer(person, request))
            except _Refused as refused:
                return _problem(refused.status, str(refused))
            except ValidationError as error:
                first = error.errors(include_url=False, include_context=False, include_input=False)[0]
                return _problem(422, f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
            except NotReady:
                return _problem(503, "there are no records yet; ask again", {"Retry-After": str(AGAIN_S)})
            except (*FAULTS, RecordsError, JournalError) as error:
                log.warning("records cannot be read", kind=type(error).__name__)
                return _problem(503, "the records cannot be read now; ask again", {"Retry-After": str(AGAIN_S)})
            finally:
                self._answering -= 1

        return handle

    def _person(self, request: web.Request) -> Person:
        """Who asks. Raises TokenError."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise TokenError("send the token of a sign-in as Authorization: Bearer")
        return self._tokens.verify(token.strip(), time.time())

    def _talks_to(self, person: Person) -> set[tuple[int, int]]:
        """The ASCs, each with the company, whose contacts this agent holds now."""
        agent = self._state.agents.get(AgentId(person.id)) if person.role == "agent" else None
        held = [self._state.contacts[contact_id] for contact_id in agent.held] if agent is not None else []
        return {(contact.asc_id, contact.company_id) for contact in held if contact.agent_id == person.id}

    # --- what they ask

    async def _search(self, person: Person, request: web.Request) -> dict[str, Any]:
        asked = Search.model_validate(dict(request.query))
        wanted = Wanted(asked.asc, asked.company, asked.agent, asked.line, asked.outcome, asked.since, asked.until)
        if person.role == "agent":
            wanted = self._only_theirs(person, wanted)
        elif person.role != "supervisor":
            raise _Refused(403, "closed contacts are for supervisors, and for the agent of the same customer")
        rows, after = await self._reader.search(wanted, asked.after, asked.limit)
        words = await self._opener([row["contact_id"] for row in rows])
        return {"contacts": [_shown(row, words) for row in rows], "after": None if after is None else str(after)}

    def _only_theirs(self, person: Person, wanted: Wanted) -> Wanted:
        for asc_id, company_id in self._talks_to(person):
            if Wanted(asc_id=asc_id) == wanted:
                return Wanted(asc_id=asc_id, company_id=company_id)
        raise _Refused(
            403, "an agent may ask for the earlier contacts of a customer in a contact that they hold: ?asc="
        )

    async def _one(self, person: Person, request: web.Request) -> dict[str, Any]:
        asked = Page.model_validate(dict(request.query))
        if person.role not in ("agent", "supervisor"):
            raise _Refused(403, "closed contacts are for supervisors, and for the agent of the same customer")
        found = await self._reader.whole(int(request.match_info["contact"]), asked.after)
        if found is not None and person.role == "agent":
            row = found.contact
            found = found if (row["asc_id"], row["company_id"]) in self._talks_to(person) else None
        if found is None:  # the same for what is not there and for what is not theirs
            raise _Refused(404, "there is no such closed contact")
        return _whole(found, await self._opener([found.contact["contact_id"]]))

    async def _opener(self, ids: list[int]) -> "_Words":
        keys: dict[int, bytes] = {}
        for contact_id, wrapped in (await self._journal.load_keys(ids)).items():
            with suppress(SealingError):  # one that does not unwrap opens nothing
                keys[contact_id] = self._keys.unwrap(contact_id, wrapped)
        return _Words(keys)


class _Refused(Exception):
    """What was asked is not given; `status` is HTTP's."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class _Words:
    """Opens the words of a few contacts, for as long as one answer takes."""

    def __init__(self, keys: dict[int, bytes]) -> None:
        self._keys = keys

    def erased(self, contact_id: int) -> bool:
        """Whether nobody can read what was said."""
        return contact_id not in self._keys

    def open(self, contact_id: int, sealed: bytes) -> dict[str, str]:
        """The words; nothing where none were, or where they cannot be opened."""
        key = self._keys.get(contact_id)
        if key is None or not sealed:
            return {}
        try:
            return open_sealed(key, contact_id, sealed)
        except SealingError:
            return {}


def _shown(row: Row, words: _Words) -> dict[str, Any]:
    contact_id = row["contact_id"]
    intro = words.open(contact_id, row["intro"])
    promised = row["promise_from"] is not None
    return {
        "contact": contact_id,
        "asc": {"id": row["asc_id"], "name": intro.get("name", ""), "company": intro.get("company", "")},
        "company_id": row["company_id"],
        "topic": intro.get("topic", ""),
        "line": row["line"],
        "opened_as": row["opened_as"],
        "channel": row["channel"],
        "priority": row["priority"],
        "incident": row["incident"],
        "opened_at": row["opened_at"],
        "closed_at": row["closed_at"],
        "waited_ms": row["waited_ms"],
        "talked_ms": row["talked_ms"],
        "wrapped_ms": row["wrapped_ms"],
        "outcome": row["outcome"],
        "stated_reason": row["stated_reason"],
        "stated_outcome": row["stated_outcome"],
        "agent": row["agent_id"],
        "messages": row["messages"],
        "attempts": row["attempts"],
        "promise": [row["promise_from"], row["promise_to"]] if promised else None,
        "punctuality_ms": row["punctuality_ms"],
        "erased": words.erased(contact_id),
    }


def _whole(found: Whole, words: _Words) -> dict[str, Any]:
    row = found.contact
    contact_id = row["contact_id"]
    number = words.open(contact_id, row["number"]).get("number")
    note = words.open(contact_id, row["note"])
    return {
        **_shown(row, words),
        "number": None if number is None else mask_number(number),
        "note": note.get("note", ""),
        "note_by": note.get("name", ""),
        "turns": [
            {
                "agent": turn["agent_id"],
                "name": words.open(contact_id, turn["name"]).get("name", ""),
                "from": turn["from_at"],
                "to": turn["to_at"],
            }
            for turn in found.turns
        ],
        "dials": [
            {"agent": dial["agent_id"], "from": dial["from_at"], "to": dial["to_at"], "result": dial["result"]}
            for dial in found.attempts
        ],
        "said": [
            {"o": message["o"], "at": message["at"], "by": message["party"], "name": said.get("name", ""),
             "text": said.get("text", "")}
            for message in found.messages
            for said in (words.open(contact_id, message["sealed"]),)
        ],
        "more": found.more,
    }  # fmt: skip


def _problem(status: int, detail: str, headers: dict[str, str] | None = None) -> web.Response:
    problem = {"type": "about:blank", "status": status, "detail": detail}
    return web.json_response(problem, status=status, headers=headers, content_type="application/problem+json")
