"""
Every source of contacts that a scenario's demand comes to: its streams, what surges add to each, and its traces.

A source has a number, which is part of its customers' numbers: streams count from 0 in their order, the surges' from
there on, traces down from the highest. So a surge or a trace that is added changes nobody else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from router.core.ids import LineKey, line_key
from sim.demand.local import RunClock, clock_of, rate_of
from sim.demand.profile import WEEKDAYS
from sim.demand.section import Channel, DemandFactor, Impact, Stream
from sim.demand.steps import Steps, total
from sim.demand.surges import Window, deflection, maintained, shape
from sim.laws import MOST_SOURCES
from sim.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Source:
    """
    One of them. `rate` is per hour over the run's own time, uncompressed; `follows` is whose busyness it shares.

    `handle_time` are factors from a time (ms) on, in order; empty where there are none.
    """

    number: int
    line: LineKey
    product: str
    channel: Channel
    rate: Steps
    follows: int
    impact: Impact = "one"
    agreed: float = 0.0
    patience: float = 1.0
    retrial: float | None = None
    handle_time: tuple[tuple[float, float], ...] = ()
    windows: tuple[Window, ...] = ()
    incident: str = ""
    zones: tuple[tuple[str, Steps], ...] = ()
    """Where the customers live: how many of them ask in each zone, per hour; only the shares mean anything."""


MOST_TRACED = 1_000
"""Most lines and channels of all traces together."""
MOST_STREAMS = MOST_SOURCES - MOST_TRACED - 200
"""Most streams, those of surges counted in; the rest is for traces and for what is there at the start."""


def run_clock(scenario: Scenario) -> RunClock:
    """The scenario's own clock."""
    calendar = scenario.calendar
    return clock_of(calendar.date, calendar.time_zone, calendar.starts)


def sources(scenario: Scenario) -> list[Source]:
    """Streams, and what surges add to them; a surge that adds nothing to a stream is left out."""
    demand, clock, horizon = scenario.demand, run_clock(scenario), scenario.run.horizon
    lines: dict[LineKey, int] = {}
    known: _Known = {}
    found = []
    for number, stream in enumerate(demand.streams):
        line = line_key(stream.product, stream.language)
        # Streams of one line are busy together.
        follows = lines.setdefault(line, number)
        windows = tuple(
            maintained(each, clock) for each in demand.maintenance.values() if stream.product in each.products
        )
        rate, zones = _rate(scenario, stream, clock, known)
        own = Source(
            number=number,
            line=line,
            product=stream.product,
            channel=stream.channel,
            rate=rate,
            follows=follows,
            impact=stream.impact,
            agreed=stream.agreed,
            windows=windows,
            zones=zones,
        )
        found.append(own)
    streams = len(demand.streams)
    for place, surge in enumerate(demand.surges.values(), 1):
        curve = shape(surge, clock)
        began = clock.after(surge.day, surge.starts)
        changes = [(began, surge.handle_time)]
        if surge.told is not None:
            changes.append((began + surge.told.after, surge.told.handle_time))
        for own in found[:streams]:
            stream = demand.streams[own.number]
            share = 1.0 if stream.product == surge.product else surge.spill.get(stream.product, 0.0)
            if not share or (surge.languages and stream.language not in surge.languages) or own.channel == "case":
                continue
            rate = own.rate.times(curve)
            found.append(
                Source(
                    number=place * streams + own.number,
                    line=own.line,
                    product=own.product,
                    channel=own.channel,
                    rate=Steps(rate.edges, rate.values * share).within(0.0, float(horizon)),
                    follows=own.follows,
                    impact=surge.impact,
                    agreed=own.agreed,
                    patience=surge.patience,
                    retrial=surge.retrial,
                    handle_time=tuple(changes) if any(factor != 1 for _, factor in changes) else (),
                    windows=deflection(surge, clock, horizon),
                    incident=surge.incident or "",
                    zones=own.zones,
                )
            )
    return found


def numbers_needed(scenario: Scenario) -> int:
    """How many numbers for sources a scenario takes, without its traces; at most `MOST_SOURCES` there are."""
    return len(scenario.demand.streams) * (1 + len(scenario.demand.surges))


def trace_number(place: int) -> int:
    """The number of a trace's n-th source, from 0."""
    return MOST_SOURCES - 1 - place


def backlog_number(place: int) -> int:
    """The number of the n-th kind of case, from 0, that is there when a run begins."""
    return MOST_SOURCES - 1 - MOST_TRACED - place


def expected_of(found: list[Source]) -> float:
    """How many contacts come in one run, on average; those who stay away during maintenance are counted in."""
    return sum(each.rate.integral() for each in found)


_Known = dict[tuple[str, tuple[tuple[str, float], ...], tuple[str, ...]], tuple[Steps, tuple[tuple[str, Steps], ...]]]
"""Profiles brought to the run's own time already, by name, zones and the factors of weekdays: many go by the same."""


def _rate(
    scenario: Scenario, stream: Stream, clock: RunClock, known: _Known
) -> tuple[Steps, tuple[tuple[str, Steps], ...]]:
    """The rate of a stream, and its parts by zone where it names any."""
    horizon, demand = scenario.run.horizon, scenario.demand
    by_zone: tuple[tuple[str, Steps], ...] = ()
    factor, weekly = stream.scale * demand.scale, {}
    for name, one in demand.factors.items():
        if one.holds_for(stream):
            if one.days:
                weekly[name] = one
            else:
                factor *= one.factor
    if stream.profile is None:
        found = Steps.of([0.0, float(horizon)], [stream.per_hour or 0.0])
        found = _by_weekday(found, list(weekly.values()), clock, horizon, clock.zone)
    else:
        profile = demand.profiles[stream.profile]
        key = (stream.profile, tuple(stream.zones.items()), tuple(weekly))
        if key not in known:
            zones: list[tuple[str | None, float]] = [*stream.zones.items()] or [(None, 1.0)]
            rates = []
            for zone, share in zones:
                own = zone or profile.time_zone
                rate = rate_of(profile, clock, horizon, zone)
                days = list(weekly.values())
                rate = _by_weekday(rate, days, clock, horizon, ZoneInfo(own) if own else clock.zone)
                rates.append(Steps(rate.edges, rate.values * share))
            known[key] = total(rates), tuple(zip(stream.zones, rates, strict=True)) if stream.zones else ()
        found, by_zone = known[key]
    return Steps(found.edges, found.values * factor), by_zone


def _by_weekday(rate: Steps, weekly: Sequence[DemandFactor], clock: RunClock, horizon: int, zone: ZoneInfo) -> Steps:
    """The rate with the factors of weekdays; as it is where the run has none of these days."""
    days = clock.days(horizon, zone) if weekly else []
    values = []
    for day in days:
        value = 1.0
        for one in weekly:
            if WEEKDAYS[day.weekday()] in one.days:
                value *= one.factor
        values.append(value)
    if all(value == 1 for value in values):
        return rate
    edges = [clock.at(day, 0, zone) for day in [*days, days[-1] + timedelta(days=1)]]
    return rate.times(Steps.of(edges, values)).within(0.0, float(horizon))
