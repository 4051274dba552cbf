"""
Lines in which nobody loses patience: Erlang B, Erlang C, one agent shared by all.

`load` is arrivals times mean handle time, in Erlang. Those who leave, or find every line taken, are in `erlang_x`.
"""

import math

from sim.theory.checks import NoSteadyState, at_least, not_negative, positive
from sim.theory.line import Line


def _check(load: float, agents: int) -> None:
    not_negative(load=load)
    at_least(1, agents=agents)


def erlang_b(load: float, agents: int) -> float:
    """
    Probability that an arrival is lost where nobody waits (M/G/c/c: any law of handle time).

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


def all_idle(load: float, agents: int) -> float:
    """
    Probability that nobody is in M/M/c: 1 / (sum over n < c of load^n / n! + load^c / (c! (1 - load / c))).

    0 when the load is not below the agents. ValueError as in `erlang_b`.
    """
    _check(load, agents)
    if load >= agents:
        return 0.0
    # In units of the state c - 1 the sum grows downwards without a factorial that overflows.
    weight = total = 1.0
    for n in range(agents - 1, 0, -1):
        weight *= n / load if load else math.inf
        total += weight
    total += load / agents / (1.0 - load / agents)
    return weight / total if math.isfinite(total) else 1.0


def patient_line(arrival_rate: float, service_rate: float, agents: int) -> Line:
    """M/M/c in steady state. Mean wait C / (c mu - lambda); infinite when the load is not below the agents."""
    not_negative(arrival_rate=arrival_rate)
    positive(service_rate=service_rate)
    load = arrival_rate / service_rate
    p_wait = erlang_c(load, agents)
    mean = p_wait / (agents * service_rate - arrival_rate) if load < agents else math.inf
    return Line(p_wait=p_wait, abandon=0.0, ew=mean, ev=mean, occupancy=min(load / agents, 1.0))


def patient_service_level(arrival_rate: float, service_rate: float, agents: int, within: float) -> float:
    """Share of arrivals in M/M/c that wait at most `within`: 1 - C exp(-(c mu - lambda) within)."""
    not_negative(arrival_rate=arrival_rate, within=within)
    positive(service_rate=service_rate)
    load = arrival_rate / service_rate
    if load >= agents:
        _check(load, agents)
        return 0.0
    return 1.0 - erlang_c(load, agents) * math.exp(-(agents * service_rate - arrival_rate) * within)


def shared_agent_sojourn(arrival_rate: float, service_rate: float) -> float:
    """
    Mean time in the system when one agent serves everybody at once, each at an equal share of the speed (M/G/1-PS).

    1 / (mu - lambda) for any law of work; L. Kleinrock, *Queueing Systems* II, 4.4. NoSteadyState unless lambda < mu.
    """
    not_negative(arrival_rate=arrival_rate)
    positive(service_rate=service_rate)
    if arrival_rate >= service_rate:
        raise NoSteadyState(f"there is no steady state: {arrival_rate:g} arrive, at most {service_rate:g} are served")
    return 1.0 / (service_rate - arrival_rate)
