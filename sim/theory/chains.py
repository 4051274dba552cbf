"""
The long-run probabilities of Markov chains in continuous time: birth-death chains, and any chain of modest size.

Only linear algebra lives here; what a state means is known where the chain is made.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array  # type: ignore[import-untyped]  # scipy ships no types
from scipy.sparse.linalg import splu  # type: ignore[import-untyped]  # scipy ships no types

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NEGLIGIBLE = 1e-18
"""Mass of the last state at which an endless chain is cut off."""
_MOST_STATES = 1 << 23


def birth_death(births: Floats, deaths: Floats) -> Floats:
    """
    Probabilities of the states 0..n, from `births[i]` (rate i to i + 1) and `deaths[i]` (rate i + 1 to i), n each.

    p[i + 1] / p[i] = births[i] / deaths[i], summed as logarithms so that neither factorials nor powers overflow.
    Every death must be above 0.
    """
    with np.errstate(divide="ignore"):
        weights = np.concatenate(([0.0], np.cumsum(np.log(births) - np.log(deaths))))
    unnormed = np.exp(weights - weights.max())
    return np.asarray(unnormed / unnormed.sum())


def endless(births: Callable[[Ints], Floats], deaths: Callable[[Ints], Floats], least: int) -> Floats:
    """
    The same for a chain without a last state, cut off where what is left out is less than `NEGLIGIBLE`.

    `births(i)` and `deaths(i)` give the rates from i to i + 1 and back; from `least` on the deaths must outgrow the
    births. ValueError if that takes more than some eight million states: the line is too near its limit.
    """
    size = max(64, 2 * least)
    while size <= _MOST_STATES:
        states = np.arange(size)
        up, down = births(states), deaths(states)
        found = birth_death(up, down)
        if up[-1] < down[-1] and found[-1] < NEGLIGIBLE * (1 - up[-1] / down[-1]):
            return found
        size *= 2
    raise ValueError("the line is too near the limit of what its agents can do; its values cannot be computed")


State = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Explored:
    """The states of a chain that can be reached, the first one first, and every transition between them."""

    states: list[State]
    sources: Ints
    targets: Ints
    rates: Floats

    def columns(self) -> Ints:
        """The states as columns: one row for each number of a state."""
        return np.array(self.states, dtype=np.int64).T


def explored(start: State, moves: Callable[[State], Iterable[tuple[State, float]]]) -> Explored:
    """
    Everything that can be reached from `start`, where `moves` gives the next states of a state, with their rates.

    The way to write down a chain whose states have a shape of their own; what is endless must be cut by `moves`.
    """
    number = {start: 0}
    states, sources, targets, rates = [start], [], [], []
    for here, state in enumerate(states):  # It grows while it is gone through.
        for after, rate in moves(state):
            if rate > 0:
                if after not in number:
                    number[after] = len(states)
                    states.append(after)
                sources.append(here)
                targets.append(number[after])
                rates.append(rate)
    return Explored(states, np.array(sources), np.array(targets), np.array(rates, dtype=np.float64))


def stationary(size: int, sources: Ints, targets: Ints, rates: Floats) -> Floats:
    """
    Probabilities of the states 0..size-1 of a chain with these transitions; every state must reach state 0.

    Repeated transitions add. Solves pi Q = 0 with the balance of state 0 replaced by pi[0] = 1, which keeps the matrix
    sparse, and normalises. O(size) for chains that are nearly a line, O(size ** 1.5) for those in a plane.
    """
    moves = (sources != targets) & (rates > 0)
    source, target, rate = sources[moves], targets[moves], rates[moves]
    flow = csr_array((rate, (target, source)), shape=(size, size))
    out = np.bincount(source, rate, size)
    rows = np.concatenate((target, np.arange(size)))
    columns = np.concatenate((source, np.arange(size)))
    values = np.concatenate((rate, -out))
    kept = rows != 0
    balance = csr_array(
        (np.append(values[kept], 1.0), (np.append(rows[kept], 0), np.append(columns[kept], 0))), shape=(size, size)
    ).tocsc()
    factors = splu(balance)
    right = np.zeros(size)
    right[0] = 1.0
    found = np.asarray(factors.solve(right))
    found /= found.sum()
    # One step of refinement against what little the elimination lost; the probabilities cannot be negative.
    found = np.maximum(found, 0.0)
    assert np.abs(flow @ found - out * found).max() <= 1e-9 * max(out.max(), 1.0)
    return np.asarray(found / found.sum())
