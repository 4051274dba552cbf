"""What comes on top and what stays away, and that nobody else is touched by either."""

from typing import Any

import pytest

from router.core import events as ev
from sim.demand.sources import sources
from sim.demand.steps import Steps
from sim.laws import STREAM_SHIFT
from sim.model import build
from sim.scenario import Scenario
from tests.sim.demand.desk import asked, day, desk

HOUR = 3_600_000
FLOOD: dict[str, Any] = {
    "product": "expense", "starts": "09:00", "lasts": "70 min", "ramp": "10 min", "half_life": "30 min", "size": 3.0,
    "echo": {"size": 0.15, "lasts": "20 min"}, "spill": {"travel": 0.12},
}  # fmt: skip


def surge_rate(scenario: Scenario, product: str) -> Steps:
    """Contacts per hour on top in a product."""
    return next(each.rate for each in sources(scenario)[2:] if each.product == product)


def at(rate: Steps, minutes: float) -> float:
    """The rate so many minutes after nine."""
    return float(rate.at(Steps.of([9 * HOUR + minutes * 60_000], []).edges)[0])


def test_a_flood_rises_halves_and_echoes() -> None:
    """In a straight line to `size` times the line's own rate, half of it a half-life later, then only the echo."""
    rate = surge_rate(desk({"surges": {"p1": FLOOD}}), "expense")

    assert [at(rate, m) for m in (-1, 5.5, 10.5, 40.5)] == pytest.approx([0, 99, 178, 89], rel=0.02)
    assert [at(rate, m) for m in (71, 89, 91)] == pytest.approx([9, 9, 0])


def test_a_flood_spills_over_to_the_neighbour_s_own_rate() -> None:
    """Of the share told, by the neighbour's own rate, at the same times."""
    scenario = desk({"surges": {"p1": FLOOD}})

    assert at(surge_rate(scenario, "travel"), 20) / 30 == pytest.approx(
        0.12 * at(surge_rate(scenario, "expense"), 20) / 60
    )


def test_whoever_comes_anyway_stays_the_same() -> None:
    """The contacts of a day without the surge are those of the day with it, at the same times, and more come."""
    calm, flooded = asked(desk({})), asked(desk({"surges": {"p1": FLOOD}}))

    assert set(calm) < set(flooded)
    more = [(now, ident) for now, ident in flooded if ident >> STREAM_SHIFT >= 2]
    assert len(more) == len(flooded) - len(calm)
    assert all(9 * HOUR <= now < 10.5 * HOUR for now, _ in more)
    assert 100 < len(more) < 220


def test_their_contacts_are_linked_to_the_incident_and_counted() -> None:
    """By whoever talks to them first, once, on every channel; nobody else is linked, and nothing else changes."""
    parts = {
        "calendar": {"date": "2026-11-17", "starts": "08:30"},
        "run": {"horizon": "2 h"},
        "people": {"all": {"agents": 12, "products": ["expense", "travel"], "languages": ["en"]}},
        "patience": {"exponential": "5 min"},
        "callback": {"accept": 0.3},
    }
    plain = day(desk({"surges": {"p1": FLOOD}}, **parts))[1]
    counted, events = day(desk({"surges": {"p1": {**FLOOD, "incident": "INC-1"}}}, **parts))
    linked = [event for _, event in events if isinstance(event, ev.IncidentLinked)]
    talked = {e.contact_id for _, e in events if isinstance(e, ev.ContactConnected | ev.CallbackReached)}

    assert {event.incident for event in linked} == {"INC-1"}
    assert {event.contact_id for event in linked} == {one for one in talked if one >> STREAM_SHIFT >= 2}
    assert counted.total.linked == len(linked) > 30
    assert counted.total.linked == sum(one.linked for one in counted.lines.values())
    ends = [[(now, e.contact_id) for now, e in one if isinstance(e, ev.ContactEnded)] for one in (plain, events)]
    assert ends[0] == ends[1]


def test_they_say_whom_it_concerns() -> None:
    """The claim goes with the contact; the desk decides what follows from it."""
    events = day(desk({"surges": {"p1": {**FLOOD, "impact": "everybody"}}}))[1]

    claims = {
        e.claimed_impact for now, e in events if isinstance(e, ev.ContactQueued) and e.contact_id >> STREAM_SHIFT >= 2
    }
    assert claims == {"everybody"}


def test_an_early_word_keeps_away_all_whom_a_late_one_does() -> None:
    """Being told is thinning: whoever comes although told at once also comes when told late."""
    told = {
        after: set(asked(desk({"surges": {"p1": {**FLOOD, "told": {"after": after, "deflects": 0.45}}}})))
        for after in ("5 min", "25 min")
    }
    silent = set(asked(desk({"surges": {"p1": FLOOD}})))

    assert told["5 min"] < told["25 min"] < silent
    late = [one for one in silent if one[1] >> STREAM_SHIFT >= 2 and one[0] >= 9 * HOUR + 5 * 60_000]
    gone = len(silent) - len(told["5 min"])
    assert gone / len(late) == pytest.approx(0.45, abs=0.12)


def test_agents_who_know_the_answer_are_quicker() -> None:
    """The factor on the handle time holds for the surge's own contacts, and changes with the first word."""
    surge = {**FLOOD, "handle_time": 0.8, "told": {"after": "25 min", "handle_time": 0.4}}
    events = day(desk({"surges": {"p1": surge}}))[1]
    began, took = {}, {}
    for now, event in events:
        if isinstance(event, ev.ContactConnected):
            began[event.contact_id] = now
        elif isinstance(event, ev.ContactEnded):
            took[event.contact_id] = now - began[event.contact_id]

    of_surge = {began[ident]: ms for ident, ms in took.items() if ident >> STREAM_SHIFT >= 2}
    word = 9 * HOUR + 25 * 60_000
    assert {ms for at_ms, ms in of_surge.items() if at_ms < word} == {240_000}
    assert {ms for at_ms, ms in of_surge.items() if at_ms >= word} == {120_000}
    assert {ms for ident, ms in took.items() if ident >> STREAM_SHIFT < 2} == {300_000}


def test_maintenance_keeps_away_and_brings_back() -> None:
    """In the window the share told comes; of the others the share told comes afterwards, as the same customers."""
    window = {
        "products": ["expense"], "starts": "10:00", "lasts": "6 h", "come": 0.35, "deferred": 0.4,
        "back": {"day": 0, "from": "18:00", "to": "20:00"},
    }  # fmt: skip
    plain = {ident: now for now, ident in asked(desk({}), product="expense")}
    announced = {ident: now for now, ident in asked(desk({"maintenance": {"m": window}}), product="expense")}
    inside = {ident for ident, now in plain.items() if 10 * HOUR <= now < 16 * HOUR}

    came = {ident for ident in inside if announced.get(ident) == plain[ident]}
    deferred = {ident for ident in inside if ident in announced} - came
    assert {ident: now for ident, now in announced.items() if ident not in inside} == {
        ident: now for ident, now in plain.items() if ident not in inside
    }
    assert all(18 * HOUR <= announced[ident] < 20 * HOUR for ident in deferred)
    assert len(came) / len(inside) == pytest.approx(0.35, abs=0.1)
    assert len(deferred) / (len(inside) - len(came)) == pytest.approx(0.4, abs=0.13)
    assert asked(desk({}), product="travel") == asked(desk({"maintenance": {"m": window}}), product="travel")


def test_a_faster_day_has_the_same_surge() -> None:
    """Ten times as fast: the same contacts, at a tenth of the time."""
    demand = {"surges": {"p1": {**FLOOD, "told": {"after": "5 min", "deflects": 0.3}}}, "busyness": {"alpha": 30}}
    slow, fast = asked(desk(demand)), asked(desk(demand, run={"horizon": "24 h", "compress": 10}))

    assert [ident for _, ident in fast] == [ident for _, ident in slow]
    assert [now * 10 for now, _ in fast] == pytest.approx([now for now, _ in slow], abs=6)
    assert len(build(desk(demand)).streams) == 4
