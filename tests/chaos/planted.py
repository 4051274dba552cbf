"""
Bugs for the judge to find: a history, a journal or a desk made wrong on purpose, each with the invariant it aims at.

A change of the desk is one of `tests.core.bugs`, under which the same journal is folded again.
"""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from router.core import events as ev
from router.core.records import T
from tests.chaos.evidence import Evidence, Step, fold
from tests.core.bugs import basics

Patch = pytest.MonkeyPatch
Bug = Callable[[Evidence, Patch], None]
BUGS: list[tuple[str, Bug]] = []


def aims_at(ident: str) -> Callable[[Bug], Bug]:
    """Plant the decorated bug; the judge must name this invariant."""

    def register(function: Bug) -> Bug:
        BUGS.append((ident, function))
        return function

    return register


def copy_of(evidence: Evidence) -> Evidence:
    """The same evidence, to be spoilt."""
    steps = [dataclasses.replace(step, events=list(step.events), places=dict(step.places)) for step in evidence.steps]
    return dataclasses.replace(
        evidence, notes=list(evidence.notes), entries=list(evidence.entries), steps=steps,
        hashes=dict(evidence.hashes), papers=dict(evidence.papers),
    )  # fmt: skip


def _note(evidence: Evidence, type: str, f: str, which: int = 0, **fields: Any) -> int:
    """Where the note of this kind stands in the history."""
    places = [
        place
        for place, note in enumerate(evidence.notes)
        if note.type == type and note.f == f and all(getattr(note, name) == value for name, value in fields.items())
    ]
    return places[which]


def _frame(evidence: Evidence, t: str, which: int = 0, **fields: Any) -> int:
    """Where the note of this received frame stands."""
    places = [
        place
        for place, note in enumerate(evidence.notes)
        if note.f == "rx" and note.v["t"] == t and all(note.v.get(name) == value for name, value in fields.items())
    ]
    return places[which]


def _step(evidence: Evidence, kind: type[T], which: int = 0) -> tuple[Step, int, T]:
    """The step that made this kind of event, and where the event stands in it."""
    found = [(s, at, e) for s in evidence.steps for at, e in enumerate(s.events) if isinstance(e, kind)]
    return found[which]


def _number_anew(evidence: Evidence) -> None:
    evidence.entries = [dataclasses.replace(s, offset=n) for n, s in enumerate(evidence.entries, 1)]
    fold(evidence)


# --- operations


@aims_at("D1")
def an_entry_is_lost(evidence: Evidence, _patch: Patch) -> None:
    """The store forgets an entry that was acknowledged, and closes the gap."""
    op = evidence.notes[_note(evidence, "ok", "msg.send", -1)].op
    evidence.entries = [stored for stored in evidence.entries if stored.op != op]
    _number_anew(evidence)


@aims_at("D1")
def acknowledged_and_refused(evidence: Evidence, _patch: Patch) -> None:
    """What the desk refused is acknowledged."""
    at = _note(evidence, "fail", "offer.accept")
    evidence.notes[at] = evidence.notes[at].but(type="ok", err="")


@aims_at("D2")
def nobody_asked(evidence: Evidence, _patch: Patch) -> None:
    """An entry appears that no client sent."""
    del evidence.notes[_note(evidence, "invoke", "contact.close")]


@aims_at("D2")
def another_content(evidence: Evidence, _patch: Patch) -> None:
    """The journal holds another text than the one that was sent."""
    at = _note(evidence, "invoke", "msg.send")
    note = evidence.notes[at]
    evidence.notes[at] = note.but(v={**note.v, "text": "T5|asc:1001|999999|0"})


@aims_at("D2")
def somebody_else(evidence: Evidence, _patch: Patch) -> None:
    """An operation is journalled as another person's."""
    at = next(n for n, stored in enumerate(evidence.entries) if stored.op)
    evidence.entries[at] = dataclasses.replace(evidence.entries[at], actor="agent:99")
    fold(evidence)


@aims_at("D3")
def done_twice(evidence: Evidence, patch: Patch) -> None:
    """A message sent again after a lost answer is there twice."""
    basics.taken_twice(patch)
    at = next(n for n, step in enumerate(evidence.steps) if type(step.command).__name__ == "PostMessage")
    evidence.entries.insert(at, evidence.entries[at])
    _number_anew(evidence)


@aims_at("D3")
def another_answer(evidence: Evidence, _patch: Patch) -> None:
    """A repetition is answered with another number of the event."""
    note = evidence.notes[_note(evidence, "ok", "msg.send")]
    evidence.notes.append(note.but(o=note.o + 1))


@aims_at("D4")
def refused_and_done(evidence: Evidence, _patch: Patch) -> None:
    """The client is told no, and the desk did it."""
    at = _note(evidence, "ok", "contact.close")
    evidence.notes[at] = evidence.notes[at].but(type="fail", err="wrong_state")


@aims_at("D5")
def a_gap(evidence: Evidence, _patch: Patch) -> None:
    """An entry is missing from the middle."""
    del evidence.entries[20]


@aims_at("D5")
def time_goes_back(evidence: Evidence, _patch: Patch) -> None:
    """The clock was put back, and the journal with it."""
    evidence.entries[30] = dataclasses.replace(evidence.entries[30], stamp_us=evidence.entries[29].stamp_us - 1)


@aims_at("D7")
def another_state(evidence: Evidence, _patch: Patch) -> None:
    """A replay comes to another state than the desk that served."""
    evidence.hashes["replay"] = "0"


@aims_at("L1")
def the_wrong_way_round(evidence: Evidence, _patch: Patch) -> None:
    """What was asked after an answer is journalled before it."""
    entries = evidence.entries
    places = [n for n, step in enumerate(evidence.steps) if type(step.command).__name__ == "PostMessage"]
    one, other = places[0], places[3]  # of different people
    entries[one], entries[other] = (
        dataclasses.replace(entries[other], offset=entries[one].offset, stamp_us=entries[one].stamp_us),
        dataclasses.replace(entries[one], offset=entries[other].offset, stamp_us=entries[other].stamp_us),
    )
    fold(evidence)


@aims_at("R12")
def never_answered(evidence: Evidence, _patch: Patch) -> None:
    """A client waits for ever."""
    del evidence.notes[_note(evidence, "ok", "wrapup.finish")]


# --- views


@aims_at("L2")
def behind(evidence: Evidence, _patch: Patch) -> None:
    """Who reconnects is shown less than was acknowledged."""
    at = next(
        place for place, note in enumerate(evidence.notes)
        if note.f == "rx" and note.v["t"] == "ready" and note.p == "asc:1001" and note.v["contacts"]
    )  # fmt: skip
    note = evidence.notes[at]
    evidence.notes[at] = note.but(v={**note.v, "contacts": [{**view, "o": 1} for view in note.v["contacts"]]})


@aims_at("M1")
def an_event_is_missing(evidence: Evidence, _patch: Patch) -> None:
    """One event never reaches a client."""
    del evidence.notes[_frame(evidence, "ev", k="message")]


@aims_at("M1")
def an_event_comes_twice(evidence: Evidence, _patch: Patch) -> None:
    """An event is sent again on the same connection."""
    at = _frame(evidence, "ev", k="message")
    evidence.notes.insert(at, evidence.notes[at])


def _change_view(evidence: Evidence, change: Callable[[list[Any]], None]) -> None:
    at = next(p for p, n in enumerate(evidence.notes) if n.f == "view" and len(n.v["applied"]["messages"]) > 2)
    note = evidence.notes[at]
    messages = list(note.v["applied"]["messages"])
    change(messages)
    evidence.notes[at] = note.but(v={**note.v, "applied": {**note.v["applied"], "messages": messages}})


@aims_at("M2")
def read_backwards(evidence: Evidence, _patch: Patch) -> None:
    """Messages stand in a view in another order than they were written."""
    _change_view(evidence, list.reverse)


@aims_at("M3")
def a_message_is_not_shown(evidence: Evidence, _patch: Patch) -> None:
    """A view lacks a message."""
    _change_view(evidence, lambda messages: messages.pop(1))


@aims_at("M3")
def shown_twice(evidence: Evidence, _patch: Patch) -> None:
    """A view shows a message twice."""
    _change_view(evidence, lambda messages: messages.append(messages[-1]))


def _last_view(evidence: Evidence, which: str, **changes: Any) -> None:
    at = next(p for p, n in enumerate(evidence.notes) if n.f == "view" and n.v["fresh"] and n.v["mine"])
    note = evidence.notes[at]
    evidence.notes[at] = note.but(v={**note.v, which: {**note.v[which], **changes}})


@aims_at("M4")
def stands_still(evidence: Evidence, _patch: Patch) -> None:
    """A client never hears the end."""
    _last_view(evidence, "applied", o=1, messages=[])


@aims_at("M6")
def applied_otherwise(evidence: Evidence, _patch: Patch) -> None:
    """Events make another view than the one a fresh connection shows."""
    _last_view(evidence, "applied", state="waiting", agent=None)


@aims_at("I1")
def words_of_another_company(evidence: Evidence, _patch: Patch) -> None:
    """A customer is sent a text of another company."""
    at = next(p for p, n in enumerate(evidence.notes) if n.f == "rx" and n.v["t"] == "ev" and n.company == 5)
    note = evidence.notes[at]
    evidence.notes[at] = note.but(v={**note.v, "d": {"text": "T6|asc:1002|000001|0"}})


@aims_at("I5")
def a_number_in_the_log(evidence: Evidence, _patch: Patch) -> None:
    """A phone number reaches the log."""
    evidence.papers["log"] += next(iter(evidence.numbers)).encode()


@aims_at("I5")
def a_text_in_the_store(evidence: Evidence, _patch: Patch) -> None:
    """A text is stored unsealed."""
    evidence.papers["store"] = b"...T5|asc:1001|000001|0..."


# --- routing


@aims_at("R1")
def two_agents(evidence: Evidence, _patch: Patch) -> None:
    """A second agent is connected to a chat."""
    step, at, event = _step(evidence, ev.ContactConnected)
    step.events.insert(at + 1, dataclasses.replace(event, agent_id=8))


@aims_at("R2")
def one_too_many(evidence: Evidence, patch: Patch) -> None:
    """Capacity is off by one."""
    basics.one_too_many(patch)
    fold(evidence)


@aims_at("R3")
def to_somebody_absent(evidence: Evidence, _patch: Patch) -> None:
    """An offer goes to an agent who has not signed in."""
    step, at, event = _step(evidence, ev.OfferMade)
    step.events[at] = dataclasses.replace(event, agent_id=8)


@aims_at("R4")
def ends_twice(evidence: Evidence, _patch: Patch) -> None:
    """An offer that was accepted times out as well."""
    step, at, event = _step(evidence, ev.ContactConnected)
    late = ev.OfferTimedOut(event.offer_id, event.contact_id, event.agent_id, 0)
    step.events.insert(at + 1, late)


@aims_at("R5")
def vanishes(evidence: Evidence, _patch: Patch) -> None:
    """A contact is gone from the desk and never ended."""
    evidence.left = frozenset(sorted(evidence.left)[1:])


@aims_at("R6")
def newest_first(evidence: Evidence, patch: Patch) -> None:
    """The line is a stack."""
    basics.newest_first(patch)
    fold(evidence)


@aims_at("R8")
def the_place_is_lost(evidence: Evidence, patch: Patch) -> None:
    """A callback waits from its conversion on."""
    basics.conversion_to_the_end(patch)
    fold(evidence)


@aims_at("R9")
def dialled_twice(evidence: Evidence, _patch: Patch) -> None:
    """An attempt is made a second time under its number."""
    step, at, event = _step(evidence, ev.DialStarted)
    step.events.insert(at + 1, event)


@aims_at("R10")
def no_grace(evidence: Evidence, patch: Patch) -> None:
    """A lost agent's contacts are given back at once."""
    step, at, event = _step(evidence, ev.AgentLost)
    step.events[at] = dataclasses.replace(event, grace_until=event.grace_until + 60_000)


@aims_at("R11")
def out_of_order(evidence: Evidence, _patch: Patch) -> None:
    """A contact closes while somebody talks."""
    step, at, event = _step(evidence, ev.ContactConnected)
    step.events.insert(at + 1, ev.ContactClosed(event.contact_id, event.o + 1, event.agent_id, "", ""))


@aims_at("R12")
def a_unit_is_forgotten(evidence: Evidence, patch: Patch) -> None:
    """An agent who becomes free is not noticed."""
    basics.not_looked_again(patch)
    fold(evidence)


@aims_at("R14")
def a_zombie_writes(evidence: Evidence, _patch: Patch) -> None:
    """A process that was replaced appends once more."""
    stored = evidence.entries[-1]
    for step in evidence.steps[:5]:
        step.stored = dataclasses.replace(step.stored, incarnation=stored.incarnation + 1)
