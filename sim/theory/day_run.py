"""
The engine of `sim.theory.finite_day`: how the state of a desk moves through the periods of a day.

The state is how many are busy and how many wait; what becomes of one contact is in `sim.theory.tagged`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped]  # scipy ships no types

from sim.theory.chains import Floats, Ints
from sim.theory.day_counts import Day, DayCounts, Period
from sim.theory.flow import Flow
from sim.theory.tagged import Fate, Tagged, eventual, mapped

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)
_NEXT_TO_NOTHING = 1e-11


@dataclass(frozen=True, slots=True)
class States:
    """
    (busy, waiting) of one period: nobody waits while fewer are busy than on duty; `extra` may be busy beyond duty.

    In order: 0, 1, .. on duty and none waiting, then 1, 2, .. waiting, then the same for each one beyond duty.
    """

    agents: int
    extra: int
    most: int

    @property
    def busy(self) -> Ints:
        """How many are busy in each state."""
        beyond = self.agents + 1 + np.arange(self.extra)
        within_duty = np.minimum(np.arange(self.agents + self.most + 1), self.agents)
        return np.concatenate((within_duty, np.repeat(beyond, self.most + 1)))

    @property
    def waiting(self) -> Ints:
        """How many wait in each state."""
        within_duty = np.maximum(np.arange(self.agents + self.most + 1) - self.agents, 0)
        return np.concatenate((within_duty, np.tile(np.arange(self.most + 1), self.extra)))

    def index(self, busy: Ints, waiting: Ints) -> Ints:
        """Where a state stands."""
        beyond = (busy - self.agents - 1) * (self.most + 1) + self.agents + self.most + 1
        return np.asarray(np.where(busy <= self.agents, busy, beyond) + waiting)


class Run:
    """One attempt at a day in which at most `most` wait."""

    def __init__(
        self,
        periods: Sequence[Period],
        service_rate: float,
        abandon_rate: float,
        within: float,
        balking: float,
        drain: bool,
        most: int,
    ) -> None:
        self.periods, self.within, self.balking, self.drain, self.most = periods, within, balking, drain, most
        self.service_rate, self.abandon_rate = service_rate, abandon_rate
        self.states: list[States] = []
        extra = 0
        for before, period in zip([None, *periods[:-1]], periods, strict=True):
            extra = 0 if before is None else max(before.agents + extra - period.agents, 0)
            self.states.append(States(period.agents, extra, most))
        self.tagged = [Tagged(each.agents, each.extra, most, service_rate, abandon_rate) for each in self.states]

    def day(self) -> Day | None:
        """The result; None if more would have waited than this attempt allows for."""
        fates = self._fates()
        counts, at = [], np.zeros(0)
        for j, period in enumerate(self.periods):
            states = self.states[j]
            at = self._begin(j, at)
            one, at = self._period(j, at, fates[j])
            counts.append(one)
            if at[states.waiting == self.most].sum() > _NEXT_TO_NOTHING * max(1.0, period.arrival_rate):
                return None
        total = DayCounts()
        for one in counts:
            total.add(one)
        return Day(total, tuple(counts), float(at @ self.states[-1].waiting))

    def _begin(self, j: int, before: Floats) -> Floats:
        """The distribution at the start of a period: agents who come take those who wait, those who go finish."""
        states = self.states[j]
        at = np.zeros(len(states.busy))
        if j == 0:
            at[0] = 1.0
            return at
        busy, waiting = self.states[j - 1].busy, self.states[j - 1].waiting
        taken = np.minimum(np.maximum(states.agents - busy, 0), waiting)
        np.add.at(at, states.index(busy + taken, waiting - taken), before)
        return at

    def _fates(self) -> list[tuple[list[float], list[Fate]]]:
        """For each period: times since its start, and what becomes in the end of a contact that joins the line then."""
        found: list[tuple[list[float], list[Fate]]] = []
        last = len(self.periods) - 1
        start: Fate | None = None
        for j in range(last, -1, -1):
            period, tagged = self.periods[j], self.tagged[j]
            times = [time for time, _ in _quadrature(period.length, self._fast(j), self.within)]
            if j == last and self.drain:
                forever = eventual(tagged)
                found.append((times, [forever] * len(times)))
                start = forever
                continue
            fate = tagged.sent_away() if j == last else mapped(start, self.tagged[j + 1], tagged)
            values, at = [], period.length
            for time in reversed(times):
                fate, at = tagged.earlier(fate, at - time), time
                values.append(fate)
            start = tagged.earlier(fate, at)
            found.append((times, values[::-1]))
        return found[::-1]

    def _fast(self, j: int) -> float:
        """A time in which little happens to the line of a period."""
        period = self.periods[j]
        return 1.0 / (period.arrival_rate + (period.agents + self.states[j].extra + 1) * self.service_rate)

    def _period(self, j: int, at: Floats, fates: tuple[list[float], list[Fate]]) -> tuple[DayCounts, Floats]:
        period, states = self.periods[j], self.states[j]
        flow = Flow(self._generator(j))
        busy, waiting = states.busy, states.waiting
        must_wait = busy >= period.agents
        line = self.tagged[j].index(busy[must_wait] - period.agents, waiting[must_wait])
        usual: tuple[Floats, Floats] | None = None
        counts = DayCounts(arrivals=period.arrival_rate * period.length, duty=period.agents * period.length)
        now = 0.0
        quadrature = _quadrature(period.length, self._fast(j), self.within)
        for (time, weight), fate in zip(quadrature, fates[1], strict=True):
            at, now = flow.after(at, time - now), time
            if self._same(j, time):
                usual = usual or self._soon(j, time, self.within)
                served, left = usual
            else:
                served, left = self._soon(j, time, self.within)
            joining = (1.0 - self.balking) * at[must_wait]
            turned, at_once = self.balking * float(at[must_wait].sum()), float(at[~must_wait].sum())
            each = period.arrival_rate * weight
            counts.served += each * (at_once + float(joining @ fate.served[line]))
            counts.served_within += each * (at_once + float(joining @ served[line]))
            counts.abandoned += each * (turned + float(joining @ fate.abandoned[line]))
            counts.abandoned_within += each * (turned + float(joining @ left[line]))
            counts.wait_served += each * float(joining @ fate.wait_served[line])
            counts.wait += each * float(joining @ fate.wait[line])
            counts.busy += weight * float(at @ busy)
        return counts, flow.after(at, period.length - now)

    def _same(self, j: int, time: float) -> bool:
        """Whether the time `within` is over before anything changes."""
        return (j == len(self.periods) - 1 and self.drain) or time + self.within <= self.periods[j].length

    def _soon(self, j: int, time: float, within: float) -> tuple[Floats, Floats]:
        """Probabilities of being served, and of leaving, after at most `within`, for each place in line."""
        tagged, left = self.tagged[j], self.periods[j].length - time
        if within <= left or (j == len(self.periods) - 1 and self.drain):
            return tagged.soon(within, None)
        if j == len(self.periods) - 1:
            return tagged.soon(left, None)
        later = self._soon(j + 1, 0.0, within - left)
        following = self.tagged[j + 1]
        return tagged.soon(
            left, (following.seen_from(tagged, later[0], 1.0), following.seen_from(tagged, later[1], 0.0))
        )

    def _generator(self, j: int) -> csr_array:
        """The moves of (busy, waiting), columns where from."""
        period, states = self.periods[j], self.states[j]
        busy, waiting = states.busy, states.waiting
        here, mu = np.arange(len(busy)), self.service_rate
        free, takes = busy < period.agents, (busy <= period.agents) & (waiting > 0)
        room, leaves = ~free & (waiting < self.most), busy > 0
        moves = [
            (here[free], busy[free] + 1, waiting[free], np.full(free.sum(), period.arrival_rate)),
            (here[room], busy[room], waiting[room] + 1, np.full(room.sum(), period.arrival_rate * (1 - self.balking))),
            (
                here[leaves],
                busy[leaves] - ~takes[leaves],
                waiting[leaves] - takes[leaves],
                busy[leaves] * mu,
            ),
            (
                here[waiting > 0],
                busy[waiting > 0],
                waiting[waiting > 0] - 1,
                waiting[waiting > 0] * self.abandon_rate,
            ),
        ]
        sources = np.concatenate([source for source, *_ in moves])
        targets = np.concatenate([states.index(b, q) for _, b, q, _ in moves])
        rates = np.concatenate([rate for *_, rate in moves])
        out = np.bincount(sources, rates, len(here))
        return csr_array(
            (np.append(rates, -out), (np.append(targets, here), np.append(sources, here))), shape=(len(here), len(here))
        )


def _quadrature(length: float, fast: float, within: float) -> list[tuple[float, float]]:
    """
    (time, weight) over a period, whose solution is a sum of exponentials in the time since its start or until its end.

    Panels double in length away from both ends, so that each exponential is either smooth in a panel or has died out.
    """
    steps, at = [0.0], min(fast, length / 4)
    while at < length / 2:
        steps.append(at)
        at *= 2
    edges = sorted({*steps, length / 2, *(length - step for step in steps), max(length - within, 0.0)})
    result: list[tuple[float, float]] = []
    for left, right in pairwise(edges):
        half = (right - left) / 2
        if half > 1e-12 * length:
            result += [(left + half * (1 + float(x)), half * float(w)) for x, w in zip(_NODES, _WEIGHTS, strict=True)]
    assert math.isclose(math.fsum(weight for _, weight in result), length, rel_tol=1e-9)
    return result
