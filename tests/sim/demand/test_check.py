"""Demand that does not fit the rest of a scenario is told where it stands, with what to do."""

from typing import Any

import pytest

from router.core import events as ev
from sim.problems import BadDocument
from sim.scenario import Scenario
from tests.sim.demand.desk import STREAMS, day, desk

STREAM = STREAMS[0]
DAILY: dict[str, Any] = {"every": "1 h", "daily": [1.0]}
RATED: dict[str, Any] = {"product": "expense", "language": "en", "profile": "day"}
SURGE = {"product": "expense", "starts": "09:00", "lasts": "1 h", "size": 1.0}
WINDOW = {"products": ["expense"], "starts": "10:00", "lasts": "1 h", "come": 0.5}


@pytest.mark.parametrize(
    ("demand", "told"),
    [
        ({"streams": []}, "demand: nobody asks: give 'streams', or 'traces', or both"),
        (
            {"profiles": {"day": {**DAILY, "week": {"mon": [1.0]}}}},
            "give exactly one of 'per_hour', 'daily' and 'week'",
        ),
        ({"profiles": {"day": {"every": "1 h", "daily": [1.0] * 25}}}, "25 intervals from 'starts' on reach beyond"),
        ({"profiles": {"day": {**DAILY, "time_zone": "Europe/Berlim"}}}, "unknown time zone 'Europe/Berlim'. Did you"),
        (
            {"profiles": {"day": DAILY}, "streams": [{**RATED, "zones": {"Asia/Tokyo": 0.5}}]},
            "the shares of 'zones' add up to 0.5, not to 1",
        ),
        ({"streams": [{**STREAM, "zones": {"Asia/Tokyo": 1.0}}]}, "a constant rate has none"),
        (
            {"streams": [{**STREAM, "channel": "callback"}]},
            "demand.streams[0].channel: whoever asks to be called needs a",
        ),
        ({"surges": {"p1": {**SURGE, "product": "expanse"}}}, "unknown product 'expanse'. Did you mean 'expense'?"),
        ({"surges": {"p1": {**SURGE, "spill": {"hotel": 0.1}}}}, "demand.surges.p1.spill: unknown product 'hotel'"),
        ({"surges": {"p1": {**SURGE, "spill": {"expense": 1.0}}}}, "'spill' is for its neighbours"),
        ({"surges": {"p1": {**SURGE, "ramp": "2 h"}}}, "'ramp' and 'hold' together are longer than it 'lasts'"),
        ({"surges": {"p1": {**SURGE, "hold": "10 min"}}}, "after 'hold' it ends or halves"),
        ({"surges": {"p1": {**SURGE, "retrial": 0.5}}}, "how they try again stands in 'demand.retrial'"),
        (
            {"streams": [STREAM], "surges": {"p1": {**SURGE, "product": "travel"}}},
            "no stream asks for 'travel', so there is nothing that could grow or shrink",
        ),
        (
            {"maintenance": {"m": {**WINDOW, "back": {"from": "10:30", "to": "12:00"}}}},
            "demand.maintenance.m.back: the deferred cannot come back before",
        ),
        ({"retrial": {"share": 0.1, "delay": "never"}}, "demand.retrial.delay: 'never' is for patience only"),
        ({"busyness": {}}, "give 'alpha', or 'periods', or both"),
        ({"busyness": {"alpha": 0.0}}, "should be greater than 0"),
        ({"busyness": {"periods": {"every": "1 ms", "alpha": 5.0}}}, "more than 100,000 periods in one run"),
        ({"traces": [{"file": "nowhere.csv"}]}, "demand.traces[0].file: No such file or directory"),
        ({"streams": [{**STREAM, "per_hour": 1e6}]}, "at most 20,000,000 are possible"),
    ],
)
def test_what_is_wrong_is_told(demand: dict[str, Any], told: str) -> None:
    """Path, what is wrong, what to do."""
    with pytest.raises(BadDocument) as problem:
        desk(demand)

    assert told in str(problem.value)


@pytest.mark.parametrize(
    "demand",
    [
        {"profiles": {"day": {"every": "1 h", "week": {"mon": [1.0]}}}},
        {"profiles": {"day": {**DAILY, "time_zone": "Asia/Tokyo"}}},
        {"profiles": {"day": DAILY}, "streams": [{**RATED, "zones": {"Asia/Tokyo": 1.0}}]},
        {"busyness": {"alpha": {"mon": 5.0}}},
    ],
)
def test_what_depends_on_the_day_needs_a_date(demand: dict[str, Any]) -> None:
    """Weekdays and clocks abroad are not guessed."""
    with pytest.raises(BadDocument, match=r"give 'calendar\.date'"):
        desk(demand, calendar={})


def several() -> Scenario:
    """A stream of every channel, of people who say that everybody is affected."""
    streams = [
        {**STREAM, "channel": channel, "impact": "everybody"} for channel in ("chat", "call", "callback", "case")
    ]
    return desk({"streams": streams}, callback={"accept": 0.0}, run={"horizon": "1 h"})


def test_every_channel_can_be_asked_for() -> None:
    """Chats, calls, callbacks and cases come in by the desk's own commands and are worked on."""
    counted, events = day(several())

    channels = [e.channel for _, e in events if isinstance(e, ev.ContactQueued)]
    assert {"chat", "call", "case"} == set(channels)
    assert any(isinstance(e, ev.CallbackRequested) for _, e in events)
    assert all(
        e.claimed_impact == "everybody" for _, e in events if isinstance(e, ev.ContactQueued) and e.channel != "case"
    )
    assert counted.total.completed == counted.total.reservations > 40
    assert counted.total.offered == channels.count("chat") + channels.count("call")


def test_those_who_take_another_language_say_so() -> None:
    """The share told agrees, and which of them does not depend on anything else."""
    events = day(desk({"streams": [{**STREAM, "agreed": 0.55}]}))[1]

    agreed = [e.agreed for _, e in events if isinstance(e, ev.ContactQueued)]
    assert sum(agreed) / len(agreed) == pytest.approx(0.55, abs=0.06)
