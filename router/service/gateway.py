"""
The door of the desk: admits sockets, binds sessions, passes operations to the node and returns the answers.

It reads the desk's state but never changes it, and decides nothing about routing. What is said to whom is the teller's
affair.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from math import ceil
from typing import Any, Final

from aiohttp import web

from router.core.commands import ConnectSession, DisconnectSession
from router.core.desk import Folded
from router.core.errors import REASONS
from router.core.hours import Intervals
from router.core.ids import AgentId, LineKey, SessionId
from router.service import connection as conn
from router.service.auth import Person, TokenError, Tokens
from router.service.connection import Connection
from router.service.draining import drain
from router.service.handshake import check_handshake
from router.service.limits import Limits
from router.service.node import Node
from router.service.openings import Openings, View
from router.service.operations import NotAllowed, Operations, draw_id
from router.service.people import People
from router.service.rates import Addresses, Quotas
from router.service.staff_views import StaffViews
from router.service.strict import StrictWebSocket
from router.service.submissions import NodeDown, Overloaded, Submission
from router.service.teller import Teller
from router.service.transcripts import Transcripts
from router.service.turns import Turns
from router.service.views import Views
from router.wire import frames as fr
from router.wire.frames import MAX_AGENT_FRAME, PROTOCOLS, Resume
from router.wire.sealing import DeskKeys

TICK_S: Final = 1.0
LOOKED_AT: Final = 500
"""Connections looked at in one turn of the loop: ten thousand would keep it from all the others for too long."""
MAX_SOCKETS: Final = 10_000
CLOSE_WAIT_S: Final = 1.0
LOOPBACK: Final = ("127.0.0.1", "::1")
ROOM_AGAIN: Final = 5
"""Whoever did too much in a minute is told to wait until so many operations fit again, not for each of them."""


@dataclass(frozen=True, slots=True)
class Door:
    """Who is let in. `origins` are exact; `machines` lets clients in that send no Origin (programs, not pages)."""

    origins: tuple[str, ...] = ()
    machines: bool = False
    region: str | None = None
    """Where national phone numbers are at home, ISO 3166, when the frame does not say it."""
    limits: Limits = field(default_factory=Limits)
    uncounted: tuple[str, ...] = LOOPBACK
    """Addresses whose connections are not counted: proxies, which must limit by themselves, and this machine."""


class Gateway:
    """The sockets of one node."""

    def __init__(self, node: Node, keys: DeskKeys, transcripts: Transcripts, tokens: Tokens, door: Door) -> None:
        self.limits = limits = door.limits
        self.turns = Turns()
        self._node = node
        self._state = node.desk.state
        self._tokens = tokens
        self._origins = frozenset(door.origins)
        self._machines = door.machines
        self._transcripts = transcripts
        self._people = People()
        self._views = Views(self._state, transcripts, self._people.agent_name)
        self._staff_views = StaffViews(self._state, self._views)
        self.teller = Teller(node, transcripts, self._views, self._staff_views, self._people)
        self._openings = Openings(self._state, lambda: node.policy_source)
        self._operations = Operations(self._state, transcripts, keys, door.region, self._quiet)
        self._sockets: dict[Connection, None] = {}
        self._quotas = Quotas(limits.asc_minute, limits.company_minute)
        self._addresses = Addresses(limits.address_sockets, limits.address_unknown, frozenset(door.uncounted))
        self._numbers = 0
        self._loop = asyncio.get_running_loop()
        self._stopping = False
        self.draining = False
        """Whether nobody new is let in, because this node is about to end."""
        self._ticker: asyncio.TimerHandle | None = None

    # --- the door

    @property
    def sockets(self) -> int:
        """Open sockets, signed in or not."""
        return len(self._sockets)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve `GET /ws`; returns when the socket is closed."""
        try:
            protocol = self._admit(request)
        except web.HTTPException as refused:
            refused.force_close()  # What comes behind a refused handshake is not read as another request.
            raise
        socket = StrictWebSocket(
            protocols=(protocol,),
            compress=False,
            timeout=CLOSE_WAIT_S,
            max_msg_size=MAX_AGENT_FRAME + 1,
            decode_text=False,
        )
        writer = await socket.prepare(request)
        assert writer is not None
        self._numbers += 1
        connection = Connection(self, self._numbers, socket, writer, protocol)
        connection.address = str(request.remote)
        self._addresses.opened(connection.address)
        self._sockets[connection] = None
        try:
            await connection.run()
        finally:
            self._leave(connection)
        await socket.linger()
        return socket

    def _admit(self, request: web.Request) -> str:
        """The version to speak. Raises the HTTP error that turns this request away, if it is to be turned away."""
        if self.draining or self._stopping or len(self._sockets) >= MAX_SOCKETS:
            raise web.HTTPServiceUnavailable(text="No more connections just now.", headers={"Retry-After": "5"})
        origins = request.headers.getall("Origin", [])
        if not (origins[0] in self._origins if len(origins) == 1 else not origins and self._machines):
            raise web.HTTPForbidden(text="This page may not connect here.")
        if request.query_string:
            raise web.HTTPBadRequest(text="Nothing is taken from the address; the token goes into the first frame.")
        check_handshake(request)
        protocol = fr.negotiated(",".join(request.headers.getall("Sec-WebSocket-Protocol", [])))
        if not protocol:
            raise web.HTTPBadRequest(text=f"One of the sub-protocols {', '.join(PROTOCOLS)} is needed.")
        wait_s = self._addresses.wait_s(str(request.remote), self._loop.time())
        if wait_s:
            raise web.HTTPTooManyRequests(
                text="Too many connections from this address.", headers={"Retry-After": str(ceil(wait_s))}
            )
        return protocol

    def start(self) -> None:
        """Begin the work that comes once a second."""
        self._tick()

    async def drain(self, within_s: float, cut_short: "asyncio.Future[None]") -> None:
        """Let nobody new in and everybody go, one after the other; see `router.service.draining`."""
        self.draining = True
        await drain(self._sockets, within_s, cut_short)

    async def stop(self) -> None:
        """Close every socket with 1012; what the journal still answers is told before."""
        self._stopping = True
        if self._ticker is not None:
            self._ticker.cancel()
        for connection in list(self._sockets):
            connection.close(conn.RESTART, "restart")
        deadline = asyncio.get_running_loop().time() + 2 * CLOSE_WAIT_S
        while self._sockets and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.01)

    # --- sessions

    async def greet(self, connection: Connection, auth: fr.Auth) -> None:
        """Find out who it is and bind a session, the one the client had or a new one."""
        try:
            person, expires_s = self._tokens.verify_until(auth.token, time.time())
        except TokenError as error:
            connection.close(conn.UNKNOWN_PERSON, str(error))
            return
        known = self._state.sessions.get(SessionId(auth.session)) if auth.session is not None else None
        # Somebody else's session is as unknown as one that never was.
        session_id = known.id if known is not None and known.actor == person.actor else SessionId(draw_id())
        connection.person = person
        connection.expires_at = self._loop.time() + expires_s - time.time()
        self._addresses.known(connection.address, self._loop.time())
        if person.role != "asc":
            self._addresses.closed(connection.address)
            connection.address = ""
        elif self._have_too_many(person, session_id):
            connection.close(conn.TOO_MANY, REASONS["too_many_sessions"])
            return
        bound = asyncio.Event()
        command = ConnectSession(
            session_id, person.actor, person.role, self._node.name, self._node.incarnation, connection.number
        )
        answer = partial(self._bound, connection, person, session_id, auth.resume, bound.set)
        try:
            self._node.post(Submission(command, actor=person.actor, answer=answer))
        except (Overloaded, NodeDown):
            connection.close(conn.RESTART, "not ready")
            return
        await bound.wait()

    def _have_too_many(self, person: Person, session_id: SessionId) -> bool:
        """Whether this ASC, or the company, has as many connections as may be; one that comes again is no other one."""
        if self._people.on_session(session_id) is not None:
            return False
        if person.company_id and self._people.of_company(person.company_id) >= self.limits.company_sockets:
            return True
        return len(self._people.of(person.role, person.id)) >= self.limits.asc_sockets

    def _bound(
        self, connection: Connection, person: Person, session_id: SessionId, resume: Resume,
        done: Callable[[], None], folded: Folded, now: int,
    ) -> None:  # fmt: skip
        """The desk took the session in, or not; called in the fold, so that no event falls between view and stream."""
        done()
        if folded.code:
            code = conn.TOO_MANY if folded.code == "too_many_sessions" else conn.RESTART
            connection.close(code, REASONS[folded.code])
            return
        connection.session_id = session_id
        if connection.closing:
            self._disconnect(connection)
            return
        self._people.add(connection, person, session_id)
        connection.control(fr.encode(self._ready(person, session_id, resume, now)))
        self.teller.welcome(connection)

    def _ready(self, person: Person, session_id: SessionId, resume: Resume, now: int) -> dict[str, Any]:
        known = {contact_id: (o, at) for contact_id, o, at in resume}
        me = {"role": person.role, "id": person.id, "name": person.name, "company": person.company}
        return {
            "t": "ready",
            "session": session_id,
            "next": self._state.sessions[session_id].highest + 1,
            "e": self._node.epoch,
            "at": now,
            "me": me,
            "desk": self._staff_views.desk(),
            "contacts": self._views.contacts_of(person, known),
            "agent": self._staff_views.agent(AgentId(person.id)) if person.role == "agent" else None,
        }

    def _leave(self, connection: Connection) -> None:
        """The socket is gone."""
        del self._sockets[connection]
        if connection.address:
            self._addresses.closed(connection.address)
        self.teller.forget(connection)
        person, session_id = connection.person, connection.session_id
        if person is None or session_id is None:
            return
        held = self._people.remove(connection, person, session_id)
        if held and not self._stopping:  # When the node stops, it says so for all of them at once.
            self._disconnect(connection)

    def _disconnect(self, connection: Connection) -> None:
        assert connection.session_id is not None
        self._node.post_always(
            DisconnectSession(connection.session_id, self._node.name, self._node.incarnation, connection.number),
            actor=connection.person.actor if connection.person is not None else "",
        )

    # --- what clients ask

    def operate(self, connection: Connection, operation: fr.Operation) -> None:
        """Bring an operation into the journal; it is answered after the fold."""
        person = connection.person
        assert person is not None
        assert connection.session_id is not None
        if person.role == "asc" and not self._quotas.take(person.actor, person.company_id, self._loop.time()):
            wait_s = self._quotas.wait_s(person.actor, person.company_id, self._loop.time(), ROOM_AGAIN)
            why = "too many operations within a minute"
            connection.control(fr.nack(operation.id, "rate_limited", why, final=False, retry_ms=ceil(wait_s * 1000)))
            return
        try:
            submission = self._operations.submission(person, connection.session_id, operation)
            submission.answer = partial(self._answer, connection, operation)
            self._node.post(submission)
        except NotAllowed as error:
            connection.close(conn.FORBIDDEN, str(error))
        except Overloaded as error:
            connection.control(fr.nack(operation.id, "overloaded", str(error), final=False, retry_ms=error.retry_ms))
        except NodeDown:
            connection.close(conn.RESTART, "restart")
        else:
            connection.unanswered += 1

    def _answer(self, connection: Connection, operation: fr.Operation, folded: Folded, now: int) -> None:
        connection.answered()
        code = folded.code
        if not code:
            contact_id, o = folded.contact_id, folded.o
            if not contact_id:
                connection.control(fr.ack(operation.id, now, 0, 0))
                return
            if folded.repeated:
                now = self._transcripts.time_of(contact_id, o) or now
            connection.stream(fr.ack(operation.id, now, contact_id, o))
            return
        message = (self._operations.explain(operation) if code == "bad_value" else None) or REASONS[code]
        if folded.final:
            person = connection.person
            assert person is not None
            more = self._openings.instead(operation, person, code, now)
            connection.control(fr.nack(operation.id, code, message, final=True, **more))
        else:
            connection.control(fr.nack(operation.id, code, message, final=False, next=folded.next_counter))

    def beat(self, connection: Connection) -> None:
        """Answer a sign of life."""
        connection.control(fr.BEAT)

    def look(self, connection: Connection, look: fr.Look) -> None:
        """Show a client what it wants to see; a contact that it may not see is as silent as one that never was."""
        person = connection.person
        assert person is not None
        if isinstance(look, fr.Sync):
            transcript = self._transcripts.find(look.contact)
            if transcript is not None:
                self.teller.show(connection, transcript)
        elif isinstance(look, fr.Slots) and person.role in ("asc", "agent"):
            self._show_slots(connection, look)
        elif isinstance(look, fr.Colleagues) and person.role == "agent":
            self.teller.show_colleagues(connection, AgentId(person.id))
        elif isinstance(look, fr.Watch) and person.role == "supervisor":
            self.teller.lines.watch(connection, None if look.line is None else LineKey(look.line))
        else:
            connection.close(conn.FORBIDDEN, f"{look.t} is not for role {person.role}")

    def _quiet(self, number: str, window_to: int) -> Intervals:
        return self._openings.quiet_for_callback(number, window_to, self._node.now_ms())

    def _show_slots(self, connection: Connection, look: fr.Slots) -> None:
        """Send the windows that are free, and where they go on; none for a line or a zone that does not exist."""
        line = self._state.lines.get(LineKey(look.line))
        slots: list[View] = []
        following = None
        if line is not None:
            with suppress(ValueError):
                slots, following = self._openings.slots(line, look.zone, "", self._node.now_ms(), look.after)
        asked = {"line": look.line, "zone": look.zone, "after": look.after}
        self._people.show_state([connection], "slots", {**asked, "slots": slots, "next": following})

    def _tick(self) -> None:
        self._ticker = asyncio.get_running_loop().call_later(TICK_S, self._tick)
        self._look_at(iter(list(self._sockets)))
        self.teller.every_second()

    def _look_at(self, connections: Iterator[Connection]) -> None:
        """Look whether these still read, still live and still may be here."""
        some = list(islice(connections, LOOKED_AT))
        for connection in some:
            connection.look_for_silence()
            connection.look_for_expiry()
            connection.look_for_slowness()
        if len(some) == LOOKED_AT:
            self._loop.call_soon(self._look_at, connections)
