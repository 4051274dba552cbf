"""
What is said of a line, and what follows from how many wait ahead of an arrival.

Rates are per any one unit of time, and times come out in that unit. Every share is of all arrivals.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, digamma, gammainc, gammaincc  # type: ignore[import-untyped]  # scipy ships no types

from sim.theory.chains import Floats
from sim.theory.checks import not_negative


@dataclass(frozen=True, slots=True)
class Line:
    """Steady-state values of one line. Waits of everyone let in: served, abandoned and not waiting at all."""

    p_wait: float
    """Probability that an arrival finds every agent busy (and is let in)."""
    abandon: float
    """Share of arrivals that leave without service."""
    ew: float
    """Mean time in line, over all arrivals that are let in."""
    ev: float
    """Mean virtual wait: what an infinitely patient arrival would wait."""
    occupancy: float
    """Share of the agents' time that is spent serving."""
    blocked: float = 0.0
    """Share of arrivals that are turned away because every line is taken."""


@dataclass(frozen=True, slots=True)
class Queue:
    """
    What an arrival that must wait finds.

    `seen[q]` is the probability, of all arrivals, that q wait already; while anybody waits the head of the line is
    taken at the constant rate `drain`, and everybody leaves at `abandon_rate` (0: never). With q ahead the virtual wait
    V is a sum of independent exponentials of rates drain + i theta, i = 0..q. So exp(-theta V) has the beta
    distribution with parameters (drain / theta, q + 1), and V without abandonment the gamma distribution.
    """

    seen: Floats
    drain: float
    abandon_rate: float

    def ahead(self) -> Floats:
        """0, 1, 2, ...: how many wait ahead."""
        return np.arange(len(self.seen), dtype=np.float64)

    def p_wait(self) -> float:
        """Probability of having to wait."""
        return float(self.seen.sum())

    def wait(self) -> float:
        """Mean time in line: the sum over arrivals of (q + 1) / (drain + (q + 1) theta)."""
        places = self.ahead() + 1
        return float(np.sum(self.seen * places / (self.drain + places * self.abandon_rate)))

    def abandon(self) -> float:
        """Share that leaves: theta times the mean time in line."""
        return self.abandon_rate * self.wait()

    def virtual_wait(self) -> float:
        """Mean virtual wait: the sum over i = 0..q of 1 / (drain + i theta)."""
        if not self.abandon_rate:
            return self.wait()
        a, places = self.drain / self.abandon_rate, self.ahead() + 1
        if a > 1e6:
            # The difference of two nearly equal digammas would lose what it is about.
            means = np.cumsum(1.0 / (self.drain + self.ahead() * self.abandon_rate))
        else:
            means = (digamma(a + places) - digamma(a)) / self.abandon_rate
        return float(np.sum(self.seen * means))

    def virtual_longer(self, within: float) -> float:
        """Probability of waiting more than `within` when infinitely patient."""
        if not self.abandon_rate:
            return float(np.sum(self.seen * gammaincc(self.ahead() + 1, self.drain * within)))
        left = np.exp(-self.abandon_rate * within)
        return float(np.sum(self.seen * betainc(self.drain / self.abandon_rate, self.ahead() + 1, left)))

    def served_within(self, within: float) -> float:
        """Share that waits, at most `within`, and is then served: E[exp(-theta V); V <= within]."""
        places = self.ahead() + 1
        if not self.abandon_rate:
            return float(np.sum(self.seen * gammainc(places, self.drain * within)))
        a, left = self.drain / self.abandon_rate, np.exp(-self.abandon_rate * within)
        return float(np.sum(self.seen * a / (a + places) * (1.0 - betainc(a + 1, places, left))))

    def abandoned_within(self, within: float) -> float:
        """Share that leaves after at most `within`."""
        stayed = math.exp(-self.abandon_rate * within) * self.virtual_longer(within)
        return self.p_wait() - stayed - self.served_within(within)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedLine(Line):
    """A line whose state is the number in it. Times `within` are 0 or more; ValueError otherwise."""

    queue: Queue
    idle: float
    """Probability that nobody is in the line or in service."""
    in_system: float
    """Mean number waiting and in service."""
    arrival_rate: float
    """Attempts per unit of time, those of redials included."""

    def virtual_within(self, within: float) -> float:
        """Probability that an infinitely patient arrival, if let in, waits at most `within`."""
        not_negative(within=within)
        return 1.0 - self.queue.virtual_longer(within) / (1.0 - self.blocked)

    def served_within(self, within: float) -> float:
        """Share of all arrivals that are served after a wait of at most `within`."""
        not_negative(within=within)
        return 1.0 - self.blocked - self.p_wait + self.queue.served_within(within)

    def abandoned_within(self, within: float) -> float:
        """Share of all arrivals that leave the line after at most `within`."""
        not_negative(within=within)
        return self.queue.abandoned_within(within)

    def late_level(self, within: float) -> float:
        """Served within the time / (served + abandoned later than that): `sl_late` of the measures."""
        return self.served_within(within) / (1.0 - self.blocked - self.abandoned_within(within))
