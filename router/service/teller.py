"""
What each change of the desk means to those who are connected: who is told what, in which order.

It follows the fold and reads the state; it changes nothing. Each event goes only to those who may see its contact, and
whoever gains sight of a contact gets the whole view instead of an event that hangs in the air.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from router.core import events as ev
from router.core.desk import Entry, Folded
from router.core.events import Event
from router.core.ids import AgentId, AscId, ContactId
from router.core.state import DeskState
from router.journal.port import StoredEntry
from router.service.audience import Audience
from router.service.board import Board, LineWatch, Places
from router.service.connection import RESTART, SUPERSEDED, Connection
from router.service.node import Node
from router.service.people import People
from router.service.staff_views import StaffViews
from router.service.transcripts import Transcript, Transcripts
from router.service.views import Views
from router.wire import frames as fr

_Lost = ev.ContactRequeued | ev.ContactTransferred | ev.ContactParked | ev.AttemptFailed
_LOST: Final = (ev.ContactRequeued, ev.ContactTransferred, ev.ContactParked, ev.AttemptFailed)
_WithAgent = ev.ContactEnded | ev.ContactClosed | ev.CallbackReached | ev.RingStarted | ev.RingFailed


class Teller:
    """Tells the people of one node. It must follow the node after `transcripts`, which it reads."""

    def __init__(
        self, node: Node, transcripts: Transcripts, views: Views, staff_views: StaffViews, people: People
    ) -> None:
        self._state: DeskState = node.desk.state
        self.places = Places(views)
        self.board = Board(staff_views)
        self.lines = LineWatch(staff_views)
        self._node = node
        self._transcripts = transcripts
        self._views = views
        self._staff_views = staff_views
        self._people = people
        self._audience = Audience(people, transcripts)
        self._dirty_agents: dict[AgentId, None] = {}
        self._gained: dict[tuple[Connection, ContactId], Transcript] = {}
        """Who gained sight of what in the present entry."""

    # --- following the desk

    def on_entry(self, stored: StoredEntry, entry: Entry, folded: Folded) -> None:
        """Tell those concerned what an entry changed."""
        for event in folded.events:
            react = _REACTIONS.get(event.__class__)
            if react is not None:
                react(self, event, stored, entry)
        if self._gained:
            for (connection, _), transcript in self._gained.items():
                self.show(connection, transcript)
            self._gained.clear()

    def on_settled(self) -> None:
        """Show the agents what is new of themselves."""
        for agent_id in self._dirty_agents:
            connections = self._people.of("agent", agent_id)
            view = self._staff_views.agent(agent_id) if connections else None
            if view is not None:
                self._people.show_state(connections, f"agent:{agent_id}", view)
        self._dirty_agents.clear()

    def every_second(self) -> None:
        """Tell the places in line and the board, where they differ from what was told."""
        for contact, place in self.places.news(lambda contact: bool(self._audience.of(contact))):
            self._people.show_state(self._audience.of(contact), f"queue:{contact.id}", place)
        board = self.board.news()
        if board is not None:
            self._people.show_state(list(self.board.watchers), "desk", board)
        for line, watchers, view in self.lines.news():
            self._people.show_state(watchers, f"line:{line}", view)

    def show(self, connection: Connection, transcript: Transcript) -> None:
        """Send a connection the whole view of a contact, if its person may see it."""
        person = connection.person
        if person is not None and self._views.may_see(person, transcript):
            connection.stream(fr.snapshot(transcript.contact.id, self._views.contact(person, transcript)))

    def show_colleagues(self, connection: Connection, agent_id: AgentId) -> None:
        """Send an agent the others to whom a contact could be handed on now."""
        self._people.show_state([connection], "colleagues", self._staff_views.colleagues(agent_id))

    def forget(self, connection: Connection) -> None:
        """This connection is gone."""
        self.board.forget(connection)
        self.lines.forget(connection)

    def welcome(self, connection: Connection) -> None:
        """Somebody has just been sent the first views: what comes once a second is due to them again."""
        person = connection.person
        if person is None:
            return
        if person.role == "supervisor":
            self.board.watch(connection)
        elif person.role == "asc":
            for contact_id in self._state.contacts_of.get(AscId(person.id), ()):
                self.places.show_again(self._state.contacts[contact_id])
        elif person.role == "switch":
            for transcript in self._transcripts.open_contacts():
                if self._views.may_see(person, transcript):
                    self.places.show_again(transcript.contact)

    # --- reactions

    def _said(self, event: ev.MessagePosted, stored: StoredEntry, entry: Entry) -> None:
        """Send a message to the people of the contact, but not to the session it came from."""
        contact_id = event.contact_id
        transcript = self._transcripts.find(contact_id)
        if transcript is None:
            return
        author = entry.op.session_id if entry.op is not None else None
        frame = b""
        for people in (
            self._people.of("asc", transcript.contact.asc_id),
            self._people.of("agent", transcript.agent_id),
        ):
            for connection in people:
                if connection.session_id != author:
                    frame = frame or self._message(event, stored, entry.now)
                    connection.stream(frame)

    def _message(self, event: ev.MessagePosted, stored: StoredEntry, at: int) -> bytes:
        said = self._transcripts.open_fresh(event.contact_id, stored.sealed)
        return fr.message(event.contact_id, event.o, self._node.epoch, at, event.party, said)

    def _tell(self, event: ev.ContactEvent, stored: StoredEntry, entry: Entry) -> None:
        """Send any other event to the people of its contact, but not to those who are shown the whole view anyway."""
        transcript = self._transcripts.find(event.contact_id)
        if transcript is not None:
            # The agent who loses the contact is told so.
            agent_id = event.agent_id if isinstance(event, _LOST) else transcript.agent_id
            people = (*self._audience.of_event(event, transcript), *self._people.of("agent", agent_id))
            told = [connection for connection in people if (connection, transcript.contact.id) not in self._gained]
            self._send(told, event, transcript, stored, entry)

    def _send(
        self,
        connections: list[Connection],
        event: ev.ContactEvent,
        transcript: Transcript,
        stored: StoredEntry,
        entry: Entry,
    ) -> None:
        if connections:
            kind, data = self._views.event(event, transcript, stored.sealed)
            frame = fr.event(event.contact_id, event.o, self._node.epoch, entry.now, kind, data)
            for connection in connections:
                connection.stream(frame)

    def _queued(self, event: ev.ContactQueued | ev.CallbackRequested, stored: StoredEntry, entry: Entry) -> None:
        contact = self._state.contacts.get(event.contact_id)
        self._gain(self._people.of("asc", event.asc_id) if contact is None else self._audience.of(contact), event)
        self._tell_and_move(event, stored, entry)

    def _connected(self, event: ev.ContactConnected | ev.DialStarted, stored: StoredEntry, entry: Entry) -> None:
        self._gain(self._people.of("agent", event.agent_id), event)
        self._tell_and_move(event, stored, entry)
        self._dirty_agents[event.agent_id] = None

    def _gain(
        self,
        connections: Sequence[Connection],
        event: ev.ContactQueued | ev.CallbackRequested | ev.ContactConnected | ev.DialStarted,
    ) -> None:
        transcript = self._transcripts.find(event.contact_id)
        if transcript is not None:
            self._show_whole(connections, transcript)

    def _show_whole(self, connections: Sequence[Connection], transcript: Transcript) -> None:
        """At the end of the entry these are shown the whole contact."""
        for connection in connections:
            self._gained[connection, transcript.contact.id] = transcript

    def _tell_and_move(self, event: ev.ContactEvent, stored: StoredEntry, entry: Entry) -> None:
        self._tell(event, stored, entry)
        transcript = self._transcripts.find(event.contact_id)
        if transcript is not None:
            self.places.changed(transcript.contact.line)

    def _tell_with_agent(self, event: _WithAgent, stored: StoredEntry, entry: Entry) -> None:
        self._tell(event, stored, entry)
        self._dirty_agents[event.agent_id] = None

    def _lost(self, event: _Lost | ev.CallbackUnreachable, stored: StoredEntry, entry: Entry) -> None:
        self._tell_and_move(event, stored, entry)
        self._dirty_agents[event.agent_id] = None

    def _moved(self, event: ev.ContactMoved, stored: StoredEntry, entry: Entry) -> None:
        """The contact left another line, and which one is not in the event."""
        self._tell(event, stored, entry)
        for line in self._state.lines:
            self.places.changed(line)

    def _held_changed(self, event: ev.TriageEscalated | ev.WrapUpExtended, _s: StoredEntry, _e: Entry) -> None:
        contact = self._state.contacts.get(event.contact_id)
        if contact is not None and contact.agent_id:
            self._dirty_agents[contact.agent_id] = None

    def _tell_holder(self, event: ev.ContactEvent, stored: StoredEntry, entry: Entry) -> None:
        self._tell_and_move(event, stored, entry)
        contact = self._state.contacts.get(event.contact_id)
        if contact is not None and contact.agent_id:
            self._dirty_agents[contact.agent_id] = None

    def _clock_changed(self, event: ev.CaseClockSet | ev.CaseOverdue, _stored: StoredEntry, _entry: Entry) -> None:
        """The ASC is shown the whole case anew, the agent who holds it or before whom it rings their own work."""
        contact = self._state.contacts.get(event.contact_id)
        transcript = self._transcripts.find(event.contact_id)
        if contact is None or transcript is None:
            return
        self._show_whole(self._people.of("asc", contact.asc_id), transcript)
        offer = self._state.offers.get(contact.offer_id)
        agent_id = contact.agent_id or (offer.agent_id if offer is not None else AgentId(0))
        if agent_id:
            self._dirty_agents[agent_id] = None

    def _place_changed(self, event: ev.WaitTold, _stored: StoredEntry, _entry: Entry) -> None:
        contact = self._state.contacts.get(event.contact_id)
        if contact is not None:
            self.places.changed(contact.line)

    def _agent_changed(self, event: ev.OfferEvent | ev.AgentEvent, _stored: StoredEntry, _entry: Entry) -> None:
        self._dirty_agents[event.agent_id] = None

    def _deadlines_moved(self, _event: Event, _stored: StoredEntry, _entry: Entry) -> None:
        self._dirty_agents.update(dict.fromkeys(self._people.agents()))

    def _session_bound(self, event: ev.SessionBound, _stored: StoredEntry, _entry: Entry) -> None:
        self._presence_changed(event.actor)
        held = self._people.on_session(event.session_id)
        ours = event.node == self._node.name and event.incarnation == self._node.incarnation
        if held is not None and not (ours and held.number == event.connection):
            self._people.take_session(event.session_id)
            held.close(SUPERSEDED, "the session moved to another connection")

    def _session_dropped(self, event: ev.SessionDropped, _stored: StoredEntry, _entry: Entry) -> None:
        session = self._state.sessions.get(event.session_id)
        if session is not None:
            self._presence_changed(session.actor)

    def _presence_changed(self, actor: str) -> None:
        """An ASC came or went: the agents who hold a contact of this ASC see it."""
        role, _, ident = actor.partition(":")
        if role == "asc":
            for contact_id in self._state.contacts_of.get(AscId(int(ident)), ()):
                agent_id = self._state.contacts[contact_id].agent_id
                if agent_id:
                    self._dirty_agents[agent_id] = None

    def _node_lost(self, event: ev.NodeLost, _stored: StoredEntry, _entry: Entry) -> None:
        """The desk lost sight of this node, so it holds none of these sessions any more."""
        if event.node == self._node.name and event.incarnation == self._node.incarnation:
            for connection in self._people.everybody():
                connection.close(RESTART, "the desk lost sight of this connection")


_REACTIONS: Final[dict[type, Callable[[Teller, Any, StoredEntry, Entry], None]]] = {
    ev.ContactQueued: Teller._queued,
    ev.ContactConnected: Teller._connected,
    ev.DialStarted: Teller._connected,
    ev.MessagePosted: Teller._said,
    ev.AscLeft: Teller._tell_and_move,
    ev.AscReturned: Teller._tell_and_move,
    ev.ContactAbandoned: Teller._tell_and_move,
    ev.ContactSentAway: Teller._tell_and_move,
    ev.ContactConverted: Teller._tell_and_move,
    ev.CallbackCancelled: Teller._tell_and_move,
    ev.CallbackExpired: Teller._tell_and_move,
    ev.CallbackRequested: Teller._queued,
    ev.CallbackScheduled: Teller._tell_and_move,
    ev.CallbackDue: Teller._tell_and_move,
    ev.ReturnedToChat: Teller._tell_and_move,
    ev.ContactResumed: Teller._tell_and_move,
    ev.ContactExpired: Teller._tell_and_move,
    ev.AscWarned: Teller._tell_holder,
    ev.PrioritySet: Teller._tell_holder,
    ev.IncidentLinked: Teller._tell_holder,
    ev.ContactMoved: Teller._moved,
    ev.WaitTold: Teller._place_changed,
    ev.CaseClockSet: Teller._clock_changed,
    ev.CaseOverdue: Teller._clock_changed,
    ev.TriageEscalated: Teller._held_changed,
    ev.WrapUpExtended: Teller._held_changed,
    ev.ContactRequeued: Teller._lost,
    ev.ContactTransferred: Teller._lost,
    ev.ContactParked: Teller._lost,
    ev.AttemptFailed: Teller._lost,
    ev.CallbackUnreachable: Teller._lost,
    ev.RingStarted: Teller._tell_with_agent,
    ev.RingFailed: Teller._tell_with_agent,
    ev.ContactEnded: Teller._tell_with_agent,
    ev.ContactClosed: Teller._tell_with_agent,
    ev.CallbackReached: Teller._tell_with_agent,
    ev.OfferMade: Teller._agent_changed,
    ev.OfferDeclined: Teller._agent_changed,
    ev.OfferTimedOut: Teller._agent_changed,
    ev.OfferWithdrawn: Teller._agent_changed,
    ev.AgentSignedIn: Teller._agent_changed,
    ev.AgentStatusSet: Teller._agent_changed,
    ev.NextStatusSet: Teller._agent_changed,
    ev.ShiftEnding: Teller._agent_changed,
    ev.AgentNotResponding: Teller._agent_changed,
    ev.AgentLost: Teller._agent_changed,
    ev.AgentBack: Teller._agent_changed,
    ev.DrainStarted: Teller._agent_changed,
    ev.DrainEnded: Teller._agent_changed,
    ev.DeadlinesRestarted: Teller._deadlines_moved,
    ev.SessionBound: Teller._session_bound,
    ev.SessionDropped: Teller._session_dropped,
    ev.NodeLost: Teller._node_lost,
}
"""Events that are not here are nothing to anybody."""
