"""
The whole state as plain data, and a state made of it again: what is hashed, compared, stored and gone on from.

Rule 1: order is part of the state. Contacts, agents, sessions and offers stand as they came, for rules go through them
in that order. Rule 2: every field of a record is kept unless it is named here as derived; so a new field is kept by
itself. Rule 3: what is derived is made by the functions that make it while the desk runs: a restored contact enters its
line, a restored agent is refreshed in the group, and the policy is adopted.
"""

from typing import Any, Final

from router.core.apply.agents import known_group
from router.core.apply.steps import enter_line, refresh
from router.core.deadlines import Deadlines
from router.core.errors import Broken
from router.core.estimates.accuracy import Ledger
from router.core.estimates.announcements import Announced
from router.core.estimates.rates import Rates
from router.core.events import PolicyAdopted
from router.core.ids import AgentId, ContactId, LineKey, OfferId
from router.core.lifecycle import CALLBACK, CASE, DIALLING, DUE, MOVES, OFFERED, WAITING
from router.core.lines import Contact, Line, Reservation
from router.core.plain import plain, reader
from router.core.policy import Policy
from router.core.staff import Agent
from router.core.state import DeskState, Left, Node, Offer, Session


class NotRestored(Exception):
    """Plain data that is no snapshot of these rules; the journal is folded from further back then."""


def _kept(cls: Any, *derived: str) -> tuple[str, ...]:
    """The fields of a record that a snapshot keeps; those that are derived or kept in another place are named."""
    return tuple(name for name in cls.__slots__ if name not in derived)


_CONTACT: Final = _kept(Contact, "announced", "cohort", "reservation", "ticket")
_RESERVATION: Final = _kept(Reservation)
_AGENT: Final = _kept(Agent, "able", "drained_line", "group", "held", "offerable", "own", "room", "slots")
_SESSION: Final = _kept(Session, "verdicts")
_NODE: Final = _kept(Node)
_POLICY: Final = reader(Policy)


def snapshot(state: DeskState) -> dict[str, Any]:
    """Dicts, lists, strings (ASCII hex for bytes), booleans and integers, everything in the order in which it came."""
    return {
        "now": state.now,
        "policy": plain(state.policy),
        "next": [state.next_seq, state.next_offer, state.next_attempt],
        "nodes": [_fields(node, _NODE) for node in state.nodes.values()],
        "sessions": [
            {
                **_fields(session, _SESSION),
                "verdicts": [[c, body.hex(), code, contact, o] for c, body, code, contact, o in session.verdicts],
            }
            for session in state.sessions.values()
        ],
        "groups": [plain(group.profile) for group in state.groups],
        "agents": [
            {
                **_fields(agent, _AGENT),
                "group": agent.group.number,
                "held": [[contact, units] for contact, units in agent.held.items()],
            }
            for agent in state.agents.values()
        ],
        "lines": [
            {
                "key": line.key,
                "closed": line.closed,
                "drained": [line.drained_agent, line.drained_for],
                "rates": line.rates.plain(),
                "told": line.ledger.plain(),
            }
            for line in state.lines.values()
        ],
        "contacts": [plain_contact(contact) for contact in state.contacts.values()],
        "offers": [
            [offer.id, offer.contact_id, offer.agent_id, offer.due] for offer in state.offers.values()
        ],
        "slots": [[*slot, count] for slot, count in state.slots.items()],
        "last_agents": [[asc, agent] for asc, agent in state.last_agents.items()],
        "untold": list(state.untold),
        "left": [
            [asc, line, left.contact_id, left.waiting_since, left.priority, left.until]
            for (asc, line), left in state.left.items()
        ],
        "deadlines": state.deadlines.items(),
    }  # fmt: skip


def restore(said: dict[str, Any]) -> DeskState:
    """
    The state of which `said` is the snapshot, whole or read back from JSON; it goes on exactly as the first one would.

    Raises NotRestored for anything else.
    """
    try:
        return _restored(said)
    except (KeyError, IndexError, ValueError, TypeError, AttributeError, Broken) as error:
        raise NotRestored(f"this is no state of these rules ({type(error).__name__}: {error})") from error


def plain_contact(contact: Contact) -> dict[str, Any]:
    """One contact, with its reservation and what it was told."""
    reservation, told = contact.reservation, contact.announced
    return {
        **_fields(contact, _CONTACT),
        "reservation": None if reservation is None else _fields(reservation, _RESERVATION),
        "announced": None if told is None else told.plain(),
    }


def restored_contact(said: dict[str, Any]) -> Contact:
    """The contact of which `said` is the plain form; it stands in no line yet. Raises KeyError for another form."""
    contact = Contact(
        said["id"], said["seq"], said["asc_id"], said["company_id"], said["line"], said["channel"],
        said["waiting_since"],
    )  # fmt: skip
    _set_fields(contact, _CONTACT, said)
    contact.tried = list(contact.tried)
    if said["announced"] is not None:
        contact.announced = Announced.restored(said["announced"])
    booked = said["reservation"]
    if booked is not None:
        contact.reservation = reservation = Reservation("", 0, 0, ())
        _set_fields(reservation, _RESERVATION, booked)
        reservation.quiet = tuple((begin, end) for begin, end in booked["quiet"])
        reservation.failures = list(booked["failures"])
        reservation.slot = None if booked["slot"] is None else (booked["slot"][0], booked["slot"][1])
    return contact


def _fields(record: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: plain(getattr(record, name)) for name in names}


def _set_fields(record: Any, names: tuple[str, ...], said: dict[str, Any]) -> None:
    for name in names:
        setattr(record, name, said[name])


def _restored(said: dict[str, Any]) -> DeskState:
    state = DeskState()
    state.now = said["now"]
    state.emit(PolicyAdopted(_POLICY(said["policy"])))
    state.next_seq, state.next_offer, state.next_attempt = said["next"]
    for node in said["nodes"]:
        _set_fields(state.nodes.setdefault(node["name"], Node(node["name"], node["number"])), _NODE, node)
    state.live_nodes = sum(node.live for node in state.nodes.values())
    _restore_sessions(state, said["sessions"])
    for pool, products, levels, languages in said["groups"]:
        known_group(state, (pool, tuple(products), tuple(levels), tuple(languages)))
    for line in said["lines"]:
        _restore_line(state.lines[line["key"]], line)
    for contact in map(restored_contact, said["contacts"]):
        _know(state, contact)
    for agent in said["agents"]:
        _restore_agent(state, agent)
    _restore_drains(state)
    for agent in state.agents.values():
        refresh(state, agent)
    for contact in state.contacts.values():
        if contact.state in (WAITING, DUE):
            enter_line(state, contact)
    state.offers = {
        OfferId(number): Offer(OfferId(number), ContactId(contact), AgentId(agent), due)
        for number, contact, agent, due in said["offers"]
    }
    state.slots = {(LineKey(line), number): count for line, number, count in said["slots"]}
    state.left = {
        (asc, line): Left(contact, waiting_since, priority, until)
        for asc, line, contact, waiting_since, priority, until in said["left"]
    }
    state.last_agents = {asc: agent for asc, agent in said["last_agents"]}
    # Entering a line has set deadlines anew and asked for a match; neither is what the snapshot says.
    state.deadlines = Deadlines()
    for due, kind, ident in said["deadlines"]:
        state.deadlines.arm(kind, ident, due)
    state.untold = dict.fromkeys(said["untold"])
    for work in (state.touched_cohorts, state.touched_lines, state.touched_agents, state.events):
        work.clear()
    return state


def _restore_sessions(state: DeskState, said: list[dict[str, Any]]) -> None:
    for each in said:
        session = state.sessions[each["id"]] = Session(each["id"], each["actor"], each["role"])
        _set_fields(session, _SESSION, each)
        session.verdicts = [
            (c, bytes.fromhex(body), code, contact, o) for c, body, code, contact, o in each["verdicts"]
        ]
        state.sessions_of.setdefault(session.actor, []).append(session.id)


def _restore_line(line: Line, said: dict[str, Any]) -> None:
    line.closed = said["closed"]
    line.drained_agent, line.drained_for = said["drained"]
    line.rates = Rates(*said["rates"])
    line.ledger = Ledger.restored(said["told"])


def _know(state: DeskState, contact: Contact) -> None:
    if contact.state not in MOVES[contact.channel]:
        raise ValueError(f"contact {contact.id} is {contact.state!r}")
    state.contacts[contact.id] = contact
    state.contacts_of.setdefault(contact.asc_id, []).append(contact.id)
    if contact.channel != CASE:
        state.open_of[contact.company_id] = state.open_of.get(contact.company_id, 0) + 1
    if contact.reservation is not None and contact.reservation.number_ref:
        state.numbers[contact.reservation.number_ref] = contact.id
    if contact.channel == CALLBACK and contact.state in (OFFERED, DIALLING):
        state.in_flight[contact.id] = None


def _restore_agent(state: DeskState, said: dict[str, Any]) -> None:
    group = state.groups[said["group"]]
    agent = state.agents[said["id"]] = Agent(said["id"], group)
    _set_fields(agent, _AGENT, said)
    agent.held = {contact: units for contact, units in said["held"]}
    group.members[agent.id] = agent
    group.signed_in += agent.is_here()


def _restore_drains(state: DeskState) -> None:
    for line in state.lines.values():
        if line.drained_for:
            state.agents[line.drained_agent].drained_line = line.key
            state.draining += 1
