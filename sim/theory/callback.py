"""
Callbacks that are dialled only when enough agents are idle: the trade between calls that come in and calls back.

A callback that keeps its place is in `impatience`. Here calls that come in always go first.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.theory.chains import Floats, Ints, endless, stationary
from sim.theory.checks import NoSteadyState, at_least, below, not_negative, positive, shares

Rates = Callable[[Ints], Floats]
"""Rates by the number of busy agents and callers in line."""


@dataclass(frozen=True, slots=True)
class CallbackLine:
    """Steady-state values; shares of all arrivals unless said otherwise."""

    p_delay: float
    """Probability that an arrival finds every agent busy."""
    p_callback: float
    """Share that takes a callback."""
    abandon_all: float
    """Share that leaves without service."""
    abandon_inbound: float
    """The same, of those who did not take a callback."""
    ew_inbound: float
    """Mean time in line of those who did not take a callback."""
    ew_callback: float
    """Mean time from taking a callback to its being dialled; 0 when nobody takes one."""
    occupancy: float
    """Share of the agents' time that is spent serving either kind."""


def callback_line(
    arrival_rate: float,
    service_rate: float,
    agents: int,
    abandon_rate: float,
    accepting: float,
    reserve: int = 0,
    offer_from: int = 0,
) -> CallbackLine:
    """
    M/M/c+M where an arrival that finds all agents busy and at least `offer_from` in line is offered a callback.

    The share `accepting` takes it. Callbacks are patient; one is dialled when nobody is in line and more than `reserve`
    agents are idle; everybody answers at once, and all handle times are alike. B. Legros, O. Jouini and G. Koole,
    "Optimal scheduling in call centers with a callback option", Performance Evaluation 95 (2016).

    Solved exactly as a quasi-birth-death process whose level is the number of callbacks waiting: a level is left
    downwards only from "c - reserve busy, nobody in line", so the first-passage matrix G has a single column of ones
    and R = A0 (-A1 - A0 G)^-1 is explicit (M. Neuts, *Matrix-Geometric Solutions*, 1981). `abandon_rate` may be 0.
    ValueError for bad numbers, NoSteadyState when calls or callbacks only grow.
    """
    positive(arrival_rate=arrival_rate, service_rate=service_rate)
    not_negative(abandon_rate=abandon_rate)
    shares(accepting=accepting)
    at_least(1, agents=agents)
    at_least(0, reserve=reserve, offer_from=offer_from)
    if reserve >= agents:
        raise ValueError(f"with {agents} agents and a reserve of {reserve} no callback would ever be dialled")
    drain, least = agents * service_rate, agents - reserve
    joining = arrival_rate * (1.0 - accepting)
    if not abandon_rate:
        below(drain, "what the agents serve", calls_that_stay=joining)

    def births(number: Ints) -> Floats:
        return np.where(number < agents + offer_from, arrival_rate, joining)

    def deaths(number: Ints) -> Floats:
        return np.minimum(number, agents) * service_rate + np.maximum(number - agents, 0) * abandon_rate

    # What the number of busy agents and callers does while a callback waits, whatever their number.
    phase = endless(lambda i: births(i + least), lambda i: deaths(i + 1 + least), reserve + offer_from + 1)
    phase = phase[: int(np.flatnonzero(phase > 1e-18)[-1]) + 2]
    number = np.arange(len(phase)) + least
    taking = np.where(number >= agents + offer_from, arrival_rate * accepting, 0.0)
    calls_back = least * service_rate
    if not float(phase @ taking) < calls_back * float(phase[0]):
        raise NoSteadyState("there is no steady state: more callbacks are taken than the agents find time to dial")

    ups, downs = births(number)[:-1], deaths(number)[1:]
    moves = np.diag(ups, 1) + np.diag(downs, -1)
    # A1 + A0 G: within the level, and back to its first state after each excursion to higher levels.
    moves[:, 0] += taking
    moves -= np.diag(moves.sum(axis=1) + np.where(number == least, calls_back, 0.0))
    stays = np.linalg.inv(-moves)

    low = _no_callbacks(births, deaths, least, number, taking)
    first = (low[number] * taking) @ stays
    ratio = taking[:, None] * stays
    above = np.linalg.inv(np.eye(len(number)) - ratio)
    with_callbacks = first @ above
    waiting = float(with_callbacks @ above.sum(axis=1))
    total = float(low.sum() + with_callbacks.sum())
    of_number = low / total
    of_number[number] += with_callbacks / total
    everyone = np.arange(len(of_number))
    queue = float(np.maximum(everyone - agents, 0) @ of_number)
    p_callback = accepting * float(of_number[agents + offer_from :].sum())
    abandon = abandon_rate * queue / arrival_rate
    return CallbackLine(
        p_delay=float(of_number[agents:].sum()),
        p_callback=p_callback,
        abandon_all=abandon,
        abandon_inbound=abandon / (1.0 - p_callback),
        ew_inbound=queue / arrival_rate / (1.0 - p_callback),
        ew_callback=waiting / total / (arrival_rate * p_callback) if p_callback else 0.0,
        occupancy=float(np.minimum(everyone, agents) @ of_number) / agents,
    )


def _no_callbacks(births: Rates, deaths: Rates, least: int, number: Ints, taking: Floats) -> Floats:
    """Relative probabilities of how many are busy or in line while no callback waits; excursions take no time."""
    size = int(number[-1]) + 1
    states = np.arange(size)
    sources = np.concatenate((states[:-1], states[1:], number))
    targets = np.concatenate((states[1:], states[:-1], np.full(len(number), least)))
    rates = np.concatenate((births(states[:-1]), deaths(states[1:]), taking))
    return stationary(size, sources, targets, rates)
