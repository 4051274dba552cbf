"""
The run's place in time: how long it is when it is told in days, and the policy's hours on its own clock.

A live desk is handed its hours as instants, compiled by `router.wire.hours`. The twin is handed the same ones, counted
from the start of the run: so a line shuts in the twin when it does live, also on the days on which clocks change.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from router.core.hours import FOREVER, Hours, Intervals
from router.core.policy import Policy
from router.wire.hours.zones import MAX_MS
from router.wire.policy import KNOWN_MS, PolicyDocument, compile_policy
from sim.demand.local import time_zones
from sim.demand.sources import run_clock
from sim.problems import Problem, unknown
from sim.scenario import Scenario

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2095
"""Hours are known until 2099, and must be for as long as a run and what it leaves behind may last."""


def filled_in(scenario: Scenario) -> tuple[Scenario, list[Problem]]:
    """The scenario with its zone and its horizon, where they follow from other parts, and what is wrong with those."""
    calendar, run = scenario.calendar, scenario.run
    if "time_zone" not in calendar.model_fields_set and scenario.policy.hours.time_zone != calendar.time_zone:
        calendar = calendar.model_copy(update={"time_zone": scenario.policy.hours.time_zone})
        scenario = scenario.model_copy(update={"calendar": calendar})
    problems = list(_wrong(scenario))
    if problems or calendar.days is None:
        return scenario, problems
    horizon = _length_ms(scenario, calendar.days)
    if run.horizon not in (0, horizon):
        return scenario, [Problem(("run", "horizon"), "'calendar.days' says how long the run is; remove one of them")]
    return scenario.model_copy(update={"run": run.model_copy(update={"horizon": horizon})}), []


def _wrong(scenario: Scenario) -> Iterator[Problem]:
    calendar = scenario.calendar
    if calendar.time_zone not in time_zones():
        yield unknown(("calendar", "time_zone"), "time zone", calendar.time_zone, time_zones())
    if calendar.date is not None and not FIRST_YEAR <= calendar.date.year <= LAST_YEAR:
        yield Problem(("calendar", "date"), f"must be between {FIRST_YEAR} and {LAST_YEAR}")
    if calendar.days is None and not scenario.run.horizon:
        yield Problem(("run",), "say how long it is: give 'horizon', or 'calendar.days'")
    if calendar.date is None and has_hours(scenario.policy):
        yield Problem(
            ("policy", "hours"), "whether a line is open depends on the day: give 'calendar.date', or leave this out"
        )


def has_hours(policy: PolicyDocument) -> bool:
    """Whether any line or language is ever shut."""
    hours = policy.hours
    named = [hours.contact.chat, hours.contact.phone, *hours.languages.values()]
    named += [one for line in hours.lines.values() for one in (line.chat, line.phone) if one is not None]
    return not all(calendar.never_closes() for calendar in named)


def _length_ms(scenario: Scenario, days: int) -> int:
    """From the start of the run to midnight, by the wall, after so many days."""
    clock = run_clock(scenario)
    return round(clock.at(clock.day + timedelta(days=days), 0))


def compiled(scenario: Scenario, document: PolicyDocument) -> Policy:
    """
    The rules of a run: `document` compiled as for a live desk, with its hours on the run's clock.

    `document` is the scenario's own policy, compressed.
    """
    begins_ms = round(run_clock(scenario).began_ms)
    # What is left at the horizon is finished after it, on days that must be known as well.
    until_ms = min(begins_ms + scenario.run.horizon + KNOWN_MS, MAX_MS)
    policy = compile_policy(document, begins_ms, until_ms)
    return replace(policy, hours=_counted(policy.hours, begins_ms, scenario.run.compress))


def _counted(hours: Hours, begins_ms: int, factor: float) -> Hours:
    """The same hours in milliseconds from the start, on a clock that goes `factor` times as fast."""

    def at(instant: int) -> int:
        return instant if instant >= FOREVER else round((instant - begins_ms) / factor)

    def counted(intervals: Intervals) -> Intervals:
        moved = ((at(opens), at(closes)) for opens, closes in intervals)
        return tuple((opens, closes) for opens, closes in moved if opens < closes)

    return replace(
        hours,
        from_ms=0,
        horizon_ms=at(hours.horizon_ms),
        calendars=tuple(counted(intervals) for intervals in hours.calendars),
    )
