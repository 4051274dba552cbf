"""From a scenario to rows and shifts: what is needed, who may be there, and which rule cannot be kept."""

import numpy as np
import pytest

from sim.model import build
from sim.plan.master import solve
from sim.plan.people import people_of, planned
from sim.plan.problem import Problem, Unstaffable
from sim.problems import BadDocument
from sim.run import replicate
from sim.scenario_file import parse_scenario

DESK = """\
name: desk
policy: {{products: [expense, travel], languages: [en, ko], wrap_up: 0 s, short_abandon: 0 s}}
demand:
  streams:
    - {{product: expense, language: en, channel: call, per_hour: {en}}}
    - {{product: travel, language: ko, channel: call, per_hour: {ko}}}
people:
  english: {{agents: 1, products: [expense, travel], languages: [en]}}
  korean: {{agents: 1, products: [expense, travel], languages: [ko]}}
  both: {{agents: 1, products: [expense, travel], languages: [en, ko]}}
work: {{handle_time: {{exponential: 180 s}}}}
targets: {{service_level: {{within: 20 s, share: {share}}}}}
plan: {plan}
run: {{horizon: 10 h, replications: 2, seed: 1}}
"""
SHIFTS = "shifts: [{name: day, lasts: 5 h, earliest: '00:00', latest: '05:00', every: 1 h}]"


def desk(plan: str = "", en: float = 20, ko: float = 10, share: float = 0.8, shifts: str = SHIFTS) -> Problem:
    """Two languages, and agents of one or of both."""
    return Problem.of(
        parse_scenario(DESK.format(plan="{" + ", ".join(filter(None, [plan, shifts])) + "}", en=en, ko=ko, share=share))
    )


def covered(problem: Problem) -> None:
    """Every row has the agents it needs in every interval."""
    needs = problem.needs([1.0] * len(problem.kinds))
    agents = solve(problem, needs).agents(problem)
    for row, numbers in zip(needs.rows, needs.numbers, strict=True):
        assert (agents[sorted(row.pools)].sum(axis=0) >= numbers - 1e-9).all(), row


def test_pools_of_both_skills_are_planned_where_they_pay() -> None:
    """At one price agents of both languages do the work of either; at a high one the plan has none of them."""
    plain = desk()
    dear = desk("pools: {both: {agent_hour: 3.0}}")

    covered(plain)
    covered(dear)
    names = [one.name for one in plain.pools]
    by_pool = [
        [int(solve(one, one.needs([1.0, 1.0])).agents(one)[place].max()) for place in range(3)] for one in (plain, dear)
    ]
    assert ["english", "korean", "both"] == names
    assert 0 < by_pool[0][2]
    assert 0 == by_pool[1][2]
    assert min(by_pool[1][:2]) > 0


def test_shrinkage_and_absence_divide() -> None:
    """100 calls in half an hour of 180 s need 14 on seat for 80 % in 20 s, and at 30 % shrinkage 20 on the roster."""
    text = DESK.format(plan="{}", en=200, ko=0, share=0.8)
    sized = text.replace(
        "agents: 1, products: [expense, travel], languages: [en]}",
        "agents: 1, products: [expense, travel], languages: [en], shrinkage: {share: 0.3}}",
    )

    numbers = [
        int(solve(one, one.needs([1.0])).counts.sum())
        for one in (
            Problem.of(
                parse_scenario(
                    each.replace("  both: {agents: 1, products: [expense, travel], languages: [en, ko]}\n", "")
                )
            )
            for each in (text, sized)
        )
    ]

    assert [14, 20] == numbers


def test_the_plan_runs_as_a_scenario_and_its_agents_are_there_when_planned() -> None:
    """What the twin counts as agents there is what the plan says, interval by interval, breaks counted out."""
    shifts = (
        "shifts: [{name: day, lasts: 5 h, latest: '05:00', every: 1 h,"
        " breaks: [{after: 1 h, lasts: 30 min, waves: 3, apart: 30 min}]}]"
    )
    problem = desk(shifts=shifts, en=6, ko=6)
    staffing = solve(problem, problem.needs([1.0, 1.0]))
    agents = staffing.agents(problem).sum(axis=0)

    counted = replicate(build(planned(problem, staffing)), 1, 0, problem.grid.every_ms)

    seen = np.array([part.available_ms / part.span_ms for part in counted.courses[""].parts])  # type: ignore[index]
    # Whoever talks when a break or the shift's end is due finishes first, so a little more or less is seen.
    assert float(np.abs(seen - agents).mean()) < 0.35
    assert int(staffing.counts.sum()) == sum(one["agents"] for one in people_of(problem, staffing).values())


def test_a_week_is_planned_day_by_day_and_comes_round() -> None:
    """A night shift of the last day is there on the first morning; the people section says on which days each works."""
    text = (
        DESK.format(
            plan="{shifts: [{name: night, lasts: 12 h, earliest: '20:00', latest: '20:00'},"
            " {name: day, lasts: 12 h, earliest: '08:00', latest: '08:00'}], every: 1 h}",
            en=2,
            ko=0,
            share=0.8,
        )
        .replace("run: {horizon: 10 h", "calendar: {date: 2026-11-16, days: 7}\nrun: {horizon: 168 h")
        .replace("horizon: 168 h, ", "")
    )
    problem = Problem.of(parse_scenario(text))
    staffing = solve(problem, problem.needs([1.0]))

    agents = staffing.agents(problem).sum(axis=0)
    scenario = planned(problem, staffing)
    assert 168 == len(agents)
    assert (agents >= problem.needs([1.0]).numbers[0]).all()
    assert all(group.shift is not None and group.shift.daily for group in scenario.people.values())
    # One day fewer is said by days, and the twin has nobody then.
    night = next(
        i for i, c in enumerate(problem.columns) if staffing.counts[i] and c.day == 6 and c.pattern.begins == 72_000_000
    )
    staffing.counts[night] -= 1
    without = planned(problem, staffing)
    shifts = [group.shift for group in without.people.values() if group.shift is not None]
    days = [shift.run_days for shift in shifts if shift.run_days]
    assert [[0, 1, 2, 3, 4, 5]] == days
    spells = [group.spells for group in build(without).groups if len(group.spells) == 6]
    assert [(72_000_000, 115_200_000)] == [(one[0].begins_ms, one[0].ends_ms) for one in spells]


def test_shifts_go_by_the_clock_of_their_site() -> None:
    """A morning in Sydney is the evening before for the desk, comes round, and the twin has them then and no other."""
    text = (
        DESK.format(
            plan="{every: 1 h, shifts: ["
            "{name: sydney, lasts: 8 h, earliest: '08:00', latest: '08:00', time_zone: Australia/Sydney},"
            "{name: new-york, lasts: 16 h, earliest: '08:00', latest: '08:00', time_zone: America/New_York}]}",
            en=0.5,
            ko=0,
            share=0.5,
        )
        .replace("run: {horizon: 10 h", "calendar: {date: 2026-11-16, days: 2}\nrun: {horizon: null")
        .replace("horizon: null, ", "")
    )
    problem = Problem.of(parse_scenario(text))
    there = {
        (one.pattern.zone, one.day): {int(hour) for hour in np.flatnonzero(one.there)}
        for one in problem.columns
        if one.pool == 2
    }
    assert {*range(5), *range(45, 48)} == there["Australia/Sydney", 0]
    assert {*range(21, 29)} == there["Australia/Sydney", 1]
    assert {*range(13, 29)} == there["America/New_York", 0]
    assert {*range(5), *range(37, 48)} == there["America/New_York", 1]

    staffing = solve(problem, problem.needs([1.0]))
    for place, column in enumerate(problem.columns):
        staffing.counts[place] = 1 if column.pool == 2 and column.day == 1 else 0
    model = build(planned(problem, staffing))
    hours = {
        (group.name.split("-")[1], hour)
        for group in model.groups
        for spell in group.spells
        for hour in range(spell.begins_ms // 3_600_000, min((spell.ends_ms or 0) // 3_600_000, 48))
    }
    assert {("0800", hour) for hour in [*range(5), *range(21, 29), *range(37, 48)]} == hours


@pytest.mark.parametrize(("zone", "words"), [("Mars/Base", "time zone 'Mars/Base'"), ("Asia/Tokyo", "calendar.date")])
def test_a_clock_that_means_nothing_is_refused(zone: str, words: str) -> None:
    """A shift of the plan goes by a clock that there is, of a day that is known; the field is named."""
    shift = f"{{name: far, lasts: 8 h, time_zone: {zone}}}"

    with pytest.raises(BadDocument, match=r"plan\.shifts\[0\]\.time_zone") as caught:
        parse_scenario(DESK.format(plan=f"{{shifts: [{shift}]}}", en=1, ko=1, share=0.8))

    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("plan", "share", "words"),
    [
        ("floors: {ko: 1}, every: 1 h", 0.5, ["plan.floor", "ko", "00:00"]),
        ("pools: {korean: {most: 0}, both: {most: 1}}", 0.8, ["plan.pools.both.most: 1", "travel/ko", "lacks"]),
        ("", 1.0, ["targets.service_level.share", "100 %"]),
        ("pools: {polish: {most: 1}}", 0.8, ["plan.pools", "polish", "english, korean, both"]),
        ("max_occupancy: 0.0001", 0.8, ["plan.max_occupancy 0.0001", "10,000 agents"]),
        ("shifts: [{name: short, lasts: 2 h, latest: '00:00'}]", 0.8, ["plan.shifts", "02:00", "service_level.share"]),
    ],
)
def test_what_contradicts_itself_is_named(plan: str, share: float, words: list[str]) -> None:
    """The rule that cannot be kept is named, with the lines and the interval where it has one."""
    late = "shifts: [{name: late, lasts: 5 h, earliest: '02:00', latest: '05:00', pools: [korean, both]},"
    late += " {name: any, lasts: 10 h, latest: '00:00', pools: [english]}]"
    shifts = late if "floors" in plan else "" if "shifts" in plan else SHIFTS

    def solved() -> None:
        problem = desk(plan, share=share, ko=10 if "floors" not in plan else 0.001, shifts=shifts)
        solve(problem, problem.needs([1.0] * len(problem.kinds)))

    with pytest.raises(Unstaffable) as caught:
        solved()

    assert [] == [word for word in words if word not in str(caught.value)]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("share: 0.8}}", "share: 0.8}, callback_kept: 1.0}", ["targets.callback_kept", "100 %"]),
        ("share: 0.8}}", "share: 0.8}, case_kept: 1.0}", ["targets.case_kept", "100 %"]),
        ("share: 0.8}}", "share: 0.8}, abandonment: 0.0}", ["targets.abandonment", "nobody at all"]),
        (
            "languages: [en, ko]}\nwork",
            "languages: [en, ko], pool: experts}\nwork",
            ["plan.pools.experts.most: 0", "the pool 'experts', which the policy names,"],
        ),
        (
            "channel: call, per_hour: 1}",
            "channel: case, per_hour: 100}",
            ["plan.pools: with these limits there is no time for the cases"],
        ),
    ],
)
def test_each_other_contradiction_names_its_rule(old: str, new: str, words: list[str]) -> None:
    """Targets that no number of agents keeps, a pool that must not be empty and may have nobody, too many cases."""
    limits = "pools: {experts: {most: 0}}" if "experts" in new else ""
    limits = "pools: {korean: {most: 1}, both: {most: 0}}" if "channel: case" in new else limits
    text = DESK.format(plan=f"{{{', '.join(filter(None, [limits, SHIFTS]))}}}", en=20, ko=1, share=0.8)
    assert old in text
    text = text.replace(old, new)
    if "experts" in new:
        steps = "wrap_up: 0 s, lines: {expense/en: {steps: [{}, {after: 30 s, pools: [experts]}]}}"
        text = text.replace("wrap_up: 0 s", steps)

    def solved() -> None:
        problem = Problem.of(parse_scenario(text))
        solve(problem, problem.needs([1.0] * len(problem.kinds)))

    with pytest.raises(Unstaffable) as caught:
        solved()

    assert [] == [word for word in words if word not in str(caught.value)]


def test_a_floor_of_heads_holds_for_each_open_language_and_hour() -> None:
    """Two who speak Korean are there in every hour in which Korean is open, and nobody for its sake in any other."""
    hours = "wrap_up: 0 s, hours: {languages: {ko: {days: {mon-sun: '02:00-06:00'}}}}"
    text = DESK.format(plan=f"{{floor: 2, floors: {{en: 0}}, every: 30 min, {SHIFTS}}}", en=1, ko=0.1, share=0.8)
    problem = Problem.of(
        parse_scenario(text.replace("wrap_up: 0 s", hours).replace("run: {", "calendar: {date: 2026-11-16}\nrun: {"))
    )
    (row,) = (one for one in problem.needs([0.0, 0.0]).rows if one.rule == "floor")

    agents = solve(problem, problem.needs([0.0, 0.0])).agents(problem)

    assert ["korean", "both"] == [problem.pools[place].name for place in sorted(row.pools)]
    there = agents[sorted(row.pools)].sum(axis=0)
    assert (there[4:12] >= 2).all()
    # A shift of five hours covers the four hours.
    assert 4 * 2 * 2.5 <= there.sum() <= 2 * 10
    assert ["ko"] == list(problem.floors)
