"""
Several classes of customers before the same agents: who is of a higher class is served first, nobody is interrupted.

All classes need the same exponential handle time.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import diags_array  # type: ignore[import-untyped]  # scipy ships no types
from scipy.sparse.linalg import expm_multiply  # type: ignore[import-untyped]  # scipy ships no types

from sim.theory.chains import stationary
from sim.theory.checks import at_least, below, not_negative, positive
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


def head_start_line(
    arrival_rates: tuple[float, float], service_rate: float, agents: int, head_start: float
) -> PriorityLine:
    """
    M/M/c with two classes and one line, in which the first stands as if it had come `head_start` earlier.

    The discipline is that of J. R. Jackson, "Some problems in queueing with dynamic priorities", Naval Research
    Logistics Quarterly 7 (1960). Before a customer of the second class go all who wait already, and of the first class
    those who come within the head start: a walk that goes up for so long, and down with every service that ends. Its
    drift is known, so the mean of its end follows from where it is when the head start is over. What the second class
    waits longer the first waits less, because all are served at the same rate. ValueError for bad numbers,
    NoSteadyState unless the whole load is below the agents.
    """
    positive(service_rate=service_rate, first_rate=arrival_rates[0], second_rate=arrival_rates[1])
    not_negative(head_start=head_start)
    at_least(1, agents=agents)
    rate, drain = sum(arrival_rates), agents * service_rate
    below(drain, "what the agents serve", arrival_rate=rate)
    p_wait, rho, first = erlang_c(rate / service_rate, agents), rate / drain, arrival_rates[0]
    ahead, left = 1.0 / (1.0 - rho), _left_ahead(rho, first, drain, head_start)
    second_wait = p_wait * ((ahead - left) / (drain - first) + left / drain)
    first_wait = (rate * p_wait * ahead / drain - arrival_rates[1] * second_wait) / first
    return PriorityLine(p_wait, (first_wait, second_wait), (0.0, 0.0))


def _left_ahead(rho: float, up: float, down: float, after: float) -> float:
    """Mean number of services that must still end after so long before one who had to wait gets an agent."""
    most = 50 + math.ceil(-34.0 / math.log(rho)) + math.ceil(3 * up * after)
    numbers = np.arange(1, most + 1)
    began = (1.0 - rho) * rho ** (numbers - 1.0)
    diagonal = np.full(most, -(up + down))
    diagonal[-1] = -down
    moves = diags_array([np.full(most - 1, up), diagonal, np.full(most - 1, down)], offsets=[-1, 0, 1], format="csr")
    return float(numbers @ expm_multiply(moves * after, began)) if after else float(numbers @ began)


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
