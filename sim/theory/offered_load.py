"""
The load that a changing demand would bring if there were agents without end: the modified offered load.

With infinitely many agents the number in service at time t is Poisson with mean m(t), the load offered; m lags behind
the demand and is flatter. S. Eick, W. Massey and W. Whitt, "The physics of the M_t/G/infinity queue", Operations
Research 41 (1993). The number in a line whose patience has the same exponential law as its handle time is that too,
whatever the staff.
"""

import math
from collections.abc import Sequence

from sim.theory.checks import not_negative, positive


def offered_load(
    edges: Sequence[float], rates: Sequence[float], service_rate: float, times: Sequence[float]
) -> list[float]:
    """
    m(t) at each of the `times`, in Erlang, for exponential handle times and an empty start.

    The arrival rate is `rates[i]` from `edges[i]` to `edges[i + 1]` (one edge more than rates, in order) and 0
    elsewhere. Within a piece m relaxes towards rate / mu at the speed mu: m' = rate - mu m. ValueError for bad input.
    """
    positive(service_rate=service_rate)
    if len(edges) != len(rates) + 1 or list(edges) != sorted(edges):
        raise ValueError("there must be one edge more than rates, and the edges must be in order")
    for rate in rates:
        not_negative(rate=rate)
    found = dict.fromkeys(times, 0.0)
    asked = sorted(found, reverse=True)
    load = 0.0
    for rate, begin, end in zip([*rates, 0.0], edges, [*edges[1:], math.inf], strict=True):
        level = rate / service_rate
        while asked and asked[-1] <= end:
            passed = max(asked[-1] - begin, 0.0)
            found[asked.pop()] = level + (load - level) * math.exp(-service_rate * passed)
        if math.isfinite(end):
            load = level + (load - level) * math.exp(-service_rate * (end - begin))
    return [found[time] for time in times]


def sinusoidal_offered_load(mean: float, amplitude: float, frequency: float, service_rate: float, time: float) -> float:
    """
    m(t) long after the start, when the arrival rate is mean + amplitude sin(frequency t).

    (mean + amplitude (sin(g t) - (g / mu) cos(g t)) / (1 + (g / mu)^2)) / mu with g the frequency in radians per unit
    of time: Eick, Massey and Whitt, Management Science 39 (1993), for exponential handle times.
    """
    positive(service_rate=service_rate, frequency=frequency)
    not_negative(mean=mean)
    if abs(amplitude) > mean:
        raise ValueError(f"an amplitude of {amplitude} would make the rate negative around its mean of {mean}")
    lag = frequency / service_rate
    wave = (math.sin(frequency * time) - lag * math.cos(frequency * time)) / (1.0 + lag * lag)
    return (mean + amplitude * wave) / service_rate
