"""
How well one can tell an arrival how long it will wait: mean squared errors of simple estimators in M/M/s.

For arrivals that must wait. QL knows the queue length Q and says (Q + 1) / (s mu). HOL says what the head of the line
has waited so far (0 when nobody is in line), LES what the last to enter service had waited. R. Ibrahim and W. Whitt,
"Real-time delay estimation based on delay history", MSOM 11 (2009), name them and show that HOL and LES are about
c_a^2 + 1 times as bad as QL when traffic is heavy. The exact ratios below follow from their argument:

in units of 1 / (s mu), with u = 1 - rho, given that all agents are busy, Q is geometric, P(Q = q) = u rho^q.
HOL: with probability rho somebody waits; the head's age w is then exponential with rate u, behind it there are
Poisson(rho w), so the mean squared error given w is (u w - 2)^2 + 2 rho w + 2, and 2 when nobody waits: 2 / u in all.
LES: the last wait w is 0 with probability u, else exponential with rate u; the time e since then is exponential with
rate 1; ahead there are Poisson(rho (w + e)); so the error is (rho e + 1 - u w)^2 + 2 rho (w + e) + 1 in the mean:
2 + 4 rho + 2 rho^2 / u.
"""

from sim.theory.checks import at_least, below, positive


def queue_length_error(arrival_rate: float, service_rate: float, agents: int) -> float:
    """Mean squared error of QL: E[Q + 1 | wait] / (s mu)^2 = 1 / ((1 - rho) (s mu)^2); squared units of time."""
    drain = _drain(arrival_rate, service_rate, agents)
    return 1.0 / ((1.0 - arrival_rate / drain) * drain**2)


def head_of_line_error(arrival_rate: float, service_rate: float, agents: int) -> float:
    """Mean squared error of HOL: twice that of QL, at any load."""
    return 2.0 * queue_length_error(arrival_rate, service_rate, agents)


def last_served_error(arrival_rate: float, service_rate: float, agents: int) -> float:
    """Mean squared error of LES: (2 + 4 rho + 2 rho^2 / (1 - rho)) / (s mu)^2."""
    drain = _drain(arrival_rate, service_rate, agents)
    rho = arrival_rate / drain
    return (2.0 + 4.0 * rho + 2.0 * rho**2 / (1.0 - rho)) / drain**2


def heavy_traffic_ratio(arrival_scv: float) -> float:
    """Limit of the error of HOL or LES over that of QL in GI/M/s: c_a^2 + 1, c_a^2 of the times between arrivals."""
    if not arrival_scv >= 0:
        raise ValueError(f"arrival_scv must be 0 or more, not {arrival_scv}")
    return arrival_scv + 1.0


def _drain(arrival_rate: float, service_rate: float, agents: int) -> float:
    positive(arrival_rate=arrival_rate, service_rate=service_rate)
    at_least(1, agents=agents)
    drain = agents * service_rate
    below(drain, "what the agents serve", arrival_rate=arrival_rate)
    return drain
