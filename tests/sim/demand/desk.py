"""A small desk whose demand each test chooses."""

from typing import Any

from router.core import events as ev
from router.core.events import Event
from sim.counted import Counted
from sim.model import build
from sim.scenario import Scenario
from sim.scenario_file import as_scenario
from sim.twin import Twin

STREAMS: list[dict[str, Any]] = [
    {"product": "expense", "language": "en", "per_hour": 60},
    {"product": "travel", "language": "en", "per_hour": 30},
]


def desk(demand: dict[str, Any], **parts: Any) -> Scenario:
    """Enough agents for nobody to wait, unless told otherwise; sections are replaced by `parts`."""
    everything: dict[str, Any] = {
        "name": "small",
        "calendar": {"date": "2026-11-17", "time_zone": "Europe/Berlin"},
        "policy": {"products": ["expense", "travel"], "languages": ["en"], "routing": {"queue_limit": 5_000}},
        "demand": {"streams": STREAMS, **demand},
        "people": {"all": {"agents": 300, "products": ["expense", "travel"], "languages": ["en"]}},
        "work": {"handle_time": "5 min"},
        "run": {"horizon": "24 h"},
    }
    return as_scenario({**everything, **parts})


def day(scenario: Scenario, replication: int = 0, seed: int = 3) -> tuple[Counted, list[tuple[int, Event]]]:
    """One replication: what was counted, and every event with its time."""
    seen: list[tuple[int, Event]] = []
    twin = Twin(build(scenario), seed, replication, lambda now, events: seen.extend((now, event) for event in events))
    return twin.run(), seen


def asked(scenario: Scenario, replication: int = 0, product: str = "") -> list[tuple[int, int]]:
    """(time in ms, number) of every contact of a day that stood in a line."""
    events = day(scenario, replication)[1]
    return [
        (now, event.contact_id)
        for now, event in events
        if isinstance(event, ev.ContactQueued) and event.line.startswith(product)
    ]
