"""
What one part of a scenario must know of another: names that must exist, times that must fit, work that must be bounded.

The models in `sim.scenario` check each part alone; this file checks that the parts make one desk.
"""

from collections.abc import Iterable, Iterator
from zoneinfo import available_timezones

from sim.durations import DurationLaw
from sim.problems import Path, Problem, did_you_mean
from sim.scenario import Group, Profile, Scenario

MOST_CONTACTS = 20_000_000
"""Most contacts expected in one replication; more is taken for a mistake in the units of a rate."""


def check(scenario: Scenario) -> list[Problem]:
    """Everything in which the parts do not fit; an empty list for a scenario that can run."""
    return [
        *_calendar(scenario),
        *_demand(scenario),
        *_people(scenario),
        *_work(scenario),
        *_callback(scenario),
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


def _unknown(path: Path, what: str, word: str, known: Iterable[str]) -> Problem:
    return Problem(path, f"unknown {what} '{word}'.{did_you_mean(word, known)}")


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


def _people(scenario: Scenario) -> Iterator[Problem]:
    for name, group in scenario.people.items():
        for key, words, known in (
            ("products", group.products, scenario.policy.products),
            ("languages", group.languages, scenario.policy.languages),
        ):
            for index, word in enumerate(words):
                if word not in known:
                    yield _unknown(("people", name, key, index), key[:-1], word, known)
        if group.answer_delay.never:
            yield Problem(("people", name, "answer_delay"), "'never' is for patience only")


def _work(scenario: Scenario) -> Iterator[Problem]:
    for product in scenario.work.handle_time_by_product:
        if product not in scenario.policy.products:
            yield _unknown(("work", "handle_time_by_product", product), "product", product, scenario.policy.products)
    laws: dict[Path, DurationLaw] = {
        ("work", "handle_time"): scenario.work.handle_time,
        ("work", "wrap_up"): scenario.work.wrap_up,
        **{("work", "handle_time_by_product", name): law for name, law in scenario.work.handle_time_by_product.items()},
    }
    for path, law in laws.items():
        if law.never:
            yield Problem(path, "'never' is for patience only")


def _callback(scenario: Scenario) -> Iterator[Problem]:
    callback = scenario.callback
    if callback is None:
        return
    if not scenario.policy.callbacks.enabled:
        yield Problem(
            ("callback",), "the policy has callbacks switched off; remove this section or set policy.callbacks"
        )
    if callback.dial_time.never:
        yield Problem(("callback", "dial_time"), "'never' is for patience only")
    if callback.handle_time is not None and callback.handle_time.never:
        yield Problem(("callback", "handle_time"), "'never' is for patience only")


def _run(scenario: Scenario) -> Iterator[Problem]:
    if scenario.run.warm_up >= scenario.run.horizon:
        yield Problem(("run", "warm_up"), "the warm-up must be shorter than the horizon")
