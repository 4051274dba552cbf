"""
Several classes of customers before the same agents: who is of a higher class is served first, nobody is interrupted.

All classes need the same exponential handle time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.theory.chains import stationary
from sim.theory.checks import at_least, below, positive
from sim.theory.erlang import erlang_c
from sim.theory.erlang_x import erlang_a


@dataclass(frozen=True, slots=True)
class PriorityLine:
    """Values of a line with classes, highest class first."""

    p_wait: float
    """Probability that an arrival, of whatever class, finds every agent busy."""
    ew: tuple[float, ...]
    """Mean time in line of each class, over all its arrivals."""
    abandon: tuple[float, ...]
    """Share of each class that leaves without service."""


def priority_line(arrival_rates: Sequence[float], service_rate: float, agents: int) -> PriorityLine:
    """
    M/M/c with any number of classes, non-preemptive, nobody leaves.

    Class k waits C / (c mu (1 - s_(k-1)) (1 - s_k)) in the mean, s_k the load of classes up to k per agent: A. Cobham,
    Operations Research 2 (1954); O. Kella and U. Yechiali, Naval Research Logistics 32 (1985). ValueError for bad
    numbers, NoSteadyState unless the whole load is below the agents.
    """
    positive(service_rate=service_rate, **{f"arrival_rates[{k}]": rate for k, rate in enumerate(arrival_rates)})
    at_least(1, agents=agents, classes=len(arrival_rates))
    drain = agents * service_rate
    below(drain, "what the agents serve", arrival_rate=sum(arrival_rates))
    p_wait = erlang_c(sum(arrival_rates) / service_rate, agents)
    waits, used = [], 0.0
    for rate in arrival_rates:
        before, used = used, used + rate / drain
        waits.append(p_wait / drain / ((1.0 - before) * (1.0 - used)))
    return PriorityLine(p_wait, tuple(waits), (0.0,) * len(waits))


def impatient_priority_line(
    arrival_rates: tuple[float, float], service_rate: float, agents: int, abandon_rates: tuple[float, float]
) -> PriorityLine:
    """
    The same with two classes that leave at rates of their own (above 0): the chain of how many of each class wait.

    Both numbers are cut where Erlang A with everybody as patient as the more patient class says that next to nobody is.
    """
    positive(
        service_rate=service_rate,
        **{f"arrival_rates[{k}]": rate for k, rate in enumerate(arrival_rates)},
        **{f"abandon_rates[{k}]": rate for k, rate in enumerate(abandon_rates)},
    )
    at_least(1, agents=agents)
    drain, rate = agents * service_rate, sum(arrival_rates)
    crowd = erlang_a(rate, service_rate, agents, min(abandon_rates))
    later = np.cumsum(crowd.queue.seen[::-1])[::-1]
    most = int(np.searchsorted(-later, -1e-12)) + 2
    if most**2 > 1_000_000:
        raise ValueError("too many may wait in this line for an exact value")
    # States: below "all busy" by number, then (first waiting, second waiting).
    first, second = (axis.ravel() for axis in np.meshgrid(np.arange(most), np.arange(most), indexing="ij"))
    here = agents + first * most + second
    below_all = np.arange(agents)
    moves = [
        (below_all, below_all + 1, np.full(agents, rate)),
        (below_all[1:], below_all[:-1], below_all[1:] * service_rate),
        (np.array([agents]), np.array([agents - 1]), np.array([drain])),
    ]
    for can, step, speed in (
        (first < most - 1, most, np.full(len(here), arrival_rates[0])),
        (second < most - 1, 1, np.full(len(here), arrival_rates[1])),
        (first > 0, -most, drain + first * abandon_rates[0]),
        (second > 0, -1, np.where(first == 0, drain, 0.0) + second * abandon_rates[1]),
    ):
        moves.append((here[can], here[can] + step, speed[can]))
    sources, targets, speeds = (np.concatenate(column) for column in zip(*moves, strict=True))
    found = stationary(agents + most * most, sources, targets, speeds)
    waits = tuple(
        float(found[agents:] @ waiting) / of for waiting, of in zip((first, second), arrival_rates, strict=True)
    )
    return PriorityLine(
        float(found[agents:].sum()), waits, tuple(rate * wait for rate, wait in zip(abandon_rates, waits, strict=True))
    )
