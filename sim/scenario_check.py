"""
What one part of a scenario must know of another: names that must exist, times that must fit, work that must be bounded.

The models in `sim.scenario` check each part alone; this file checks that the parts make one desk.
"""

from collections.abc import Iterator

from sim.demand import check as demand
from sim.demand.local import time_zones
from sim.people import check as people
from sim.problems import Problem, unknown
from sim.scenario import Scenario
from sim.uncertain import check as uncertain_check


def check(scenario: Scenario) -> list[Problem]:
    """Everything in which the parts do not fit; an empty list for a scenario that can run."""
    return [
        *_names(scenario),
        *demand.check(scenario),
        *people.check(scenario),
        *_planned(scenario),
        *_run(scenario),
        *uncertain_check(scenario),
    ]


def expected_contacts(scenario: Scenario) -> float:
    """How many contacts one replication of a checked scenario brings on average, without those who come again."""
    return demand.expected(scenario)


def _names(scenario: Scenario) -> Iterator[Problem]:
    """A name finds one stream, so that a scenario that extends this one knows what it changes."""
    names: list[str] = []
    for index, stream in enumerate(scenario.demand.streams):
        if stream.name in names:
            yield Problem(("demand", "streams", index, "name"), f"there is a stream '{stream.name}' already")
        elif stream.name is not None:
            names.append(stream.name)


def _planned(scenario: Scenario) -> Iterator[Problem]:
    """Shifts of a plan go by clocks that there are, and by those of other sites only when the day is known."""
    for place, shift in enumerate(scenario.plan.shifts):
        path = ("plan", "shifts", place, "time_zone")
        if shift.time_zone is not None and shift.time_zone not in time_zones():
            yield unknown(path, "time zone", shift.time_zone, time_zones())
        elif shift.time_zone is not None and scenario.calendar.date is None:
            yield Problem(path, "what that means depends on the day: give 'calendar.date'")


def _run(scenario: Scenario) -> Iterator[Problem]:
    if scenario.run.warm_up >= scenario.run.horizon:
        yield Problem(("run", "warm_up"), "the warm-up must be shorter than the horizon")
