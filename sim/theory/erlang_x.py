"""
Lines with impatient customers, a limited number of telephone lines, and redials: Erlang A and Erlang X.

All patience is exponential here; any other law is in `sim.theory.impatience`.
"""

import numpy as np
from scipy.optimize import brentq  # type: ignore[import-untyped]  # scipy ships no types

from sim.theory.chains import Floats, Ints, birth_death, endless
from sim.theory.checks import at_least, below, not_negative, positive
from sim.theory.line import Queue, QueuedLine


def erlang_a(arrival_rate: float, service_rate: float, agents: int, abandon_rate: float) -> QueuedLine:
    """
    M/M/c+M in steady state: everyone waiting leaves at `abandon_rate` (1 / mean patience, above 0).

    From the birth-death chain: deaths at n mu up to c agents, at c mu + q theta with q waiting. The virtual wait with q
    ahead is the sum over i = 0..q of 1 / (c mu + i theta). Palm 1957; Garnett, Mandelbaum and Reiman, MSOM 4 (2002).
    """
    if not abandon_rate > 0:
        raise ValueError(f"the abandon_rate must be above 0, not {abandon_rate}; use patient_line for 0")
    return erlang_x(arrival_rate, service_rate, agents, abandon_rate)


def erlang_x(
    arrival_rate: float,
    service_rate: float,
    agents: int,
    abandon_rate: float = 0.0,
    lines: int | None = None,
    redial: float = 0.0,
    redial_blocked: float = 0.0,
) -> QueuedLine:
    """
    M/M/c/lines+M with redials in steady state.

    `lines` is the most that may be in the system, waiting and in service (None: no limit); further arrivals are
    blocked. Of those who abandon the share `redial` tries again, of those blocked `redial_blocked`; redials come so
    much later that they arrive as fresh Poisson arrivals, so the rate of attempts is the fixed point
    Lambda = lambda + Lambda (redial abandoned(Lambda) + redial_blocked blocked(Lambda)). Values are per attempt.

    The birth-death chain of `erlang_a`, cut at `lines`; G. Koole, *Call Center Optimization* (Erlang X).
    ValueError for bad numbers, NoSteadyState when nothing keeps the line from growing.
    """
    positive(arrival_rate=arrival_rate, service_rate=service_rate)
    not_negative(abandon_rate=abandon_rate)
    at_least(1, agents=agents)
    if lines is not None:
        at_least(agents, lines=lines)
    for name, share in (("redial", redial), ("redial_blocked", redial_blocked)):
        if not 0 <= share < 1:
            raise ValueError(f"{name} must be at least 0 and below 1, not {share}; with 1 the line only grows")

    def attempts(rate: float) -> QueuedLine:
        return _line(rate, service_rate, agents, abandon_rate, lines)

    nobody_fails = not abandon_rate and lines is None
    if nobody_fails or not (redial or redial_blocked):
        return attempts(arrival_rate)

    def surplus(rate: float) -> float:
        line = attempts(rate)
        return rate * (1.0 - redial * line.abandon - redial_blocked * line.blocked) - arrival_rate

    most = arrival_rate / (1.0 - max(redial, redial_blocked))
    return attempts(float(brentq(surplus, arrival_rate, most * (1 + 1e-12), xtol=1e-14 * most, rtol=1e-14)))


def _line(rate: float, service_rate: float, agents: int, abandon_rate: float, lines: int | None) -> QueuedLine:
    drain = agents * service_rate

    def births(states: Ints) -> Floats:
        return np.full(len(states), rate)

    def deaths(states: Ints) -> Floats:
        number = states + 1
        return np.minimum(number, agents) * service_rate + np.maximum(number - agents, 0) * abandon_rate

    if lines is None:
        if not abandon_rate:
            below(drain, "what the agents serve", arrival_rate=rate)
        found, blocked = endless(births, deaths, agents), 0.0
    else:
        states = np.arange(lines)
        found = birth_death(births(states), deaths(states))
        blocked = float(found[-1])
    queue = Queue(found[agents:] if lines is None else found[agents:-1], drain, abandon_rate)
    number = np.arange(len(found))
    return QueuedLine(
        p_wait=queue.p_wait(),
        abandon=queue.abandon(),
        ew=queue.wait() / (1.0 - blocked),
        ev=queue.virtual_wait() / (1.0 - blocked),
        occupancy=float(np.minimum(number, agents) @ found) / agents,
        blocked=blocked,
        queue=queue,
        idle=float(found[0]),
        in_system=float(number @ found),
        arrival_rate=rate,
    )
