"""
Lines with two kinds of work, mixed at random (hyperexponential handle times): GI/H2/c, M/H2/c among them.

State: how many there are, and how many of those in service are of the first kind. The number waiting is cut off where
what is left out is negligible.
"""

import math

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped]  # scipy ships no types

from sim.theory.chains import Floats, stationary
from sim.theory.checks import positive
from sim.theory.flow import Flow
from sim.theory.patience import balanced_halves
from sim.theory.renewal import Even, RenewalLine, Stages, check_gaps

Moves = list[tuple[int, int, float]]
"""(from, to, rate or probability)."""


def renewal_line_of_two(gaps: Stages | Even, handle_time: float, scv: float, agents: int) -> RenewalLine:
    """
    GI/H2/c in steady state: handle times have this mean and squared coefficient of variation, 1 or more.

    With gaps in stages, their stage is a third coordinate of a chain in continuous time; with even gaps the chain is
    looked at before every arrival. Errors as in `check_gaps`.
    """
    positive(handle_time=handle_time)
    balanced_halves(handle_time, scv)
    check_gaps(gaps, 1.0 / handle_time, agents)
    # In heavy traffic the number waiting decays like exp(-2 (1 - rho) / (c_a^2 + c_s^2)) from one to the next.
    rho = handle_time / gaps.mean / agents
    spread = scv + (gaps.scv if isinstance(gaps, Stages) else 0.0)
    crowd = _Crowd(handle_time, scv, agents, agents + 40 + math.ceil(16 * spread / (1 - rho)))
    return _seen_in_stages(crowd, gaps) if isinstance(gaps, Stages) else _seen_evenly(crowd, gaps.gap)


class _Crowd:
    """The states (n in the system, j of those in service of the first kind), n up to `most`, and their moves."""

    def __init__(self, handle_time: float, scv: float, agents: int, most: int) -> None:
        self.share, first, second = balanced_halves(handle_time, scv)
        self.rates = (1.0 / first, 1.0 / second)
        self.agents, self.most = agents, most
        widths = np.minimum(np.arange(most + 1), agents) + 1
        self.starts = np.concatenate(([0], np.cumsum(widths)))
        self.size = int(self.starts[-1])
        self.number = np.repeat(np.arange(most + 1), widths)
        """How many there are in each state."""

    def _state(self, n: int, j: int) -> int:
        return int(self.starts[n]) + j

    def leaving(self) -> Moves:
        """Every end of a service; whoever waits first takes the place."""
        moves: Moves = []
        for n in range(1, self.most + 1):
            busy = min(n, self.agents)
            for j in range(busy + 1):
                here = self._state(n, j)
                for left, rate in ((j - 1, j * self.rates[0]), (j, (busy - j) * self.rates[1])):
                    if rate and n <= self.agents:
                        moves.append((here, self._state(n - 1, left), rate))
                    elif rate:
                        moves.append((here, self._state(n - 1, left + 1), rate * self.share))
                        moves.append((here, self._state(n - 1, left), rate * (1 - self.share)))
        return moves

    def joining(self) -> Moves:
        """What an arrival does, with probabilities; at the cut it is lost."""
        moves: Moves = []
        for n in range(self.most + 1):
            for j in range(min(n, self.agents) + 1):
                here = self._state(n, j)
                if n < self.agents:
                    moves.append((here, self._state(n + 1, j + 1), self.share))
                    moves.append((here, self._state(n + 1, j), 1 - self.share))
                else:
                    moves.append((here, self._state(min(n + 1, self.most), j), 1.0))
        return moves

    def waiting(self) -> Floats:
        """How many wait in each state."""
        return np.maximum(self.number - self.agents, 0).astype(np.float64)


def _seen_in_stages(crowd: _Crowd, gaps: Stages) -> RenewalLine:
    stages = [(branch, k) for branch, count in enumerate(gaps.counts) for k in range(count)]
    of = {stage: index for index, stage in enumerate(stages)}
    moves: Moves = []
    for index, (branch, k) in enumerate(stages):
        base, rate = index * crowd.size, gaps.rates[branch]
        moves += [(base + here, base + there, speed) for here, there, speed in crowd.leaving()]
        if k + 1 < gaps.counts[branch]:
            following = of[branch, k + 1] * crowd.size
            moves += [(base + here, following + here, rate) for here in range(crowd.size)]
            continue
        for other, weight in enumerate(gaps.weights):
            fresh = of[other, 0] * crowd.size
            moves += [(base + here, fresh + there, rate * weight * p) for here, there, p in crowd.joining()]
    sources, targets, rates = (np.array(column) for column in zip(*moves, strict=True))
    found = stationary(crowd.size * len(stages), sources, targets, rates).reshape(len(stages), crowd.size)
    last = [k + 1 == gaps.counts[branch] for branch, k in stages]
    arriving = np.array([gaps.rates[branch] for branch, _ in stages]) * last
    busy = crowd.number >= crowd.agents
    p_wait = float(arriving @ found[:, busy].sum(axis=1)) * gaps.mean
    return RenewalLine(p_wait, float(found.sum(axis=0) @ crowd.waiting()) * gaps.mean)


def _seen_evenly(crowd: _Crowd, gap: float) -> RenewalLine:
    sources, targets, rates = (np.array(column) for column in zip(*crowd.leaving(), strict=True))
    size = crowd.size
    out = np.bincount(sources, rates, size)
    # Columns are where from, so that a vector of probabilities is multiplied from the left of the page.
    matrix = csr_array(
        (np.append(rates, -out), (np.append(targets, np.arange(size)), np.append(sources, np.arange(size)))),
        shape=(size, size),
    )
    flow = Flow(matrix)
    before, after, p = (np.array(column) for column in zip(*crowd.joining(), strict=True))
    joined = csr_array((p, (after, before)), shape=(size, size))
    # In one gap few leave, so the matrix of a whole step stays narrow; its long run is that of a chain with such rates.
    step = flow.moved(joined, gap).tocoo()
    seen = stationary(size, step.col, step.row, step.data)
    p_wait = float(seen[crowd.number >= crowd.agents].sum())
    nodes, weights = np.polynomial.legendre.leggauss(12)
    times, at, queue, now = (nodes + 1) / 2 * gap, joined @ seen, 0.0, 0.0
    for time, weight in zip(times, weights / 2, strict=True):
        at, now = flow.after(at, time - now), time
        queue += weight * float(at @ crowd.waiting())
    return RenewalLine(p_wait, float(queue * gap))
