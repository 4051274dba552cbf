"""
What one part of a scenario must know of another: names that must exist, times that must fit, work that must be bounded.

The models in `sim.scenario` check each part alone; this file checks that the parts make one desk.
"""

from collections.abc import Iterator
from zoneinfo import available_timezones

from sim.people import check as people
from sim.problems import Path, Problem
from sim.problems import unknown as _unknown
from sim.scenario import Group, Profile, Scenario

MOST_CONTACTS = 20_000_000
"""Most contacts expected in one replication; more is taken for a mistake in the units of a rate."""


def check(scenario: Scenario) -> list[Problem]:
    """Everything in which the parts do not fit; an empty list for a scenario that can run."""
    return [
        *_calendar(scenario),
        *_demand(scenario),
        *people.check(scenario),
        *_run(scenario),
    ]


def expected_contacts(scenario: Scenario) -> float:
    """How many contacts one replication will ask for, on average. Unknown profiles count as none."""
    total = 0.0
    for stream in scenario.demand.streams:
        if stream.per_hour is not None:
            hours_by_rate = [(stream.per_hour, scenario.run.horizon / 3_600_000)]
        else:
            hours_by_rate = list(_hours(scenario, scenario.demand.profiles.get(stream.profile or "")))
        total += sum(rate * hours for rate, hours in hours_by_rate) * stream.scale * scenario.demand.scale
    return total


def _hours(scenario: Scenario, profile: Profile | None) -> Iterator[tuple[float, float]]:
    """(rate, hours) of each interval as far as it lies within the run."""
    if profile is None:
        return
    for index, rate in enumerate(profile.per_hour):
        begin = profile.starts + index * profile.every - scenario.calendar.starts
        inside = min(begin + profile.every, scenario.run.horizon) - max(begin, 0)
        yield rate, max(inside, 0) / 3_600_000


def _calendar(scenario: Scenario) -> Iterator[Problem]:
    zone = scenario.calendar.time_zone
    if zone not in available_timezones():
        yield _unknown(("calendar", "time_zone"), "time zone", zone, available_timezones())


def _demand(scenario: Scenario) -> Iterator[Problem]:
    groups = scenario.people.values()
    for index, stream in enumerate(scenario.demand.streams):
        path: Path = ("demand", "streams", index)
        known = True
        if stream.product not in scenario.policy.products:
            known = False
            yield _unknown((*path, "product"), "product", stream.product, scenario.policy.products)
        if stream.language not in scenario.policy.languages:
            known = False
            yield _unknown((*path, "language"), "language", stream.language, scenario.policy.languages)
        if stream.profile is not None and stream.profile not in scenario.demand.profiles:
            yield _unknown((*path, "profile"), "profile", stream.profile, scenario.demand.profiles)
        if known and not any(_serves(group, stream.product, stream.language) for group in groups):
            yield Problem(
                path, f"no group in 'people' serves {stream.product}/{stream.language}; add one or its skills"
            )
    expected = expected_contacts(scenario)
    if expected > MOST_CONTACTS:
        yield Problem(("demand",), f"about {expected:,.0f} contacts in one run; at most {MOST_CONTACTS:,} are possible")


def _serves(group: Group, product: str, language: str) -> bool:
    return product in group.products and language in group.languages


def _run(scenario: Scenario) -> Iterator[Problem]:
    if scenario.run.warm_up >= scenario.run.horizon:
        yield Problem(("run", "warm_up"), "the warm-up must be shorter than the horizon")
