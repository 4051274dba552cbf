"""
What each kind of work brings in every interval: the modified offered load, as a rate that a steady line would have.

The load of an interval is the largest at its beginning, middle and end. Contacts that find their line shut bring none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from router.core.hours import common
from router.core.ids import LineKey
from sim.demand.sources import Source, sources
from sim.demand.steps import Steps, total
from sim.durations import LawNumbers
from sim.durations import mean_ms as mean_of
from sim.laws import Floats
from sim.model import Model
from sim.people.model import handle_law
from sim.plan.pools import Kind, Pool
from sim.scenario import Scenario
from sim.theory import offered_load

_LEAST_PATIENT = 20.0
"""Patience is taken for at most so many handle times; the chain would be long, and nobody waits so long."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Intervals of a run, milliseconds on its own clock, uncompressed; `day_of` is the day that each belongs to."""

    every_ms: int
    count: int
    horizon_ms: int
    day_of: tuple[int, ...]

    @property
    def days(self) -> int:
        """Days of which the run holds a part."""
        return self.day_of[-1] + 1

    @property
    def edges(self) -> Floats:
        """Where intervals begin, and where the last one ends."""
        found: Floats = np.minimum(np.arange(self.count + 1) * float(self.every_ms), float(self.horizon_ms))
        return found


@dataclass(frozen=True, slots=True)
class Load:
    """
    Of one kind of work: `erlang` in each interval, how long each contact takes when an agent holds 1, 2, .. (ms), and
    the rate of losing patience, per ms. `expected` contacts in each interval; `case_ms` of work on cases by day.
    """

    erlang: Floats
    handle_times: tuple[float, ...]
    abandon_rate: float
    expected: Floats
    case_ms: Floats

    @property
    def rates(self) -> Floats:
        """Contacts per millisecond of a steady line that brings the same load."""
        return self.erlang / self.handle_times[0]


def together(loads: Sequence[Load]) -> Load:
    """Several kinds of work as one line."""
    if len(loads) == 1:
        return loads[0]
    weights = np.array([one.expected.sum() for one in loads])
    weights = weights / weights.sum() if weights.sum() else np.full(len(loads), 1 / len(loads))
    slots = max(len(one.handle_times) for one in loads)
    # An agent who holds fewer of one kind has no further slot for it: each more takes as much longer.
    padded = [[_time_of(one.handle_times, held) for held in range(1, slots + 1)] for one in loads]
    times = weights @ np.array(padded)
    return Load(
        np.sum([one.erlang for one in loads], axis=0),
        tuple(float(one) for one in times),
        float(weights @ np.array([one.abandon_rate for one in loads])),
        np.sum([one.expected for one in loads], axis=0),
        np.sum([one.case_ms for one in loads], axis=0),
    )


def _time_of(handle_times: Sequence[float], held: int) -> float:
    return handle_times[min(held, len(handle_times)) - 1] * max(held / len(handle_times), 1.0)


def loads_of(scenario: Scenario, model: Model, pools: Sequence[Pool], kinds: Sequence[Kind], grid: Grid) -> list[Load]:
    """The load of each kind, on the mean day."""
    found = sources(scenario)
    opened = _open(model, scenario.run.compress, grid)
    return [
        _load(scenario, [one for one in found if one.line in kind.lines], pools, kind, grid, opened) for kind in kinds
    ]


def asked_for(scenario: Scenario) -> dict[LineKey, float]:
    """Contacts in one run by line, cases counted in."""
    found: dict[LineKey, float] = {}
    for one in sources(scenario):
        found[one.line] = found.get(one.line, 0.0) + one.rate.integral()
    return found


def open_share(model: Model, compress: float, grid: Grid, line: LineKey) -> Floats:
    """For how much of each interval a line is open to chats or calls."""
    return _shares(_open(model, compress, grid)[line], grid)


def _load(
    scenario: Scenario,
    found: Sequence[Source],
    pools: Sequence[Pool],
    kind: Kind,
    grid: Grid,
    opened: dict[LineKey, Steps],
) -> Load:
    groups = [pools[place].group for place in sorted(kind.pools)]
    slots = max((group.chats for group in groups), default=1)
    ringing = float(np.mean([mean_of(group.answer_delay.numbers()) for group in groups])) if groups else 0.0
    live = [(one, one.rate.times(opened[one.line])) for one in found if one.channel != "case"]
    amounts = np.array([rate.integral() for _, rate in live])
    weights = amounts / amounts.sum() if amounts.sum() else amounts
    times = np.zeros(slots)
    leaving = 0.0
    for (one, _), weight in zip(live, weights, strict=True):
        times += weight * np.array([_held_ms(scenario, one, pools, kind, held) for held in range(1, slots + 1)])
        leaving += weight * _abandon_rate(scenario, one)
    times += ringing
    if not live:
        times += 1.0
    expected = np.zeros(grid.count)
    erlang = np.zeros(grid.count)
    if live:
        rate = total([each for _, each in live])
        passed = np.concatenate(([0.0], np.cumsum(np.diff(rate.edges) * rate.values))) / 3_600_000
        expected = np.diff(np.interp(grid.edges, rate.edges, passed))
        erlang = _erlang(rate, float(times[0]), grid)
    cases = np.zeros(grid.days)
    for one in found:
        if one.channel == "case":
            edges = [float(grid.edges[grid.day_of.index(day)]) for day in range(grid.days)] + [float(grid.horizon_ms)]
            for day, (begin, end) in enumerate(pairwise(edges)):
                cases[day] += one.rate.within(begin, end).integral() * _held_ms(scenario, one, pools, kind, 1)
    if leaving:
        leaving = max(leaving, 1 / (_LEAST_PATIENT * float(times[0])))
    return Load(erlang, tuple(float(one) for one in times), leaving, expected, cases)


def _held_ms(scenario: Scenario, source: Source, pools: Sequence[Pool], kind: Kind, held: int) -> float:
    """How long an agent who holds so many works on one of a source, wrap-up included; the mean of the home pools."""
    work = scenario.work
    own = work.channels.get(source.channel)
    wrap_up = own.wrap_up if own is not None and own.wrap_up is not None else work.wrap_up
    alone = mean_of(handle_law(work, source.channel, source.product)) + mean_of(wrap_up.numbers())
    language = source.line.partition("/")[2]
    factors = []
    for place in sorted(kind.home):
        group = pools[place].group
        slow = group.slow_down or work.slow_down_by_product.get(source.product, work.slow_down)
        factor = group.handle_factor * group.handle_factor_by_product.get(source.product, 1.0)
        factor *= group.handle_factor_by_language.get(language, 1.0)
        # Whoever talks on the phone, or has no further slot, holds nothing else: as if each took as much longer.
        slots = group.chats if source.channel == "chat" else 1
        used = min(held, slots)
        factors.append(factor * slow[min(used, len(slow)) - 1] * held / used)
    return alone * (float(np.mean(factors)) if factors else 1.0)


def _abandon_rate(scenario: Scenario, source: Source) -> float:
    patience = scenario.patience
    law: LawNumbers = patience.numbers()
    if source.channel in ("chat", "call") and source.channel in patience.channels:
        law = patience.channels[source.channel].numbers()
    mean = mean_of(law) * source.patience
    return 1 / mean if np.isfinite(mean) and mean > 0 else 0.0


def _erlang(rate: Steps, handle_ms: float, grid: Grid) -> Floats:
    edges, first = np.unique(rate.edges, return_index=True)
    values = rate.values[first[:-1]] if len(edges) > 1 else rate.values[:0]
    if not len(values):
        return np.zeros(grid.count)
    per_ms = [float(one) / 3_600_000 for one in values]
    ends = grid.edges
    times = np.concatenate((ends, (ends[:-1] + ends[1:]) / 2))
    found = np.array(offered_load([*map(float, edges)], per_ms, 1 / handle_ms, [*map(float, times)]))
    at_ends, at_middles = found[: grid.count + 1], found[grid.count + 1 :]
    largest: Floats = np.maximum(np.maximum(at_ends[:-1], at_ends[1:]), at_middles)
    return largest


def _open(model: Model, compress: float, grid: Grid) -> dict[LineKey, Steps]:
    rules = model.rules
    calendars = rules.hours.calendars
    spoken = {entry.language: calendars[entry.calendar] for entry in rules.hours.languages}
    found = {}
    for entry, line in zip(rules.hours.lines, rules.lines, strict=True):
        edges, values = [0.0], []
        for opens, closes in common(calendars[entry.chat], spoken[line.language]):
            begin, end = max(opens * compress, edges[-1]), min(closes * compress, float(grid.horizon_ms))
            if begin < end:
                edges += [begin, end]
                values += [0.0, 1.0]
        edges.append(float(grid.horizon_ms))
        values.append(0.0)
        found[entry.line] = Steps.of(edges, values)
    return found


def _shares(steps: Steps, grid: Grid) -> Floats:
    passed = np.concatenate(([0.0], np.cumsum(np.diff(steps.edges) * steps.values)))
    edges, first = np.unique(steps.edges, return_index=True)
    within: Floats = np.diff(np.interp(grid.edges, edges, passed[first])) / np.maximum(np.diff(grid.edges), 1.0)
    return within
