"""
Twin cases: laws of work and patience that are not exponential, and what happens before and after a conversation.
"""

import math

from sim import theory
from sim.verify import textbook
from sim.verify.case import TwinCase, Values
from sim.verify.textbook import WITHIN_MIN, Scenario, exponential, minutes

_INTEGRALS = "Zeltyn and Mandelbaum 2005"


_LAWS: dict[str, tuple[object, theory.Patience]] = {
    "fixed, 2 min": (minutes(2), theory.Fixed(2)),
    "lognormal, mean 2 min, sigma 1": (
        {"lognormal": {"mean": minutes(2), "sigma": 1.0}},
        theory.Lognormal(2, 1),
    ),
    "uniform, 0 to 4 min": ({"uniform": {"from": minutes(0), "to": minutes(4)}}, theory.Uniform(0, 4)),
    "weibull, mean 2 min, shape 2": (
        {"weibull": {"mean": minutes(2), "shape": 2.0}},
        theory.Weibull(2 / math.gamma(1.5), 2),
    ),
    "hyperexponential, mean 2 min, cv 2": (
        {"hyperexponential": {"mean": minutes(2), "cv": 2.0}},
        theory.hyperexponential(2, 4),
    ),
    "erlang, mean 2 min, 3 stages": ({"erlang": {"mean": minutes(2), "shape": 3}}, theory.Erlang(2, 3)),
}
"""Patience by name: as a scenario writes it, and as theory knows it."""


def _of_any_patience(agents: int, per_minute: float, handle_min: float, patience: str) -> Scenario:
    return textbook.line(agents, per_minute, exponential(handle_min), _LAWS[patience][0])


def _general_patience(agents: int, per_minute: float, handle_min: float, patience: str) -> Values:
    law = _LAWS[patience][1]
    found = theory.impatient_line(per_minute, 1 / handle_min, agents, law)
    early = theory.served_within(per_minute, 1 / handle_min, agents, law, WITHIN_MIN)
    return {"p_wait": found.p_wait, "abandon": found.abandon, "ew": found.ew, "served_within": early}


def _balking(agents: int, per_minute: float, handle_min: float, patience_min: float, at_once: float) -> Scenario:
    return textbook.line(agents, per_minute, exponential(handle_min), exponential(patience_min), at_once=at_once)


def _mass_at_zero(agents: int, per_minute: float, handle_min: float, patience_min: float, at_once: float) -> Values:
    law = theory.balking(at_once, theory.Exponential(patience_min))
    found = theory.impatient_line(per_minute, 1 / handle_min, agents, law)
    early = theory.served_within(per_minute, 1 / handle_min, agents, law, WITHIN_MIN)
    return {"abandon": found.abandon, "ew": found.ew, "served_within": early}


def _of_two_kinds(agents: int, per_minute: float, handle_min: float, cv: float) -> Scenario:
    return textbook.line(agents, per_minute, {"hyperexponential": {"mean": minutes(handle_min), "cv": cv}})


def _two_kinds(agents: int, per_minute: float, handle_min: float, cv: float) -> Values:
    found = theory.renewal_line_of_two(theory.random_gaps(per_minute), handle_min, cv**2, agents)
    return {"p_wait": found.p_wait, "ew": found.ew}


def _of_gamma_work(per_minute: float, handle_min: float, cv: float) -> Scenario:
    return textbook.line(1, per_minute, {"gamma": {"mean": minutes(handle_min), "cv": cv}})


def _gamma_work(per_minute: float, handle_min: float, cv: float) -> Values:
    return {"ew": theory.single_agent_wait(per_minute, handle_min, cv**2)}


def _as_seen(per_minute: float, seen: list[list[float]]) -> Scenario:
    classes = [{"to": minutes(top), "share": share} for top, share in seen]
    return textbook.line(1, per_minute, {"empirical": {"classes": classes}})


def _histogram(per_minute: float, seen: list[list[float]]) -> Values:
    # Within a class everything is equally likely: the mean is the middle, the variance a twelfth of the square.
    edges = [0.0, *(top for top, _ in seen)]
    parts = [(share, low, high) for (_, share), low, high in zip(seen, edges, edges[1:], strict=False)]
    total = sum(share for share, _, _ in parts)
    mean = sum(share * (low + high) / 2 for share, low, high in parts) / total
    square = sum(share * (low**2 + low * high + high**2) / 3 for share, low, high in parts) / total
    return {"ew": theory.single_agent_wait(per_minute, mean, square / mean**2 - 1)}


def _equal_work(agents: int, per_minute: float, handle_min: float) -> Scenario:
    return textbook.line(agents, per_minute, minutes(handle_min))


def _fixed_service(agents: int, per_minute: float, handle_min: float) -> Values:
    found = theory.fixed_service_line(per_minute, handle_min, agents)
    within = theory.fixed_service_within(per_minute, handle_min, agents, WITHIN_MIN)
    return {"p_wait": found.p_wait, "ew": found.ew, "served_within": within}


def _ringing(per_minute: float, ring_min: float, handle_min: float, wrap_up_min: list[float]) -> Scenario:
    low, high = wrap_up_min
    return textbook.line(
        1,
        per_minute,
        exponential(handle_min),
        answer_delay=minutes(ring_min),
        wrap_up={"uniform": {"from": minutes(low), "to": minutes(high)}},
    )


def _single_agent(per_minute: float, ring_min: float, handle_min: float, wrap_up_min: list[float]) -> Values:
    low, high = wrap_up_min
    mean = ring_min + handle_min + (low + high) / 2
    variance = handle_min**2 + (high - low) ** 2 / 12
    # The agent is taken from the moment it rings; the customer waits until it has rung.
    return {"ew": theory.single_agent_wait(per_minute, mean, variance / mean**2) + ring_min}


def _silent(agents: int, per_minute: float, handle_min: float, patience_min: float) -> Scenario:
    return textbook.line(
        agents,
        per_minute,
        exponential(handle_min),
        exponential(patience_min),
        silent_takes=exponential(handle_min),
    )


def _all_silent(agents: int, per_minute: float, handle_min: float, patience_min: float) -> Values:
    # Who left without a word takes as long as who stayed, so the line is one of patient customers; and the wait of
    # those who wait is exponential, so that patience ends first with a probability that is a ratio of rates.
    found = theory.patient_line(per_minute, 1 / handle_min, agents)
    frees = agents / handle_min - per_minute
    return {
        "p_wait": found.p_wait,
        "ew": found.ew,
        "silent": found.p_wait / patience_min / (1 / patience_min + frees),
    }


LAWS: tuple[TwinCase, ...] = (
    *(
        TwinCase(
            f"patience-{law.partition(',')[0]}",
            f"M/M/14+G, 16 Erlang, patience {law}",
            _INTEGRALS,
            dict(agents=14, per_minute=4, handle_min=4, patience=law),
            _of_any_patience,
            _general_patience,
            quick=quick,
            full=customers,
        )
        for law, quick, customers in zip(
            _LAWS,
            (30_000, 30_000, 30_000, 6_000, 6_000, 30_000),
            (1_850_000, 280_000, 320_000, 420_000, 280_000, 520_000),
            strict=True,
        )
    ),
    TwinCase(
        "patience-mass-at-zero",
        "M/M/14+G, 16 Erlang: three in ten leave as soon as they must wait, the others after 2 min on average",
        _INTEGRALS,
        dict(agents=14, per_minute=4, handle_min=4, patience_min=2, at_once=0.3),
        _balking,
        _mass_at_zero,
        quick=5_000,
        full=200_000,
        loose={"ew": 2},
    ),
    TwinCase(
        "work-of-two-kinds",
        "M/H2/4, 3.6 Erlang, squared coefficient of variation 2.25",
        "Whitt 1993, exact column; chain of everybody in the system",
        dict(agents=4, per_minute=3.6, handle_min=1, cv=1.5),
        _of_two_kinds,
        _two_kinds,
        quick=10_000,
        full=1_700_000,
        left_out=("ew",),
    ),
    TwinCase(
        "gamma-work",
        "M/G/1, 0.6 Erlang, gamma with a coefficient of variation of 0.7",
        "Pollaczek 1930, Khinchine 1932",
        dict(per_minute=3, handle_min=0.2, cv=0.7),
        _of_gamma_work,
        _gamma_work,
        quick=6_000,
        full=800_000,
    ),
    TwinCase(
        "work-as-seen",
        "M/G/1, 0.63 Erlang: a histogram, 60 of 100 in up to 10 s, none in up to 20 s, the others in up to 40 s",
        "Pollaczek 1930, Khinchine 1932",
        dict(per_minute=2.5, seen=[[1 / 6, 60], [1 / 3, 0], [2 / 3, 40]]),
        _as_seen,
        _histogram,
        quick=6_000,
        full=800_000,
    ),
    TwinCase(
        "equal-work",
        "M/D/4, 2.8 Erlang",
        "Spitzer 1956; Franx 2001",
        dict(agents=4, per_minute=5.6, handle_min=0.5),
        _equal_work,
        _fixed_service,
        quick=30_000,
        full=1_500_000,
    ),
    TwinCase(
        "ring-and-wrap-up",
        "M/G/1: 1 s of ringing, 6 s of talk, wrap-up of 0 to 6 s",
        "Pollaczek 1930, Khinchine 1932",
        dict(per_minute=3, ring_min=1 / 60, handle_min=0.1, wrap_up_min=[0, 0.1]),
        _ringing,
        _single_agent,
        quick=30_000,
        full=520_000,
    ),
    TwinCase(
        "silent-leavers",
        "M/M/5, 4 Erlang: everybody leaves without a word after 1 min on average, and costs as much as if served",
        "Erlang 1917; patience against an exponential wait",
        dict(agents=5, per_minute=2, handle_min=2, patience_min=1),
        _silent,
        _all_silent,
        quick=6_000,
        full=400_000,
        left_out=("ew",),
        loose={"silent": 2},
    ),
)
