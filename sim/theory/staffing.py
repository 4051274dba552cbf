"""
How many agents: for a service level, for an occupancy, for what shrinks, and by the square-root rule.

These are the planner's first answers; the mean day only, and one line at a time.
"""

import math

from scipy.special import gammainc  # type: ignore[import-untyped]  # scipy ships no types

from sim.theory.checks import NoSteadyState, at_least, not_negative, positive
from sim.theory.erlang import patient_service_level


def agents_needed(
    arrival_rate: float, service_rate: float, within: float, share: float, max_occupancy: float = 1.0
) -> int:
    """
    The fewest agents with which at least `share` (below 1) of arrivals in M/M/c wait at most `within`.

    Nor may they be busy for more than `max_occupancy` (above 0) of their time. ValueError for impossible targets.
    """
    if not 0 <= share < 1:
        raise ValueError(f"the share must be at least 0 and below 1, not {share}")
    if not 0 < max_occupancy <= 1:
        raise ValueError(f"max_occupancy must be above 0 and at most 1, not {max_occupancy}")
    not_negative(arrival_rate=arrival_rate)
    positive(service_rate=service_rate)
    load = arrival_rate / service_rate
    # The fewest that keep to the occupancy, give or take what a division loses; at 1 the line must still not grow.
    agents = max(math.ceil(load / max_occupancy * (1 - 1e-12)), 1)
    if load >= agents:
        agents = math.floor(load) + 1
    while patient_service_level(arrival_rate, service_rate, agents, within) < share:
        agents += 1
    return agents


def rostered(on_seat: int, shrinkage: float) -> int:
    """
    How many to put on the roster so that `on_seat` are there, when the share `shrinkage` of paid time is not.

    On seat / (1 - shrinkage), rounded up: 40 at 30 % are 58, not 52. ValueError unless 0 <= shrinkage < 1.
    """
    at_least(0, on_seat=on_seat)
    if not 0 <= shrinkage < 1:
        raise ValueError(f"shrinkage must be at least 0 and below 1, not {shrinkage}")
    return math.ceil(on_seat / (1.0 - shrinkage) * (1 - 1e-12))


def agents_for_delay(load: float, p_wait: float) -> int:
    """
    The fewest agents s with P(N >= s) <= `p_wait`, where N, the number there would be without limits, is Poisson(load).

    The infinite-server rule for lines that change with the time of day, exact when patience and handle time have the
    same exponential law: Jennings, Mandelbaum, Massey and Whitt, Management Science 42 (1996); Feldman, Mandelbaum,
    Massey and Whitt, Management Science 54 (2008). `load` is the modified offered load of `offered_load`.
    """
    not_negative(load=load)
    if not 0 < p_wait < 1:
        raise ValueError(f"p_wait must be above 0 and below 1, not {p_wait}")
    agents = max(math.floor(load - 10 * math.sqrt(load)), 0)
    while agents == 0 or gammainc(agents, load) > p_wait:
        agents += 1
    return agents


def square_root_agents(load: float, beta: float) -> int:
    """The square-root rule: load + beta sqrt(load), rounded up; Halfin and Whitt, Operations Research 29 (1981)."""
    not_negative(load=load)
    agents = math.ceil(load + beta * math.sqrt(load))
    if agents < 1:
        raise NoSteadyState(f"with a quality of service of {beta:g} nobody would serve {load:g} Erlang")
    return agents
