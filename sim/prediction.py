"""
What Erlang's formula says of a day whose arrivals are known: a control variate with a known expectation.

For each interval, the number of contacts that came is put into M/M/c+M, as if it were the rate of a steady line of one
pool, and gives how many of them one would expect to wait. The desk is no such line, and the prediction is wrong; but
it moves with the days, and its expectation over Poisson arrivals is known exactly. That is all a control needs.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import gammaln  # type: ignore[import-untyped]  # scipy ships no types

from router.core.lifecycle import LIVE
from sim.draws import NEVER_MS
from sim.durations import LawNumbers
from sim.durations import mean_ms as _mean_ms
from sim.model import Model
from sim.theory import erlang_a

_LEAST_PATIENT = 10.0
"""Patience is taken for at most so many handle times: the formula's sum would be long, and the control no better."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One interval as a steady line: expected arrivals, length, units that are there, and rates per millisecond."""

    expected: float
    length_ms: float
    units: int
    service_rate: float
    abandon_rate: float


class Prediction:
    """`expected_arrivals` and `expected` are the true means of a day's arrivals and of `of` the arrivals."""

    def __init__(self, model: Model, every_ms: int, count: int) -> None:
        self._lines = [_line(model, index, every_ms) for index in range(count)]
        self.expected_arrivals = sum(line.expected for line in self._lines)
        self.expected = sum(_mean(line) for line in self._lines)

    def of(self, arrivals: Sequence[int]) -> float:
        """How many of a day's contacts, given by interval, the formula would let wait."""
        return sum(_waiting(line, count) for line, count in zip(self._lines, arrivals, strict=True))


def mean_ms(law: LawNumbers) -> float:
    """The mean of a duration, milliseconds; very long for one that never ends."""
    return min(_mean_ms(law), float(NEVER_MS))


def _line(model: Model, index: int, every_ms: int) -> _Line:
    begin = max(index * every_ms, model.warm_up_ms)
    end = max(min((index + 1) * every_ms, model.horizon_ms), begin)
    by_stream = [
        (float(np.interp(end, one.begins, one.passed) - np.interp(begin, one.begins, one.passed)), one.handle_time)
        for one in model.streams
        if one.channel in LIVE
    ]
    expected = sum(arrivals for arrivals, _ in by_stream)
    units, ringing = 0.0, 0.0
    for group in model.groups:
        spells = [
            (spell.begins_ms, model.horizon_ms if spell.ends_ms is None else spell.ends_ms) for spell in group.spells
        ]
        there = sum(max(min(until, end) - max(since, begin), 0) for since, until in spells)
        present = there / max(end - begin, 1) * group.agents
        units += present * group.chats
        ringing += present * group.chats * mean_ms(group.answer_delay)
    handle = sum(arrivals * mean_ms(law) for arrivals, law in by_stream) / expected if expected else 0.0
    held = handle + mean_ms(model.wrap_up) + (ringing / units if units else 0.0)
    service_rate = 1.0 / max(held, 1.0)
    abandon_rate = max(1.0 / max(mean_ms(model.patience), 1.0), service_rate / _LEAST_PATIENT)
    return _Line(expected, float(end - begin), max(round(units), 1), service_rate, abandon_rate)


@cache
def _waiting(line: _Line, count: int) -> float:
    if not count or not line.length_ms:
        return 0.0
    rate = count / line.length_ms
    return count * erlang_a(rate, line.service_rate, line.units, line.abandon_rate).p_wait


@cache
def _mean(line: _Line) -> float:
    """The expectation over a Poisson number of arrivals; beyond ten deviations nothing is left."""
    if not line.expected:
        return 0.0
    reach = 10 * math.sqrt(line.expected) + 20
    counts = np.arange(max(math.floor(line.expected - reach), 0), math.ceil(line.expected + reach))
    weights = np.exp(counts * math.log(line.expected) - line.expected - gammaln(counts + 1))
    return float(sum(weight * _waiting(line, int(count)) for count, weight in zip(counts, weights, strict=True)))
