"""
What is known of contacts that were served or left: how long each waited and was worked on, from a table or a journal.

A table has `wait_s`, `outcome` (served, abandoned, converted), and where it is known `handle_s` and `product`. A
journal also tells how many contacts an agent held at every moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from router.core import events as ev
from router.core.lifecycle import CASE
from sim.demand.journal import happened, is_journal
from sim.demand.table import BadData, number, rows_of

OUTCOMES = ("served", "abandoned", "converted")


@dataclass(frozen=True, slots=True)
class Waited:
    """One wait in line, ms, and whether it ended because patience did; otherwise patience was longer."""

    wait_ms: float
    left: bool


@dataclass(slots=True)
class Level:
    """Contact time spent while an agent held so many, ms, and how many contacts ended then."""

    time_ms: int = 0
    ended: int = 0


@dataclass(slots=True)
class Contacts:
    """
    What was seen. `handled` are times from accept to the end of wrap-up, ms, by product; `levels` is by how many
    contacts the agent held, and empty where nobody wrote that down.
    """

    waits: list[Waited] = field(default_factory=list)
    handled: dict[str, list[float]] = field(default_factory=dict)
    levels: dict[int, Level] = field(default_factory=dict)


def are_contacts(path: Path) -> bool:
    """Whether a file holds single contacts, and not counts of them. Raises `BadData`, OSError."""
    return is_journal(path) or any("wait_s" in row for _, row in islice(rows_of(path, ()), 1))


def read_contacts(path: Path) -> Contacts:
    """Read a file. Raises `BadData`, OSError."""
    found = _of_journal(path) if is_journal(path) else _of_table(path)
    if not found.waits:
        raise BadData(path, 0, "holds no contact")
    return found


def _of_table(path: Path) -> Contacts:
    found = Contacts()
    for line, row in rows_of(path, ("wait_s", "outcome")):
        outcome = row["outcome"]
        if outcome not in OUTCOMES:
            raise BadData(path, line, f"outcome: '{outcome[:40]}' is none of {', '.join(OUTCOMES)}")
        found.waits.append(Waited(1000 * number(path, line, row, "wait_s"), outcome == "abandoned"))
        if row.get("handle_s"):
            handled = found.handled.setdefault(row.get("product") or "all", [])
            handled.append(1000 * number(path, line, row, "handle_s"))
    return found


def _of_journal(path: Path) -> Contacts:
    seen = _Seen()
    for one in happened(path):
        for event in one.events:
            seen.note(event, one.now)
    return seen.contacts


class _Seen:
    """Contacts and agents while a journal goes by."""

    def __init__(self) -> None:
        self.contacts = Contacts()
        self._asked: dict[int, tuple[int, str]] = {}
        """When, and of what product, those asked who still wait for their first agent."""
        self._accepted: dict[int, tuple[int, str, int]] = {}
        """When, of what product, and by whom."""
        self._held: dict[int, dict[int, None]] = {}
        self._since: dict[int, int] = {}
        """Since when an agent has held as many as now."""

    def note(self, event: Any, now: int) -> None:
        """One event."""
        if isinstance(event, ev.ContactQueued) and event.channel != CASE:
            self._asked[event.contact_id] = event.waiting_since, event.line.partition("/")[0]
        elif isinstance(event, ev.ContactConnected):
            self._accept(event.contact_id, event.agent_id, now)
        elif isinstance(event, ev.ContactAbandoned):
            self._end_wait(event.contact_id, event.ended, left=True)
        elif isinstance(event, ev.ContactConverted | ev.ContactSentAway):
            self._end_wait(event.contact_id, now, left=False)
        elif isinstance(event, ev.ContactClosed):
            self._close(event.contact_id, now)
        elif isinstance(event, ev.ContactTransferred | ev.ContactRequeued | ev.ContactParked):
            self._let_go(event.contact_id, now, ended=False)

    def _end_wait(self, contact_id: int, now: int, *, left: bool) -> str | None:
        asked = self._asked.pop(contact_id, None)
        if asked is None:
            return None
        self.contacts.waits.append(Waited(now - asked[0], left))
        return asked[1]

    def _accept(self, contact_id: int, agent_id: int, now: int) -> None:
        product = self._end_wait(contact_id, now, left=False)
        if product is None:
            return  # Not the first agent, or not seen from the beginning.
        self._pass_time(agent_id, now)
        self._held.setdefault(agent_id, {})[contact_id] = None
        self._accepted[contact_id] = now, product, agent_id

    def _close(self, contact_id: int, now: int) -> None:
        if contact_id in self._accepted:
            accepted, product, _ = self._accepted[contact_id]
            self.contacts.handled.setdefault(product, []).append(now - accepted)
            self._let_go(contact_id, now, ended=True)

    def _let_go(self, contact_id: int, now: int, *, ended: bool) -> None:
        known = self._accepted.pop(contact_id, None)
        if known is None:
            return
        agent_id = known[2]
        self._pass_time(agent_id, now)
        held = self._held[agent_id]
        self._level(len(held)).ended += ended
        del held[contact_id]

    def _pass_time(self, agent_id: int, now: int) -> None:
        """What the agent held until now counts for every contact of it."""
        held = len(self._held.get(agent_id, ()))
        if held:
            self._level(held).time_ms += held * (now - self._since[agent_id])
        self._since[agent_id] = now

    def _level(self, held: int) -> Level:
        return self.contacts.levels.setdefault(held, Level())


def split(waits: Sequence[Waited]) -> tuple[list[float], list[bool]]:
    """(waits, whether patience ended them), as statistics take them."""
    return [one.wait_ms for one in waits], [one.left for one in waits]
