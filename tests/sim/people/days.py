"""A small desk to change one thing of, and what happened on it."""

from collections.abc import Iterable
from typing import Any, TypeVar

from router.core import events as ev
from router.core.events import Event
from sim.counted import Counted
from sim.model import build
from sim.scenario_file import as_scenario
from sim.twin import Twin

Happened = list[tuple[int, Event]]
One = TypeVar("One")

MINUTE = 60_000

SKILLS: dict[str, Any] = {"products": ["expense", "travel"], "languages": ["en"]}

DESK: dict[str, Any] = {
    "name": "desk",
    "policy": {"products": ["expense", "travel"], "languages": ["en"], "offer_timeout": "20 s", "wrap_up": "10 min"},
    "demand": {"streams": [{"product": "expense", "language": "en", "per_hour": 40}]},
    "people": {"crew": {"agents": 6, **SKILLS}},
    "work": {"handle_time": {"exponential": "6 min"}, "wrap_up": "30 s"},
    "patience": {"exponential": "4 min"},
    "run": {"horizon": "4 h", "seed": 3},
}


def desk(**parts: Any) -> dict[str, Any]:
    """The desk with some keys of its sections replaced; a section that is no mapping, or new, is taken as it is."""
    changed = dict(DESK)
    for key, part in parts.items():
        old = changed.get(key)
        changed[key] = {**old, **part} if isinstance(old, dict) and isinstance(part, dict) else part
    return changed


def run(data: dict[str, Any], replication: int = 0, seed: int = 3) -> tuple[Counted, Happened]:
    """One replication: what was counted, and every event with its time. The laws of every run have been checked."""
    seen: Happened = []
    twin = Twin(
        build(as_scenario(data)), seed, replication, lambda now, events: seen.extend((now, event) for event in events)
    )
    return twin.run(), seen


def of(happened: Happened, kind: type[One]) -> list[tuple[int, One]]:
    """The events of one kind, with their times."""
    return [(now, event) for now, event in happened if isinstance(event, kind)]


def statuses(happened: Happened, agent_id: int) -> list[tuple[int, str, str]]:
    """(time, status, reason) of one agent."""
    return [(now, e.status, e.reason) for now, e in of(happened, ev.AgentStatusSet) if e.agent_id == agent_id]


def held(happened: Happened) -> Iterable[tuple[int, int, int]]:
    """(contact, accepted, ended) of every conversation that was brought to its end."""
    begun = {e.contact_id: now for now, e in of(happened, ev.ContactConnected)}
    return [
        (e.contact_id, begun[e.contact_id], now) for now, e in of(happened, ev.ContactEnded) if e.contact_id in begun
    ]
