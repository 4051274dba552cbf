"""
What one part of a scenario must know of another: names that must exist, times that must fit, work that must be bounded.

The models in `sim.scenario` check each part alone; this file checks that the parts make one desk.
"""

from collections.abc import Iterator
from zoneinfo import available_timezones

from sim.demand import check as demand
from sim.durations import DurationLaw
from sim.problems import Path, Problem
from sim.problems import unknown as _unknown
from sim.scenario import Scenario


def check(scenario: Scenario) -> list[Problem]:
    """Everything in which the parts do not fit; an empty list for a scenario that can run."""
    return [
        *_calendar(scenario),
        *demand.check(scenario),
        *_people(scenario),
        *_work(scenario),
        *_callback(scenario),
        *_run(scenario),
    ]


def expected_contacts(scenario: Scenario) -> float:
    """How many contacts one replication of a checked scenario brings on average, without those who come again."""
    return demand.expected(scenario)


def _calendar(scenario: Scenario) -> Iterator[Problem]:
    zone = scenario.calendar.time_zone
    if zone not in available_timezones():
        yield _unknown(("calendar", "time_zone"), "time zone", zone, available_timezones())


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
