"""
Agents who serve a line and, when enough of them are idle, start work of which there is always more (outbound calls).

Work that is started is finished; both kinds take an exponential time with the same mean.
"""

from dataclasses import dataclass

import numpy as np

from sim.theory.chains import Floats, Ints, endless
from sim.theory.checks import at_least, below, not_negative, positive
from sim.theory.line import Queue, QueuedLine


@dataclass(frozen=True, slots=True, kw_only=True)
class BlendedLine(QueuedLine):
    """The line's values; `occupancy` counts both kinds of work."""

    outbound_rate: float
    """Outbound calls per unit of time."""


def blended_line(
    arrival_rate: float, service_rate: float, agents: int, reserve: int, abandon_rate: float = 0.0
) -> BlendedLine:
    """
    M/M/c(+M) with an endless supply of outbound work, which starts whenever more than `reserve` agents are idle.

    So never fewer than c - reserve are busy: a birth-death chain on c - reserve, c - reserve + 1, ... S. Bhulai and
    G. Koole, "A queueing model for call blending in call centers", IEEE Trans. Automatic Control 48 (2003).
    ValueError for bad numbers, NoSteadyState when nothing keeps the line from growing.
    """
    positive(arrival_rate=arrival_rate, service_rate=service_rate)
    not_negative(abandon_rate=abandon_rate)
    at_least(1, agents=agents)
    at_least(0, reserve=reserve)
    if reserve > agents:
        raise ValueError(f"the reserve cannot be more than the {agents} agents, not {reserve}")
    drain, least = agents * service_rate, agents - reserve
    if not abandon_rate:
        below(drain, "what the agents serve", arrival_rate=arrival_rate)

    def births(states: Ints) -> Floats:
        return np.full(len(states), arrival_rate)

    def deaths(states: Ints) -> Floats:
        number = states + 1 + least
        return np.minimum(number, agents) * service_rate + np.maximum(number - agents, 0) * abandon_rate

    found = endless(births, deaths, reserve)
    queue = Queue(found[reserve:], drain, abandon_rate)
    number = np.arange(len(found)) + least
    busy = float(np.minimum(number, agents) @ found)
    return BlendedLine(
        p_wait=queue.p_wait(),
        abandon=queue.abandon(),
        ew=queue.wait(),
        ev=queue.virtual_wait(),
        occupancy=busy / agents,
        queue=queue,
        idle=float(found[0]) if least == 0 else 0.0,
        in_system=float(number @ found),
        arrival_rate=arrival_rate,
        # Each end of work with exactly the least number busy is followed by an outbound call at once.
        outbound_rate=least * service_rate * float(found[0]),
    )
