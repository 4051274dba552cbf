"""
What queueing theory says of a steady line: Erlang B, Erlang C, Erlang A.

Exact values to hold simulations against; nothing here simulates, reads a file or knows the desk. Rates are per any one
unit of time, and times come out in that unit. `load` is arrivals times mean handle time, in Erlang.
Patience of any other law is in `sim.impatience`.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """Steady-state values of one line. Waits of everyone: served, abandoned and not waiting at all."""

    p_wait: float
    """Probability that an arrival finds every agent busy."""
    abandon: float
    """Share of arrivals that leave without service."""
    ew: float
    """Mean time in line, over all arrivals."""
    ev: float
    """Mean virtual wait: what an infinitely patient arrival would wait."""
    occupancy: float
    """Share of the agents' time that is spent serving."""


def _check(load: float, agents: int) -> None:
    if not (load >= 0 and math.isfinite(load)):
        raise ValueError(f"the load must be a finite number of Erlang, 0 or more, not {load}")
    if agents < 1:
        raise ValueError(f"there must be at least one agent, not {agents}")


def erlang_b(load: float, agents: int) -> float:
    """
    Probability that an arrival is lost where nobody waits (M/M/c/c).

    By the recursion B(c) = load B(c-1) / (c + load B(c-1)), B(0) = 1; A. K. Erlang, 1917. ValueError for bad numbers.
    """
    _check(load, agents)
    blocked = 1.0
    for n in range(1, agents + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(load: float, agents: int) -> float:
    """
    Probability that an arrival waits where everyone waits as long as it takes (M/M/c).

    C = c B / (c - load (1 - B)) with B of `erlang_b`; 1 when the load is not below the agents. ValueError as there.
    """
    blocked = erlang_b(load, agents)
    if load >= agents:
        return 1.0
    return agents * blocked / (agents - load * (1.0 - blocked))


def patient_line(arrival_rate: float, service_rate: float, agents: int) -> Line:
    """M/M/c in steady state. Mean wait C / (c mu - lambda); infinite when the load is not below the agents."""
    load = arrival_rate / service_rate
    p_wait = erlang_c(load, agents)
    mean = p_wait / (agents * service_rate - arrival_rate) if load < agents else math.inf
    return Line(p_wait=p_wait, abandon=0.0, ew=mean, ev=mean, occupancy=min(load / agents, 1.0))


def patient_service_level(arrival_rate: float, service_rate: float, agents: int, within: float) -> float:
    """Share of arrivals in M/M/c that wait at most `within`: 1 - C exp(-(c mu - lambda) within)."""
    load = arrival_rate / service_rate
    if load >= agents:
        return 0.0
    return 1.0 - erlang_c(load, agents) * math.exp(-(agents * service_rate - arrival_rate) * within)


def agents_needed(arrival_rate: float, service_rate: float, within: float, share: float) -> int:
    """The fewest agents with which at least `share` (below 1) of arrivals in M/M/c wait at most `within`."""
    if not 0 <= share < 1:
        raise ValueError(f"the share must be at least 0 and below 1, not {share}")
    agents = math.floor(arrival_rate / service_rate) + 1
    while patient_service_level(arrival_rate, service_rate, agents, within) < share:
        agents += 1
    return agents


def erlang_a(arrival_rate: float, service_rate: float, agents: int, abandon_rate: float) -> Line:
    """
    M/M/c+M in steady state: everyone waiting leaves at `abandon_rate` (1 / mean patience, above 0).

    From the birth-death chain: deaths at n mu up to c agents, at c mu + q theta with q waiting. The virtual wait with q
    ahead is the sum over i = 0..q of 1 / (c mu + i theta). Palm 1957; Garnett, Mandelbaum and Reiman, MSOM 4 (2002).
    """
    _check(arrival_rate / service_rate, agents)
    if not abandon_rate > 0:
        raise ValueError(f"the rate of abandoning must be above 0, not {abandon_rate}; use patient_line for 0")
    # Weights relative to the state "all busy, nobody waiting", so that no factorial overflows.
    weight, below, busy = 1.0, 0.0, float(agents)
    for n in range(agents, 0, -1):
        weight *= n * service_rate / arrival_rate
        below += weight
        busy += weight * (n - 1)
    weight, waiting, ahead, queue, virtual = 1.0, 0.0, 0, 0.0, 0.0
    delay = 0.0
    while weight > 1e-18 * waiting or ahead * abandon_rate < arrival_rate:
        delay += 1.0 / (agents * service_rate + ahead * abandon_rate)
        waiting += weight
        queue += ahead * weight
        virtual += delay * weight
        ahead += 1
        weight *= arrival_rate / (agents * service_rate + ahead * abandon_rate)
    total = below + waiting
    mean_queue = queue / total
    return Line(
        p_wait=waiting / total,
        abandon=abandon_rate * mean_queue / arrival_rate,
        ew=mean_queue / arrival_rate,
        ev=virtual / total,
        occupancy=(busy + agents * (waiting - 1.0)) / total / agents,
    )
