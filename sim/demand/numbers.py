"""
When the numbers of a stream's customers must not be rung: the policy's quiet hours, in the zone where each one lives.

Customers whose stream names no zones live in the desk's own. Where it names several, each lives in one of those by
whose clock people ask just then: at three in the morning of the one zone most who ask are of another.
"""

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from router.core.hours import Intervals
from router.wire.hours.quiet import quiet_intervals
from router.wire.hours.zones import MAX_MS
from sim.demand.sources import Source, run_clock
from sim.fields import parse_clock_ms
from sim.laws import Floats
from sim.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Numbers:
    """
    Quiet hours of the numbers of one stream on the run's clock, compressed; `quiet` has one entry for each zone.

    `shares[i]` are the shares of the zones, summed up, from `begins[i]` on; one row alone where they never change.
    """

    begins: Floats
    shares: Floats
    quiet: tuple[Intervals, ...]

    def quiet_of(self, chance: float, at_ms: int, until_ms: int) -> Intervals:
        """When somebody's number must not be rung between two times; `chance` (0 to 1) says where they live."""
        row = max(int(np.searchsorted(self.begins, at_ms, side="right")) - 1, 0)
        zone = int(np.searchsorted(self.shares[row], chance * self.shares[row][-1], side="left"))
        nights = self.quiet[min(zone, len(self.quiet) - 1)]
        first = bisect_right(nights, at_ms, key=lambda night: night[1])
        last = bisect_right(nights, until_ms, key=lambda night: night[0])
        return nights[first:last]


def numbers_of(scenario: Scenario, source: Source | None) -> Numbers | None:
    """Of one source, or of customers of the desk's own zone; None where no number is ever quiet, or none is rung."""
    rules = scenario.policy.callbacks.quiet_hours
    if scenario.callback is None or rules.begin == rules.end:
        return None
    zones = source.zones if source is not None and source.zones else ((scenario.calendar.time_zone, None),)
    begins_ms, factor = round(run_clock(scenario).began_ms), scenario.run.compress
    callbacks = scenario.policy.callbacks
    until_ms = min(begins_ms + scenario.run.horizon + callbacks.slot_horizon + callbacks.lifetime, MAX_MS)
    minutes = parse_clock_ms(rules.begin) // 60_000, parse_clock_ms(rules.end) // 60_000
    quiet = tuple(_nights(zone, begins_ms, until_ms, minutes, factor) for zone, _ in zones)
    rates = [rate for _, rate in zones if rate is not None]
    if not rates:
        return Numbers(np.zeros(1), np.ones((1, 1)), quiet)
    edges = np.unique(np.concatenate([rate.edges for rate in rates]))
    shares = np.cumsum([rate.at((edges[:-1] + edges[1:]) / 2) for rate in rates], axis=0).T
    return Numbers(edges[:-1] / factor, shares, quiet)


@lru_cache(256)
def _nights(zone: str, begins_ms: int, until_ms: int, minutes: tuple[int, int], factor: float) -> Intervals:
    """Quiet hours of a zone from the beginning of a run on; many streams have customers there."""
    nights = quiet_intervals((zone,), begins_ms, until_ms, *minutes)
    return tuple((round((begin - begins_ms) / factor), round((end - begins_ms) / factor)) for begin, end in nights)
