"""Nobody is rung at night: the policy's quiet hours hold in the twin, each number's in the zone of its customer."""

from typing import Any

import pytest

from router.core import events as ev
from router.core.events import Event
from sim.problems import BadDocument
from sim.scenario import Scenario
from tests.sim.demand.desk import day, desk

HOUR = 3_600_000
ZONES = {"Europe/Berlin": 0.5, "America/New_York": 0.5}
OFFICE = {"starts": "08:00", "every": "1 h", "daily": [20] * 10}
POLICY: dict[str, Any] = {
    "products": ["expense", "travel"],
    "languages": ["en"],
    "callbacks": {"quiet_hours": {"begin": "20:00", "end": "08:00"}, "lifetime": "3 d"},
}
AWAKE = {"Europe/Berlin": (8, 20), "America/New_York": (14, 26)}
"""Hours in which a number may be rung, on the desk's clock in Berlin: New York is six hours behind in November."""


def ringing(
    channel: str = "callback", zones: dict[str, float] | None = None, office: dict[str, Any] = OFFICE, **parts: Any
) -> Scenario:
    """A day around the clock on which everybody who must wait, or asks, is to be called."""
    stream = {"product": "expense", "language": "en", "channel": channel, "profile": "office", "zones": zones or {}}
    demand = {"profiles": {"office": office}, "streams": [stream]}
    callback = {"accept": 1.0, "reach": 0.7}
    more = {"policy": POLICY, "callback": callback, "run": {"horizon": "24 h", "end": "drain"}, **parts}
    return desk(demand, **more)


def dialled(events: list[tuple[int, Event]]) -> dict[int, list[float]]:
    """By contact, the hours of the desk's day at which it was dialled."""
    found: dict[int, list[float]] = {}
    for now, event in events:
        if isinstance(event, ev.DialStarted):
            found.setdefault(event.contact_id, []).append(now / HOUR % 24)
    return found


def test_numbers_are_rung_by_day_where_their_customers_live() -> None:
    """First dials and later attempts alike; who asks after office hours of one zone lives in the other."""
    events = day(ringing(zones=ZONES))[1]
    asked = {e.contact_id: (now / HOUR, e.quiet) for now, e in events if isinstance(e, ev.CallbackRequested)}
    # The first night that is not over begins or ends by the wall of one zone.
    lives = {
        contact: "Europe/Berlin" if quiet[0][1] // HOUR % 24 == 8 else "America/New_York"
        for contact, (_, quiet) in asked.items()
    }

    assert {lives[contact] for contact, (at, _) in asked.items() if at < 14} == {"Europe/Berlin"}
    assert {lives[contact] for contact, (at, _) in asked.items() if at >= 18} == {"America/New_York"}
    assert {lives[contact] for contact, (at, _) in asked.items() if 14 <= at < 18} == set(AWAKE)
    for contact, hours in dialled(events).items():
        begin, end = AWAKE[lives[contact]]
        assert all(begin <= hour < end or hour + 24 < end for hour in hours)


def test_who_asks_at_night_is_called_in_the_morning() -> None:
    """Without zones everybody lives where the desk is; a chat that becomes a callback is no exception."""
    crew = {"all": {"agents": 1, "products": ["expense", "travel"], "languages": ["en"]}}
    events = day(ringing("chat", office={**OFFICE, "starts": "18:00", "daily": [20] * 5}, people=crew))[1]
    hours = [hour for each in dialled(events).values() for hour in each]

    assert hours
    assert all(8 <= hour < 20 for hour in hours)


def test_without_quiet_hours_a_number_is_rung_at_any_time() -> None:
    """As before: nothing is known to be quiet."""
    policy = {**POLICY, "callbacks": {"lifetime": "3 d"}}
    events = day(ringing(zones=ZONES, policy=policy))[1]

    assert {e.quiet for _, e in events if isinstance(e, ev.CallbackRequested)} == {()}


def test_quiet_hours_need_a_date() -> None:
    """Without one nobody knows when it is night elsewhere."""
    with pytest.raises(BadDocument, match=r"give 'calendar\.date'"):
        ringing(calendar={"time_zone": "Europe/Berlin"})
