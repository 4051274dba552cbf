"""What the demand must know of the rest of a scenario: lines that somebody serves, days that have a date, bounds."""

from collections.abc import Iterable, Iterator

from router.core.ids import LineKey
from sim.demand.local import time_zones
from sim.demand.sources import MOST_STREAMS, MOST_TRACED, expected_of, numbers_needed, run_clock, sources
from sim.demand.trace import on_the_clock, trace_of
from sim.problems import Path, Problem, unknown
from sim.scenario import Scenario

MOST_CONTACTS = 20_000_000
"""Most contacts expected in one replication; more is taken for a mistake in the units of a rate."""
MOST_PERIODS = 100_000
"""Most periods with a factor of their own in one replication."""


def expected(scenario: Scenario) -> float:
    """How many contacts one replication of a checked scenario brings on average, without those who come again."""
    return expected_of(sources(scenario)) + sum(len(one) for one in _traced(scenario))


def check(scenario: Scenario) -> list[Problem]:
    """Everything in which the demand does not fit the rest."""
    zones = time_zones()
    if scenario.calendar.time_zone not in zones:
        return []  # told where it stands; nothing about hours can be said without it
    problems = [
        *_streams(scenario),
        *_factors(scenario),
        *_profiles(scenario),
        *_surges(scenario),
        *_maintenance(scenario),
        *_comers(scenario),
        *_busyness(scenario),
        *_traces(scenario),
    ]
    return problems or list(_bounds(scenario))


def _streams(scenario: Scenario) -> Iterator[Problem]:
    for index, stream in enumerate(scenario.demand.streams):
        path: Path = ("demand", "streams", index)
        yield from _line(scenario, path, stream.product, stream.language)
        if stream.profile is not None and stream.profile not in scenario.demand.profiles:
            yield unknown((*path, "profile"), "profile", stream.profile, scenario.demand.profiles)
        for zone in stream.zones:
            yield from _zone(scenario, (*path, "zones", zone), zone)


def _line(scenario: Scenario, path: Path, product: str, language: str) -> Iterator[Problem]:
    policy, known = scenario.policy, True
    if product not in policy.products:
        known = False
        yield unknown((*path, "product"), "product", product, policy.products)
    if language not in policy.languages:
        known = False
        yield unknown((*path, "language"), "language", language, policy.languages)
    if known and not any(
        product in group.products and language in group.languages for group in scenario.people.values()
    ):
        yield Problem(path, f"no group in 'people' serves {product}/{language}; add one or its skills")


def _zone(scenario: Scenario, path: Path, zone: str) -> Iterator[Problem]:
    if zone not in time_zones():
        yield unknown(path, "time zone", zone, time_zones())
    elif scenario.calendar.date is None:
        yield Problem(path, "what a clock there shows depends on the day: give 'calendar.date'")


def _factors(scenario: Scenario) -> Iterator[Problem]:
    for name, one in scenario.demand.factors.items():
        path: Path = ("demand", "factors", name)
        for key, words, known in (
            ("products", one.products, scenario.policy.products),
            ("languages", one.languages, scenario.policy.languages),
        ):
            for index, word in enumerate(words):
                if word not in known:
                    yield unknown((*path, key, index), key.removesuffix("s"), word, known)
        if not any(one.holds_for(stream) for stream in scenario.demand.streams):
            yield Problem(path, "there is no such stream, so there is nothing that could grow or shrink")
        if one.days and scenario.calendar.date is None:
            yield Problem((*path, "days"), "which weekday it is depends on the date: give 'calendar.date'")


def _profiles(scenario: Scenario) -> Iterator[Problem]:
    for name, profile in scenario.demand.profiles.items():
        path: Path = ("demand", "profiles", name)
        if profile.time_zone is not None:
            yield from _zone(scenario, (*path, "time_zone"), profile.time_zone)
        if profile.week is not None and scenario.calendar.date is None:
            yield Problem((*path, "week"), "which weekday it is depends on the date: give 'calendar.date'")


def _products(scenario: Scenario, path: Path, words: Iterable[str]) -> Iterator[Problem]:
    asked = {stream.product for stream in scenario.demand.streams}
    for word in words:
        if word not in scenario.policy.products:
            yield unknown(path, "product", word, scenario.policy.products)
        elif word not in asked:
            yield Problem(path, f"no stream asks for '{word}', so there is nothing that could grow or shrink")


def _surges(scenario: Scenario) -> Iterator[Problem]:
    for name, surge in scenario.demand.surges.items():
        path: Path = ("demand", "surges", name)
        yield from _products(scenario, (*path, "product"), [surge.product])
        yield from _products(scenario, (*path, "spill"), surge.spill)
        for index, language in enumerate(surge.languages):
            if language not in scenario.policy.languages:
                yield unknown((*path, "languages", index), "language", language, scenario.policy.languages)
        if surge.retrial is not None and scenario.demand.retrial is None:
            yield Problem((*path, "retrial"), "how they try again stands in 'demand.retrial', and that is missing")


def _maintenance(scenario: Scenario) -> Iterator[Problem]:
    clock = run_clock(scenario)
    for name, window in scenario.demand.maintenance.items():
        path: Path = ("demand", "maintenance", name)
        yield from _products(scenario, (*path, "products"), window.products)
        ends = clock.after(window.day, window.starts) + window.lasts
        if window.back is not None and clock.after(window.back.day, window.back.from_) < ends:
            yield Problem((*path, "back"), "the deferred cannot come back before the maintenance is over")


def _comers(scenario: Scenario) -> Iterator[Problem]:
    for name, section in (("retrial", scenario.demand.retrial), ("repeat", scenario.demand.repeat)):
        if section is not None and section.delay.never:
            yield Problem(("demand", name, "delay"), "'never' is for patience only; for nobody write 'share: 0'")


def _busyness(scenario: Scenario) -> Iterator[Problem]:
    busyness, path = scenario.demand.busyness, ("demand", "busyness")
    if busyness is None:
        return
    if isinstance(busyness.alpha, dict) and scenario.calendar.date is None:
        yield Problem((*path, "alpha"), "which weekday it is depends on the date: give 'calendar.date'")
    periods = busyness.periods
    if periods is not None and scenario.run.horizon > MOST_PERIODS * periods.every:
        yield Problem((*path, "periods", "every"), f"more than {MOST_PERIODS:,} periods in one run")


def _traced(scenario: Scenario) -> list[list[float]]:
    """When the contacts of each trace ask, as far as they do so within the run."""
    clock, horizon = run_clock(scenario), scenario.run.horizon
    found = [on_the_clock(trace_of(each.file, each.sha256 or ""), clock) for each in scenario.demand.traces]
    return [[asked for asked, _ in one if 0 <= asked < horizon] for one in found]


def _traces(scenario: Scenario) -> Iterator[Problem]:
    if scenario.demand.traces and scenario.calendar.date is None:
        yield Problem(("demand", "traces"), "a trace has dates, and so must the run: give 'calendar.date'")
        return
    asked: dict[tuple[LineKey, str], None] = {}
    for index, trace in enumerate(scenario.demand.traces):
        path: Path = ("demand", "traces", index, "file")
        lines: dict[LineKey, int] = {}
        for one in trace_of(trace.file, trace.sha256 or ""):
            lines.setdefault(one.line, one.where)
            asked[one.line, one.channel] = None
            if one.channel == "callback" and scenario.callback is None:
                yield Problem(path, f"line {one.where} asks for a callback, but there is no section 'callback'")
                break
        for line, where in lines.items():
            product, _, language = line.partition("/")
            for problem in _line(scenario, path, product, language):
                yield Problem(path, f"line {where}: {problem.message}")
    if len(asked) > MOST_TRACED:
        yield Problem(("demand", "traces"), f"more than {MOST_TRACED:,} lines and channels")


def _bounds(scenario: Scenario) -> Iterator[Problem]:
    needed = numbers_needed(scenario)
    if needed > MOST_STREAMS:
        yield Problem(
            ("demand",), f"streams times surges make {needed:,} sources; at most {MOST_STREAMS:,} are possible"
        )
        return
    for index, times in enumerate(_traced(scenario)):
        if not times:
            day = scenario.calendar.date
            yield Problem(
                ("demand", "traces", index), f"none of its contacts lies within the run, which begins on {day}"
            )
    count = expected(scenario)
    if count > MOST_CONTACTS:
        yield Problem(("demand",), f"about {count:,.0f} contacts in one run; at most {MOST_CONTACTS:,} are possible")
