"""Work by channel, cases, transfers, silent leavers, and patience with a mass at zero."""

import re
from typing import Any

import pytest

from router.core import events as ev
from sim.problems import BadDocument
from sim.scenario_file import as_scenario
from tests.sim.people.days import MINUTE, SKILLS, desk, held, of, run

EXPENSE = {"product": "expense", "language": "en"}


def streams(**per_hour: float) -> dict[str, Any]:
    return {"streams": [{**EXPENSE, "channel": channel, "per_hour": rate} for channel, rate in per_hour.items()]}


def test_calls_need_a_whole_agent() -> None:
    """An agent in a call has no chat beside it."""
    people = {"crew": {"agents": 4, **SKILLS, "chats": 3}}
    happened = run(desk(demand=streams(chat=40, call=20), people=people, patience="never"))[1]
    channel = {e.contact_id: e.channel for _, e in of(happened, ev.ContactQueued)}
    busy: dict[int, set[int]] = {}

    assert set(channel.values()) == {"chat", "call"}
    for _, event in happened:
        if isinstance(event, ev.OfferMade):
            busy.setdefault(event.agent_id, set()).add(event.contact_id)
            kinds = [channel[each] for each in busy[event.agent_id]]
            assert "call" not in kinds or len(kinds) == 1
        elif isinstance(event, ev.ContactClosed | ev.OfferWithdrawn | ev.OfferTimedOut):
            busy[event.agent_id].discard(event.contact_id)


def test_each_channel_has_laws_of_its_own() -> None:
    """Handle time and wrap-up by channel; what is not said is as in general."""
    work = {
        "handle_time": "6 min",
        "wrap_up": "30 s",
        "channels": {
            "call": {"handle_time": "9 min", "wrap_up": "90 s"},
            "case": {"handle_time_by_product": {"expense": "3 min"}},
        },
    }
    happened = run(desk(demand=streams(chat=10, call=10, case=10), work=work, patience="never"))[1]
    channel = {e.contact_id: e.channel for _, e in of(happened, ev.ContactQueued)}
    wrapped = {e.contact_id: now for now, e in of(happened, ev.ContactClosed)}
    took = {(channel[c], (end - begun) / MINUTE, (wrapped[c] - end) / MINUTE) for c, begun, end in held(happened)}

    assert took == {("chat", 6, 0.5), ("call", 9, 1.5), ("case", 3, 0.5)}


def test_cases_fill_the_gaps_and_are_told_apart_in_the_occupancy() -> None:
    """A backlog is worked off when nobody waits; it is no live contact, and its time is in the occupancy."""
    backlog, quiet = [{**EXPENSE, "cases": 30}], streams(chat=15)
    work = {**desk()["work"], "backlog": backlog, "channels": {"case": {"handle_time": "10 min", "wrap_up": "0 s"}}}
    without, with_cases = (
        run(desk(patience="never", demand=quiet, work=one))[0].total for one in (desk()["work"], work)
    )

    assert (with_cases.offered, with_cases.cases, with_cases.cases_done) == (without.offered, 30, 30)
    assert with_cases.casework_ms == 30 * 10 * MINUTE
    assert with_cases.busy_ms == pytest.approx(without.busy_ms + 30 * 10 * MINUTE, rel=0.02)
    assert without.casework_ms == 0


def test_a_case_is_taken_up_only_when_nobody_waits() -> None:
    """Whenever a case is offered, no chat waits that the agent could have served."""
    happened = run(desk(demand=streams(chat=60, case=20), patience="never"))[1]
    channel = {e.contact_id: e.channel for _, e in of(happened, ev.ContactQueued)}
    waiting: set[int] = set()

    for _, event in happened:
        if isinstance(event, ev.ContactQueued) and event.channel == "chat":
            waiting.add(event.contact_id)
        elif isinstance(event, ev.OfferMade):
            waiting.discard(event.contact_id)
            assert channel[event.contact_id] == "chat" or not waiting


def test_a_share_is_handed_on_and_served_in_the_other_line() -> None:
    """Handed on after what the first agent needs, taken up by whoever serves the other line, counted once."""
    work = {**desk()["work"], "transfers": [{"from": "expense", "to": "travel", "share": 0.25, "after": "2 min"}]}
    people = {
        "crew": {"agents": 6, "products": ["expense"], "languages": ["en"]},
        "other": {"agents": 3, "products": ["travel"], "languages": ["en"]},
    }
    counted, happened = run(desk(work=work, people=people, patience="never", run={"horizon": "12 h"}))
    moved = {e.contact_id: (now, e.agent_id) for now, e in of(happened, ev.ContactTransferred)}
    served = [(e.contact_id, now, e.agent_id) for now, e in of(happened, ev.ContactConnected)]

    assert len(moved) / counted.total.offered == pytest.approx(0.25, abs=0.05)
    assert counted.total.served == counted.total.offered
    for contact, (at, _) in moved.items():
        first, second = ((now, who) for one, now, who in served if one == contact)
        assert at - first[0] == 2 * MINUTE
        assert first[1] <= 6 < second[1]


def crews(specialists: int) -> dict[str, Any]:
    return {
        "crew": {"agents": 6, **SKILLS},
        "second": {"agents": specialists, **SKILLS, "pool": "experts"},
    }


def test_a_share_is_handed_on_to_a_pool_in_the_same_line() -> None:
    """Whoever is in the pool takes it up, and hands nothing on to it again."""
    work = {**desk()["work"], "transfers": [{"from": "expense", "pool": "experts", "share": 0.5}]}
    happened = run(desk(work=work, people=crews(3), patience="never"))[1]
    moved = {e.contact_id: e for _, e in of(happened, ev.ContactTransferred)}
    served = [(e.contact_id, e.agent_id) for _, e in of(happened, ev.ContactConnected)]

    assert len(moved) > 20
    assert {(event.line, event.pool) for event in moved.values()} == {("expense/en", "experts")}
    for contact in moved:
        first, second = (who for one, who in served if one == contact)
        assert first <= 6 < second


def test_a_share_is_handed_on_to_one_agent_of_a_group() -> None:
    """One of those who are there, each now and then; the same ones in the same replication."""
    work = {**desk()["work"], "transfers": [{"from": "expense", "agent_of": "second", "share": 0.5}]}
    once, again = (run(desk(work=work, people=crews(3), patience="never"))[1] for _ in range(2))
    named = [e.for_agent for _, e in of(once, ev.ContactTransferred)]

    assert len(named) > 20
    assert set(named) == {7, 8, 9}
    assert once == again


def test_nobody_is_handed_on_to_where_nobody_is() -> None:
    """The first agent brings it to its end instead."""
    people = crews(2)
    people["second"]["shift"] = {"from": "00:00", "to": "01:00"}
    for to in ({"pool": "experts"}, {"agent_of": "second"}):
        work = {**desk()["work"], "transfers": [{"from": "expense", **to, "share": 0.5}]}
        counted, happened = run(desk(work=work, people=people, patience="never"))
        times = [now for now, _ in of(happened, ev.ContactTransferred)]

        assert 0 < len(times)
        assert max(times) <= 60 * MINUTE
        assert counted.total.served == counted.total.offered


@pytest.mark.parametrize(
    ("transfer", "said"),
    [
        ({"to": "travel", "pool": "experts"}, "exactly one of 'to', 'pool' and 'agent_of'"),
        ({}, "exactly one of 'to', 'pool' and 'agent_of'"),
        ({"pool": "expert"}, "Did you mean 'experts'?"),
        ({"agent_of": "secund"}, "Did you mean 'second'?"),
    ],
)
def test_a_transfer_names_one_receiver_that_there_is(transfer: dict[str, Any], said: str) -> None:
    """To a line, a pool or an agent, and to exactly one of them; an unknown one is an error with a suggestion."""
    work = {**desk()["work"], "transfers": [{"from": "expense", "share": 0.1, **transfer}]}
    with pytest.raises(BadDocument, match=re.escape(said)):
        as_scenario(desk(work=work, people=crews(3)))


def test_who_is_handed_on_may_lose_patience_again() -> None:
    """Patience begins anew in the other line; leaving there does not undo having been served."""
    work = {**desk()["work"], "transfers": [{"from": "expense", "to": "travel", "share": 0.5}]}
    people = {
        "crew": {"agents": 8, "products": ["expense"], "languages": ["en"]},
        "other": {"agents": 1, "products": ["travel"], "languages": ["en"]},
    }
    counted, happened = run(desk(work=work, people=people))
    moved = {e.contact_id for _, e in of(happened, ev.ContactTransferred)}
    left = {e.contact_id for _, e in of(happened, ev.ContactAbandoned)}

    assert moved & left
    assert counted.total.served + counted.total.abandoned + counted.total.short_abandoned == counted.total.offered


def test_silent_leavers_cost_time_and_are_not_served() -> None:
    """They stay in line until accepted; the agent finds out after a while; the measures find them from the words."""
    people = {"crew": {"agents": 3, **SKILLS}}
    patience = {"exponential": "2 min", "silent": 0.5, "silent_takes": "1 min"}
    policy = {"silent_idle": "0 s"}  # Who asked a moment ago may be gone, too.
    counted, happened = run(desk(people=people, patience=patience, policy=policy))
    total = counted.total
    spoke = {e.contact_id for _, e in of(happened, ev.MessagePosted) if e.party == "asc"}
    accepted = {e.contact_id for _, e in of(happened, ev.ContactConnected)}
    short = [end - begun for contact, begun, end in held(happened) if contact not in spoke]

    assert total.silent == len(accepted - spoke) > 10
    assert total.served == len(spoke)
    assert total.abandoned > 10
    assert set(short) == {MINUTE}


def test_nobody_is_silent_who_need_not_wait() -> None:
    """With agents to spare everybody is there when the chat is accepted."""
    patience = {"exponential": "2 min", "silent": 1.0}
    total = run(desk(people={"crew": {"agents": 40, **SKILLS}}, patience=patience))[0].total

    assert (total.silent, total.served) == (0, total.offered)


def test_some_leave_as_soon_as_they_must_wait() -> None:
    """The share of those who must wait and leave in the same instant, by channel."""
    patience = {
        "exponential": "30 min",
        "at_once": 0.3,
        "channels": {"call": {"exponential": "30 min", "at_once": 0.0}},
    }
    data = desk(demand=streams(chat=40, call=20), people={"crew": {"agents": 3, **SKILLS}}, patience=patience)
    happened = run(data)[1]
    channel = {e.contact_id: (now, e.channel) for now, e in of(happened, ev.ContactQueued)}
    free = {(e.contact_id, now) for now, e in of(happened, ev.OfferMade)}
    had_to_wait = [c for c, (now, what) in channel.items() if what == "chat" and (c, now) not in free]
    at_once = [e.contact_id for now, e in of(happened, ev.ContactAbandoned) if now == channel[e.contact_id][0]]

    assert {channel[contact][1] for contact in at_once} == {"chat"}
    assert len(at_once) / len(had_to_wait) == pytest.approx(0.3, abs=0.12)
