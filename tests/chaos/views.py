"""What people saw: nothing missing, nothing twice, nothing out of order, nothing of another company (L2, M, I)."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from router.core import events as ev
from tests.chaos.evidence import Evidence
from tests.chaos.history import Note
from tests.chaos.judge import check

CANARY = re.compile(r"T(\d+)\|")
"""Every text begins with the number of its company: `T5|asc:1001|000127|...`."""
DURABLE = ("o", "channel", "state", "line", "waiting_since", "asc", "topic", "agent", "priority", "messages")
"""What events carry. The rest is state and may be newer; a number is masked again for who no longer dials it."""


def _frames(evidence: Evidence) -> Iterator[tuple[Note, dict[str, Any]]]:
    for note in evidence.notes:
        if note.f == "rx":
            yield note, note.v


def _finals(evidence: Evidence) -> Iterator[tuple[Note, dict[str, Any], dict[str, Any]]]:
    """Final views: whose, the contact as events made it, the same from a fresh connection ({} if it shows none)."""
    for note in evidence.notes:
        if note.f == "view":
            yield note, note.v["applied"], note.v["fresh"]


def _said(evidence: Evidence) -> dict[int, list[tuple[int, str, str]]]:
    """Contact -> (o, who, text) of each message in the journal, the text as its sender asked it."""
    texts = {note.op: note.v["text"] for note in evidence.notes if note.type == "invoke" and note.f == "msg.send"}
    said: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    for step in evidence.steps:
        for event in step.events:
            if type(event) is ev.MessagePosted:
                said[event.contact_id].append((event.o, event.party, texts.get(step.stored.op, "(nobody said it)")))
    return said


@check("L2", "who connects sees what was acknowledged to them")
def _read_your_acks(evidence: Evidence) -> Iterator[str]:
    acked: dict[tuple[str, int], Note] = {}
    for note in evidence.notes:
        if note.type == "ok" and note.o:
            acked[note.p, note.chat] = note
        elif note.f == "rx" and note.v["t"] == "ready":
            for view in note.v["contacts"]:
                known = acked.get((note.p, view["contact"]))
                if known is not None and view["o"] < known.o:
                    yield (
                        f"{note.p} was acknowledged o {known.o} of contact {known.chat} ({known.op}) "
                        f"and is shown it at o {view['o']}"
                    )


@check("M1", "each event of a contact arrives once and in order")
def _in_order(evidence: Evidence) -> Iterator[str]:
    seen: dict[str, dict[int, int]] = {}
    own: dict[tuple[str, int], set[int]] = defaultdict(set)
    for note, frame in _frames(evidence):
        last = seen.setdefault(note.p, {})
        if frame["t"] == "ready":
            seen[note.p] = {view["contact"]: view["o"] for view in frame["contacts"]}
        elif frame["t"] == "snap":
            last[frame["d"]["contact"]] = frame["d"]["o"]
        elif frame["t"] == "ack" and frame.get("o"):
            own[note.p, frame["contact"]].add(frame["o"])  # a sender's own event comes with the ack alone
        elif frame["t"] == "ev":
            contact = int(frame["s"].partition(":")[2])
            if contact not in last:
                continue
            while last[contact] + 1 in own[note.p, contact]:
                last[contact] += 1
            if frame["o"] != last[contact] + 1:
                yield f"{note.p} was told o {frame['o']} ({frame['k']}) of contact {contact} after o {last[contact]}"
            last[contact] = frame["o"]


@check("M2", "what one person wrote is read in the order of writing")
def _sender_order(evidence: Evidence) -> Iterator[str]:
    order = {
        note.v["text"]: place
        for place, note in enumerate(n for n in evidence.notes if n.type == "invoke" and n.f == "msg.send")
    }
    for note, applied, _ in _finals(evidence):
        latest: dict[str, int] = {}
        for message in applied["messages"]:
            place = order.get(message["text"], -1)
            if place < latest.get(message["by"], -1):
                yield f"{note.p} reads {message['text']!r} of contact {applied['contact']} after what was written later"
            latest[message["by"]] = place


@check("M3", "a view holds each message once, and none that is not in the journal")
def _exactly_once(evidence: Evidence) -> Iterator[str]:
    said = _said(evidence)
    for note, applied, _ in _finals(evidence):
        expected = [each for each in said[applied["contact"]] if each[0] <= applied["o"]]
        got = [(message["o"], message["by"], message["text"]) for message in applied["messages"]]
        if sorted(expected) != sorted(got):
            missing = [each for each in expected if each not in got]
            added = [each for each in got if each not in expected] or [each for each in got if got.count(each) > 1]
            yield f"{note.p}, contact {applied['contact']} at o {applied['o']}: missing {missing}, too many {added}"


@check("M4", "in the end everybody sees a contact as it is")
def _converged(evidence: Evidence) -> Iterator[str]:
    last: dict[int, int] = {}
    for step in evidence.steps:
        for event in step.events:
            if hasattr(event, "o") and type(event).__name__ != "OpRecorded":
                last[event.contact_id] = event.o
    for note, applied, fresh in _finals(evidence):
        contact = applied["contact"]
        if fresh and note.v["mine"] and applied["o"] < min(last.get(contact, 0), fresh["o"]):
            yield f"{note.p} has seen contact {contact} to o {applied['o']}, it stands at {fresh['o']}"


@check("M6", "events applied to an old view give the view that a fresh connection shows")
def _same_as_fresh(evidence: Evidence) -> Iterator[str]:
    for note, applied, fresh in _finals(evidence):
        if not fresh or applied["o"] != fresh["o"]:
            continue
        for name in DURABLE:
            if applied.get(name) != fresh.get(name):
                yield (
                    f"{note.p}, contact {applied['contact']} at o {fresh['o']}: {name} is {applied.get(name)!r} "
                    f"by events and {fresh.get(name)!r} afresh"
                )


@check("I1", "no word of one company reaches another")
def _isolated(evidence: Evidence) -> Iterator[str]:
    for note, frame in _frames(evidence):
        if note.company:
            foreign = {word for word in CANARY.findall(json.dumps(frame)) if int(word) != note.company}
            if foreign:
                yield f"{note.p} of company {note.company} was sent words of company {sorted(foreign)}: {frame}"


@check("I5", "nothing about people stands open in logs, journal or store")
def _private(evidence: Evidence) -> Iterator[str]:
    for name, paper in evidence.papers.items():
        found = re.search(rb"T\d+\|(?:asc|agent):\d+\|", paper)
        if found:
            yield f"{name} holds {found[0]!r} at byte {found.start()}"
        for number in sorted(evidence.numbers):
            at = paper.find(number.encode())
            if at >= 0:
                yield f"{name} holds a phone number at byte {at}"
