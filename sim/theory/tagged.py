"""
What becomes of one contact that joins a line: served or gone, and after how long.

The state is how many more are busy than on duty, and how many wait ahead; it only ever falls. `sim.theory.day` puts
the pieces of a day together.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import block_array, csr_array, eye_array  # type: ignore[import-untyped]  # scipy ships no types
from scipy.sparse.linalg import splu  # type: ignore[import-untyped]  # scipy ships no types

from sim.theory.chains import Floats, Ints
from sim.theory.flow import Flow


@dataclass(frozen=True, slots=True)
class Fate:
    """What happens in the end, for each place in line; an array over the states each."""

    served: Floats
    """Probability of being served."""
    abandoned: Floats
    """Probability of leaving by oneself."""
    wait_served: Floats
    """Mean wait, counted 0 for those not served."""
    wait: Floats
    """Mean time in line."""


class Tagged:
    """The states (beyond, ahead) of one period: `extra` at most beyond duty, `most` at most ahead."""

    def __init__(self, agents: int, extra: int, most: int, service_rate: float, abandon_rate: float) -> None:
        self.agents, self.extra, self.most = agents, extra, most
        beyond, ahead = (axis.ravel() for axis in np.meshgrid(np.arange(extra + 1), np.arange(most + 1), indexing="ij"))
        self.beyond, self.ahead = beyond, ahead
        here, size = np.arange(len(beyond)), len(beyond)
        ends = (agents + beyond) * service_rate
        falls = (beyond == 0) & (ahead > 0)
        moves = [
            (here[beyond > 0], here[beyond > 0] - (most + 1), ends[beyond > 0]),
            (here[falls], here[falls] - 1, ends[falls]),
            (here[ahead > 0], here[ahead > 0] - 1, ahead[ahead > 0] * abandon_rate),
            (here, here, -(ends + (ahead + 1) * abandon_rate)),
        ]
        rows, columns, rates = (np.concatenate(part) for part in zip(*moves, strict=True))
        self.matrix = csr_array((rates, (rows, columns)), shape=(size, size))
        """Backwards: rows where from."""
        self.serves = np.where((beyond == 0) & (ahead == 0), ends, 0.0)
        self.leaves = np.full(size, abandon_rate)
        self._flow: Flow | None = None
        self._soon_flow: Flow | None = None

    def index(self, beyond: Ints, ahead: Ints) -> Ints:
        """Where a state stands."""
        return beyond * (self.most + 1) + ahead

    def sent_away(self) -> Fate:
        """The fate of those who wait when the day is cleared."""
        nothing = np.zeros(len(self.ahead))
        return Fate(nothing, nothing, nothing, nothing)

    def earlier(self, fate: Fate, time: float) -> Fate:
        """The fate of those who wait `time` before those of `fate`, with nothing changing in between."""
        if self._flow is None:
            self._flow = Flow(self._with_fates())
        size = len(self.ahead)
        vector = np.concatenate((fate.wait_served, fate.served, fate.abandoned, fate.wait, [1.0]))
        after = self._flow.after(vector, time)
        return Fate(after[size : 2 * size], after[2 * size : 3 * size], after[:size], after[3 * size : 4 * size])

    def soon(self, time: float, later: tuple[Floats, Floats] | None) -> tuple[Floats, Floats]:
        """Probabilities of (being served, leaving) within `time`; `later`: of those who then still wait."""
        if self._soon_flow is None:
            self._soon_flow = Flow(self._with_sources())
        size = len(self.ahead)
        begin = np.zeros(2 * size + 1) if later is None else np.concatenate((*later, [0.0]))
        begin[-1] = 1.0
        after = self._soon_flow.after(begin, time)
        return after[:size], after[size : 2 * size]

    def seen_from(self, before: "Tagged", values: Floats, when_taken: float) -> Floats:
        """
        This period's values for the states of the period before, at the moment in which one follows the other.

        Agents who come take from the line those who wait longest; whoever is among them has the value `when_taken`.
        """
        busy = before.agents + before.beyond
        coming = np.maximum(self.agents - busy, 0)
        left = before.ahead - coming
        found = values[self.index(np.maximum(busy - self.agents, 0), np.maximum(left, 0))]
        return np.where(left < 0, when_taken, found)

    def _with_fates(self) -> csr_array:
        """d/dt of (wait of the served, served, abandoned, wait, 1), the time counted backwards."""
        size, matrix = len(self.ahead), self.matrix
        one, column = eye_array(size), np.ones((size, 1))
        none = csr_array((size, size))
        rows = [
            [matrix, one, none, none, None],
            [none, matrix, none, none, csr_array(self.serves[:, None])],
            [none, none, matrix, none, csr_array(self.leaves[:, None])],
            [none, none, none, matrix, csr_array(column)],
            [None, None, None, None, csr_array((1, 1))],
        ]
        return block_array(rows, format="csr")

    def _with_sources(self) -> csr_array:
        """d/dt of (served, left, 1)."""
        none = csr_array((len(self.ahead), len(self.ahead)))
        rows = [
            [self.matrix, none, csr_array(self.serves[:, None])],
            [none, self.matrix, csr_array(self.leaves[:, None])],
            [None, None, csr_array((1, 1))],
        ]
        return block_array(rows, format="csr")


def eventual(tagged: Tagged) -> Fate:
    """The fates when nothing changes any more: -G served = rate of service, -G wait_served = served, and so on."""
    solve = splu((-tagged.matrix).tocsc()).solve
    served = np.asarray(solve(tagged.serves))
    return Fate(
        served,
        np.asarray(solve(tagged.leaves)),
        np.asarray(solve(served)),
        np.asarray(solve(np.ones(len(tagged.ahead)))),
    )


def mapped(later: Fate | None, following: Tagged, before: Tagged) -> Fate:
    """The fates at the end of a period, from those at the start of the next."""
    assert later is not None
    return Fate(
        following.seen_from(before, later.served, 1.0),
        following.seen_from(before, later.abandoned, 0.0),
        following.seen_from(before, later.wait_served, 0.0),
        following.seen_from(before, later.wait, 0.0),
    )
