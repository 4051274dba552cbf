"""When agents are there: shifts, breaks, absence, times away, lost connections, and what happens at the end."""

from typing import Any

import pytest

from router.core import events as ev
from sim.model import build
from sim.problems import BadDocument
from sim.scenario_file import as_scenario
from tests.sim.people.days import MINUTE, SKILLS, desk, of, run, statuses

HOUR = 60 * MINUTE


def crew(agents: int = 6, **more: Any) -> dict[str, Any]:
    return {"crew": {"agents": agents, **SKILLS, **more}}


def test_a_break_is_taken_whole_when_the_agent_is_free() -> None:
    """Draining begins at the break's time; the break begins when nothing is held, and lasts as long as it should."""
    shift = {
        "from": "00:00",
        "to": "04:00",
        "breaks": [{"after": "1 h", "lasts": "15 min", "waves": 2, "apart": "20 min"}],
    }
    happened = run(desk(people=crew(4, shift=shift)))[1]
    offers = [(now, e.agent_id) for now, e in of(happened, ev.OfferMade)]

    for agent in (1, 2, 3, 4):
        (begun, _, reason), (back, *_) = statuses(happened, agent)[:2]
        planned = HOUR + (agent - 1) % 2 * 20 * MINUTE
        assert (reason, back - begun) == ("break", 15 * MINUTE)
        assert begun >= planned
        assert not [at for at, who in offers if who == agent and planned <= at < back]


def test_a_break_leaves_a_dip() -> None:
    """Agents in a break are not available: of 6 agents and 4 hours, a quarter of an hour each is missing."""
    shift = {"from": "00:00", "to": "04:00", "breaks": [{"after": "1 h", "lasts": "15 min"}]}
    quiet = {"streams": [{"product": "expense", "language": "en", "per_hour": 0}]}
    total = run(desk(people=crew(shift=shift), demand=quiet))[0].total

    assert total.available_ms == 6 * (4 * HOUR - 15 * MINUTE)


def test_who_hands_over_is_offered_nothing_at_the_end_and_lets_go() -> None:
    """By policy: no offers in the last minutes, what is still held after the grace goes back to its line."""
    shift = {"from": "00:00", "to": "02:00", "end": "hand_over"}
    policy = {"shift_end_stop": "5 min", "shift_end_grace": "10 min"}
    late = {"agents": 4, **SKILLS, "shift": {"from": "01:30", "to": "08:00"}}
    counted, happened = run(
        desk(
            people={**crew(4, shift=shift), "late": late},
            policy=policy,
            work={"handle_time": {"exponential": "30 min"}},
        )
    )
    early = range(1, 5)
    requeued = [e for _, e in of(happened, ev.ContactRequeued)]

    assert requeued
    assert {e.cause for e in requeued} == {"shift_end"}
    assert not [now for now, e in of(happened, ev.OfferMade) if e.agent_id in early and now >= 2 * HOUR - 5 * MINUTE]
    assert all(statuses(happened, agent)[-1][0] <= 2 * HOUR + 10 * MINUTE for agent in early)
    assert 0 < counted.total.overtime_ms <= 4 * 10 * MINUTE
    assert counted.total.waiting == 0


def test_a_conversation_that_is_handed_over_goes_on_where_it_was() -> None:
    """Both agents together take what was drawn, not one of them the whole of it again."""
    shift = {"from": "00:00", "to": "01:00", "end": "hand_over"}
    policy = {"shift_end_stop": "0 s", "shift_end_grace": "0 s"}
    late = {"agents": 6, **SKILLS, "shift": {"from": "01:00", "to": "08:00"}}
    happened = run(
        desk(
            people={**crew(shift=shift), "late": late}, policy=policy, work={"handle_time": "20 min"}, patience="never"
        )
    )[1]
    handed = {e.contact_id: now for now, e in of(happened, ev.ContactRequeued)}
    taken = [(e.contact_id, now) for now, e in of(happened, ev.ContactConnected)]
    ended = {e.contact_id: now for now, e in of(happened, ev.ContactEnded)}

    assert handed
    for contact, back in handed.items():
        first, again = (now for one, now in taken if one == contact)
        assert (back - first) + (ended[contact] - again) == 20 * MINUTE


def test_who_finishes_does_so_and_it_is_overtime() -> None:
    """Without a hand-over nobody is cut off; the time after the shift's end is counted."""
    shift = {"from": "00:00", "to": "02:00"}
    counted, happened = run(desk(people=crew(shift=shift), run={"horizon": "2 h"}, patience={"exponential": "1 min"}))

    assert not of(happened, ev.ContactRequeued)
    assert counted.total.overtime_ms == 0  # What is past the horizon is not measured.
    longer = run(desk(people=crew(shift=shift), patience={"exponential": "1 min"}))[0]
    assert longer.total.overtime_ms > 0


def test_a_daily_shift_that_passes_midnight_covers_the_morning() -> None:
    """Who began yesterday is there at midnight, and again tonight."""
    night = {"from": "23:00", "lasts": "8 h", "daily": True, "breaks": [{"after": "4 h", "lasts": "30 min"}]}
    model = build(as_scenario(desk(people=crew(shift=night), run={"horizon": "48 h"})))
    group = model.groups[0]

    assert [(spell.begins_ms / HOUR, (spell.ends_ms or 0) / HOUR) for spell in group.spells] == [
        (0, 7),
        (23, 31),
        (47, 55),
    ]
    # Yesterday's break is at three in the morning, three hours into the run.
    assert [[one.after_ms / HOUR for one in spell.breaks] for spell in group.spells] == [[3], [4], [4]]


def test_absence_is_drawn_for_each_agent_and_shift() -> None:
    """Over many agents the share who stay away is what was said; the same agents in the same replication."""
    quiet = {"streams": [{"product": "expense", "language": "en", "per_hour": 0}]}
    data = desk(people=crew(400, absence=0.2), demand=quiet, run={"horizon": "1 h"})
    came = {e.agent_id for _, e in of(run(data)[1], ev.AgentSignedIn)}

    assert len(came) == pytest.approx(320, abs=40)
    assert came == {e.agent_id for _, e in of(run(data)[1], ev.AgentSignedIn)}


def test_fixed_shrinkage_is_so_many_agents() -> None:
    """Of 40 agents at 30 % twelve are not on the floor."""
    quiet = {"streams": [{"product": "expense", "language": "en", "per_hour": 0}]}
    data = desk(people=crew(40, shrinkage={"share": 0.3}), demand=quiet)

    assert run(data)[0].total.available_ms == 28 * 4 * HOUR


def test_random_shrinkage_takes_its_share_of_the_time() -> None:
    """Away now and then, so that over many agents the share of time is what was said."""
    quiet = {"streams": [{"product": "expense", "language": "en", "per_hour": 0}]}
    shrinkage = {"share": 0.2, "lasts": {"exponential": "10 min"}}
    data = desk(people=crew(200, shrinkage=shrinkage), demand=quiet, run={"horizon": "12 h"})
    total = run(data)[0].total

    assert total.available_ms / (200 * 12 * HOUR) == pytest.approx(0.8, abs=0.01)


def test_a_lost_connection_keeps_contacts_for_the_grace_and_no_longer() -> None:
    """Within the grace the agent goes on where the conversation was; beyond it the contacts go to others."""
    connection = {"every": "20 min", "lasts": {"uniform": {"from": "1 s", "to": "60 s"}}}
    counted, happened = run(desk(people=crew(connection=connection), patience="never"))
    lost = of(happened, ev.AgentLost)

    assert of(happened, ev.AgentBack)
    assert [e for _, e in of(happened, ev.ContactRequeued) if e.cause == "agent_lost"]
    assert len(lost) > 20
    assert counted.total.served == counted.total.offered
    absent: dict[int, int] = {}
    for now, event in happened:
        if isinstance(event, ev.AgentLost):
            absent[event.agent_id] = now
        elif isinstance(event, ev.AgentBack | ev.AgentStatusSet):
            absent.pop(event.agent_id, None)
        elif isinstance(event, ev.ContactEnded) and event.by == "agent":
            assert event.agent_id not in absent


def test_agents_decline_or_do_not_answer_as_often_as_was_said() -> None:
    """Declined offers go on to others; ignored ones ring out, and the agent is there again."""
    data = desk(people=crew(10, decline=0.1, no_answer=0.1, answer_delay="3 s"), run={"horizon": "12 h"})
    happened = run(data)[1]
    offers, declined = len(of(happened, ev.OfferMade)), len(of(happened, ev.OfferDeclined))
    missed = of(happened, ev.OfferTimedOut)

    assert declined / offers == pytest.approx(0.1, abs=0.04)
    assert len(missed) / offers == pytest.approx(0.1, abs=0.04)
    silent = of(happened, ev.AgentNotResponding)
    assert all(statuses(happened, e.agent_id) for _, e in silent)


def test_levels_and_pools_are_what_the_policy_speaks_of() -> None:
    """A step for a level, and a later one for a pool: the first is for those who can, the others come later."""
    policy = {
        "lines": {"expense/en": {"strategy": "most_proficient", "steps": [
            {"min_level": 4}, {"after": "30 s", "pools": ["second"]},
        ]}}
    }  # fmt: skip
    people = {
        "crew": {"agents": 1, **SKILLS, "levels": {"expense": 5}},
        "back": {"agents": 2, **SKILLS, "pool": "second"},
        "never": {"agents": 2, **SKILLS, "levels": {"expense": 2}},
    }
    happened = run(desk(policy=policy, people=people, patience="never"))[1]
    asked = {e.contact_id: now for now, e in of(happened, ev.ContactQueued)}
    waits: dict[int, list[int]] = {}
    for now, event in of(happened, ev.ContactConnected):
        waits.setdefault(event.agent_id, []).append(now - asked[event.contact_id])

    assert waits.keys() == {1, 2, 3}
    assert min(waits[1]) == 0
    assert min(waits[2] + waits[3]) >= 30_000


def spells(shift: dict[str, Any], day: str = "2026-11-17", horizon: str = "24 h") -> list[tuple[float, float | None]]:
    """When a crew with this shift is there, hours of the run; the desk's own clock is UTC."""
    data = desk(calendar={"date": day}, people=crew(shift=shift), run={"horizon": horizon})
    there = build(as_scenario(data)).groups[0].spells
    return [(spell.begins_ms / HOUR, None if spell.ends_ms is None else spell.ends_ms / HOUR) for spell in there]


def test_a_shift_goes_by_the_clock_of_its_site() -> None:
    """Eight in Tokyo is an hour before midnight of the day before, and eight in New York moves with its summer."""
    daily = {"lasts": "8 h", "daily": True}

    assert spells({"from": "08:00", "time_zone": "Asia/Tokyo", **daily}) == [(0, 7), (23, 31)]
    assert spells({"from": "08:00", "time_zone": "America/New_York", **daily}) == [(13, 21)]
    assert spells({"from": "08:00", "time_zone": "America/New_York", **daily}, day="2026-05-05") == [(12, 20)]
    # One that is not daily is on the run's date, by the same clock.
    assert spells({"from": "08:00", "to": "16:00", "time_zone": "America/New_York"}) == [(13, 21)]


def test_weekdays_and_holidays_are_those_of_the_site() -> None:
    """A crew in Munich has Epiphany off, one in Berlin has not; neither works on Saturday."""
    working = {"from": "08:00", "to": "16:00", "daily": True, "days": ["mon", "tue", "wed", "thu", "fri"]}
    working["time_zone"] = "Europe/Berlin"
    berlin, munich = {"country": "DE"}, {"country": "DE", "subdivision": "BY"}

    assert spells(working, day="2026-11-20", horizon="3 d") == [(7, 15)]
    assert spells({**working, "holidays": berlin}, day="2027-01-06") == [(7, 15)]
    assert spells({**working, "holidays": munich}, day="2027-01-06") == []


def test_what_depends_on_the_day_needs_one() -> None:
    """A site's clock, weekdays and holidays; and weekdays are of a daily shift."""
    for more in ({"time_zone": "Asia/Tokyo"}, {"days": ["mon"]}, {"holidays": {"country": "DE"}}):
        shift = {"from": "08:00", "to": "16:00", "daily": True, **more}
        with pytest.raises(BadDocument, match=r"give 'calendar\.date'"):
            as_scenario(desk(people=crew(shift=shift)))
    with pytest.raises(BadDocument, match="write 'daily: true', too"):
        as_scenario(desk(people=crew(shift={"from": "08:00", "to": "16:00", "days": ["mon"]})))
    with pytest.raises(BadDocument, match="Did you mean 'Asia/Tokyo'"):
        spells({"from": "08:00", "to": "16:00", "time_zone": "Asia/Tokio"})


def test_a_group_of_nobody_changes_nothing_for_the_others() -> None:
    """It is there for a plan that adds people; a desk without anybody is refused."""
    later = {"later": {"agents": 0, **SKILLS}}

    assert run(desk(people={**crew(), **later}))[0].total == run(desk(people=crew()))[0].total
    with pytest.raises(BadDocument, match="there is nobody at all"):
        as_scenario(desk(people=crew(0)))
