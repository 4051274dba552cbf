"""Customers who come again: who, how often, after how long, and that nobody is lost or counted twice."""

from typing import Any

import pytest

from router.core import events as ev
from sim.laws import COMING_SHIFT
from tests.sim.demand.desk import day, desk

FEW = {"people": {"all": {"agents": 2, "products": ["expense", "travel"], "languages": ["en"]}}}
WHO = (1 << COMING_SHIFT) - 1
RETRIAL: dict[str, Any] = {"share": 1.0, "delay": "10 min", "at_most": 2}


def queued(scenario: Any) -> dict[int, int]:
    """Time of asking by contact."""
    return {e.contact_id: now for now, e in day(scenario)[1] if isinstance(e, ev.ContactQueued)}


def test_those_who_left_try_again() -> None:
    """After the delay told, as the same ASC, at most as often as told, and only until the horizon."""
    scenario = desk({"retrial": RETRIAL}, **FEW, patience="4 min")
    counted, events = day(scenario)
    left = {e.contact_id: now for now, e in events if isinstance(e, ev.ContactAbandoned)}
    came = {e.contact_id: (now, e.asc_id) for now, e in events if isinstance(e, ev.ContactQueued)}

    again = {ident for ident in came if ident >> COMING_SHIFT}
    assert {ident >> COMING_SHIFT for ident in again} == {1, 2}
    for ident in again:
        assert came[ident][0] == left[ident - (1 << COMING_SHIFT)] + 600_000
        assert came[ident][1] == ident & WHO
    may = {i for i, now in left.items() if i >> COMING_SHIFT < 2 and now + 600_000 < 24 * 3_600_000}
    assert again == {ident + (1 << COMING_SHIFT) for ident in may}
    assert counted.total.offered == len(came)
    assert counted.total.served + counted.total.abandoned + counted.total.short_abandoned == counted.total.offered


def test_those_turned_away_try_again() -> None:
    """A full line makes no event of a contact, but a customer who may come again."""
    policy = {"products": ["expense", "travel"], "languages": ["en"], "routing": {"queue_limit": 3}}
    blocked = {**RETRIAL, "after": ["blocked"]}
    plain, again = (day(desk(demand, **FEW, policy=policy))[0].total for demand in ({}, {"retrial": blocked}))

    assert plain.blocked > 100
    assert again.offered > plain.offered + 0.9 * plain.blocked
    assert again.offered == again.served + again.blocked


def test_the_share_is_kept_and_does_not_depend_on_the_staff() -> None:
    """Whether somebody would try again is drawn by who it is: a busier desk only asks more of them."""
    few = queued(desk({"retrial": {**RETRIAL, "share": 0.3}}, **FEW, patience="1 min"))
    none = {"people": {"all": {**FEW["people"]["all"], "agents": 1}}}
    fewer = queued(desk({"retrial": {**RETRIAL, "share": 0.3}}, **none, patience="1 min"))
    first = [ident for ident in fewer if not ident >> COMING_SHIFT]

    again = {ident for ident in few if ident >> COMING_SHIFT == 1}
    again_fewer = {ident for ident in fewer if ident >> COMING_SHIFT == 1}
    assert len(again_fewer) / len(first) == pytest.approx(0.28, abs=0.04)
    assert len(again - again_fewer) < 0.1 * len(again)


def test_those_served_may_have_one_more_question() -> None:
    """A repeat comes after the end of a conversation, once, and is served like any other."""
    scenario = desk({"repeat": {"share": 0.2, "delay": {"exponential": "30 min"}}})
    ended = {e.contact_id: now for now, e in day(scenario)[1] if isinstance(e, ev.ContactEnded)}
    came = queued(scenario)

    again = {ident for ident in came if ident >> COMING_SHIFT}
    assert {ident >> COMING_SHIFT for ident in again} == {1}
    assert all(came[ident] > ended[ident & WHO] for ident in again)
    assert len(again) / (len(came) - len(again)) == pytest.approx(0.19, abs=0.03)


def test_nobody_comes_again_unless_told() -> None:
    """Without the sections a day is as it was; with a share of 0 too."""
    plain = queued(desk({}, **FEW, patience="4 min"))

    assert plain == queued(desk({"retrial": {**RETRIAL, "share": 0.0}}, **FEW, patience="4 min"))
    assert not any(ident >> COMING_SHIFT for ident in plain)
