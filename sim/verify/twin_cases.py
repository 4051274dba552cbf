"""
The cases that the twin runs: each a textbook line, by number, with its exact values.

To add one: parameters, a scenario made from them, theory called with them. How many customers a case needs for an
interval of 1 % was found by trying; `quick` takes what a minute for all of them allows.
"""

from typing import Any

from sim import theory
from sim.verify import textbook
from sim.verify.case import TwinCase, Values
from sim.verify.textbook import Scenario, exponential, minutes

_WITHIN = 1 / 3
"""Minutes: the 20 s of `served_within`."""


def _impatient(
    agents: int, per_minute: float, handle_min: float, patience_min: float, slots: int = 1, lines: int = 1
) -> Scenario:
    return textbook.line(
        agents, per_minute, exponential(handle_min), exponential(patience_min), chats=slots, lines=lines
    )


def _erlang_a(
    agents: int, per_minute: float, handle_min: float, patience_min: float, slots: int = 1, lines: int = 1
) -> Values:
    found = theory.erlang_a(per_minute, 1 / handle_min, agents * slots, 1 / patience_min)
    return {
        "p_wait": found.p_wait,
        "abandon": found.abandon,
        "ew": found.ew,
        "served_within": found.served_within(_WITHIN),
    }


def _patient(agents: int, per_minute: float, handle_min: float) -> Scenario:
    return textbook.line(agents, per_minute, exponential(handle_min))


def _erlang_c(agents: int, per_minute: float, handle_min: float) -> Values:
    found = theory.patient_line(per_minute, 1 / handle_min, agents)
    within = theory.patient_service_level(per_minute, 1 / handle_min, agents, _WITHIN)
    return {"p_wait": found.p_wait, "ew": found.ew, "served_within": within}


def _limited(agents: int, per_minute: float, handle_min: float, patience_min: float, lines: int) -> Scenario:
    return textbook.line(
        agents, per_minute, exponential(handle_min), exponential(patience_min), queue_limit=lines - agents
    )


def _erlang_x(agents: int, per_minute: float, handle_min: float, patience_min: float, lines: int) -> Values:
    found = theory.erlang_x(per_minute, 1 / handle_min, agents, 1 / patience_min, lines)
    return {
        "p_wait": found.p_wait,
        "abandon": found.abandon,
        "blocked": found.blocked,
        "served_within": found.served_within(_WITHIN),
    }


_LAWS: dict[str, tuple[object, theory.Patience]] = {
    "fixed, 2 min": (minutes(2), theory.Fixed(2)),
    "lognormal, mean 2 min, sigma 1": (
        {"lognormal": {"mean": minutes(2), "sigma": 1.0}},
        theory.Lognormal(2, 1),
    ),
    "uniform, 0 to 4 min": ({"uniform": {"from": minutes(0), "to": minutes(4)}}, theory.Uniform(0, 4)),
    "erlang, mean 2 min, 3 stages": ({"erlang": {"mean": minutes(2), "shape": 3}}, theory.Erlang(2, 3)),
}
"""Patience by name: as a scenario writes it, and as theory knows it."""


def _of_any_patience(agents: int, per_minute: float, handle_min: float, patience: str) -> Scenario:
    return textbook.line(agents, per_minute, exponential(handle_min), _LAWS[patience][0])


def _general_patience(agents: int, per_minute: float, handle_min: float, patience: str) -> Values:
    law = _LAWS[patience][1]
    found = theory.impatient_line(per_minute, 1 / handle_min, agents, law)
    early = theory.served_within(per_minute, 1 / handle_min, agents, law, _WITHIN)
    return {"p_wait": found.p_wait, "abandon": found.abandon, "ew": found.ew, "served_within": early}


def _equal_work(agents: int, per_minute: float, handle_min: float) -> Scenario:
    return textbook.line(agents, per_minute, minutes(handle_min))


def _fixed_service(agents: int, per_minute: float, handle_min: float) -> Values:
    found = theory.fixed_service_line(per_minute, handle_min, agents)
    within = theory.fixed_service_within(per_minute, handle_min, agents, _WITHIN)
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


def _keeping(agents: int, per_minute: float, handle_min: float, patience_min: float, accepting: float) -> Scenario:
    return textbook.line(
        agents, per_minute, exponential(handle_min), exponential(patience_min), callback={"accept": accepting}
    )


def _keep_place(agents: int, per_minute: float, handle_min: float, patience_min: float, accepting: float) -> Values:
    found = theory.keep_place_line(per_minute, 1 / handle_min, agents, 1 / patience_min, accepting)
    values = {"p_wait": found.p_wait, "ew": found.ew}
    return values if accepting == 1 else {**values, "abandon": found.abandon}


def _slowed(agents: int, per_minute: float, handle_min: list[float], patience_min: float) -> Scenario:
    slow_down = [1.0, *(time / handle_min[0] for time in handle_min[1:])]
    return textbook.line(
        agents,
        per_minute,
        exponential(handle_min[0]),
        exponential(patience_min),
        chats=len(handle_min),
        slow_down=slow_down,
    )


def _routed_chats(agents: int, per_minute: float, handle_min: list[float], patience_min: float) -> Values:
    found = theory.routed_chat_line(per_minute, handle_min, agents, 1 / patience_min)
    return {
        "p_wait": found.p_wait,
        "abandon": found.abandon,
        "ew": found.ew,
        "served_within": found.served_within(_WITHIN),
    }


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


def _balking(agents: int, per_minute: float, handle_min: float, patience_min: float, at_once: float) -> Scenario:
    return textbook.line(agents, per_minute, exponential(handle_min), exponential(patience_min), at_once=at_once)


def _mass_at_zero(agents: int, per_minute: float, handle_min: float, patience_min: float, at_once: float) -> Values:
    law = theory.balking(at_once, theory.Exponential(patience_min))
    found = theory.impatient_line(per_minute, 1 / handle_min, agents, law)
    early = theory.served_within(per_minute, 1 / handle_min, agents, law, _WITHIN)
    return {"abandon": found.abandon, "ew": found.ew, "served_within": early}


def _for_idle_agents(
    agents: int, per_minute: float, handle_min: float, patience_min: float, accepting: float, reserve: int
) -> Scenario:
    return textbook.line(
        agents,
        per_minute,
        exponential(handle_min),
        exponential(patience_min),
        callback={"accept": accepting},
        policy_callbacks={"mode": "idle_only", "reserve": reserve},
    )


def _reserved(
    agents: int, per_minute: float, handle_min: float, patience_min: float, accepting: float, reserve: int
) -> Values:
    found = theory.callback_line(per_minute, 1 / handle_min, agents, 1 / patience_min, accepting, reserve)
    return {
        "p_callback": found.p_callback,
        "abandon_inbound": found.abandon_inbound,
        "ew_inbound": found.ew_inbound,
        "ew_callback": found.ew_callback,
    }


def _blending(agents: int, per_minute: float, handle_min: float, reserve: int, outbound: float) -> Scenario:
    return textbook.line(
        agents,
        per_minute,
        exponential(handle_min),
        callback={"accept": 0.0},
        policy_callbacks={"mode": "idle_only", "reserve": reserve, "lifetime": "365 d"},
        beside={"callback": outbound},
    )


def _blended(agents: int, per_minute: float, handle_min: float, reserve: int, outbound: float) -> Values:
    found = theory.blended_line(per_minute, 1 / handle_min, agents, reserve)
    assert outbound > found.outbound_rate, "there must always be another call to make"
    return {"p_wait": found.p_wait, "ew": found.ew, "served_within": found.served_within(_WITHIN)}


def _with_cases(agents: int, per_minute: list[float], handle_min: float) -> Scenario:
    chats, cases = per_minute
    return textbook.line(agents, chats, exponential(handle_min), beside={"case": cases})


def _priorities(agents: int, per_minute: list[float], handle_min: float) -> Values:
    found = theory.priority_line(per_minute, 1 / handle_min, agents)
    return {"p_wait": found.p_wait, "ew_first": found.ew[0], "ew_second": found.ew[1]}


def _day(per_hour: list[float], agents: list[int], handle_min: float, patience_min: float | None) -> Scenario:
    return textbook.day(per_hour, agents, handle_min, patience_min, _WITHIN)


def _exact_day(per_hour: list[float], agents: list[int], handle_min: float, patience_min: float | None) -> Values:
    periods = [theory.Period(60.0, rate / 60, there) for rate, there in zip(per_hour, agents, strict=True)]
    abandon_rate = 0.0 if patience_min is None else 1 / patience_min
    total = theory.day(periods, 1 / handle_min, abandon_rate, _WITHIN).total
    values = {"sl_offered": total.sl_offered, "asa_min": total.asa}
    if patience_min is not None:
        values["abandon"] = total.abandoned / total.arrivals
    # While agents come and go, the twin's available time includes what they finish after their shift.
    return values if len(set(agents)) > 1 else {**values, "occupancy": total.occupancy}


def _busy_day(
    per_hour: list[float], agents: list[int], handle_min: float, patience_min: float, alpha: float
) -> Scenario:
    return textbook.day(per_hour, agents, handle_min, patience_min, _WITHIN, alpha)


def _exact_busy_day(
    per_hour: list[float], agents: list[int], handle_min: float, patience_min: float, alpha: float
) -> Values:
    periods = [theory.Period(60.0, rate / 60, there) for rate, there in zip(per_hour, agents, strict=True)]
    total = theory.busy_day(periods, alpha, 1 / handle_min, 1 / patience_min, _WITHIN).total
    return {"sl_offered": total.sl_offered, "abandon": total.abandoned / total.arrivals, "occupancy": total.occupancy}


def _retrying(
    agents: int, per_minute: float, handle_min: float, patience_min: float, lines: int, share: float, delay_min: float
) -> Scenario:
    return textbook.line(
        agents,
        per_minute,
        exponential(handle_min),
        exponential(patience_min),
        queue_limit=lines - agents,
        # Theory knows no limit; beyond seven attempts next to nobody is left.
        retrial={"share": share, "delay": exponential(delay_min), "at_most": 7},
    )


def _retrial(
    agents: int, per_minute: float, handle_min: float, patience_min: float, lines: int, share: float, delay_min: float
) -> Values:
    found = theory.retrial_line(
        per_minute, 1 / handle_min, agents, 1 / delay_min, lines, 1 / patience_min, share, share
    )
    return {"lost": found.lost, "ew": found.wait, "abandon": found.wait / patience_min}


def _parameters(**values: Any) -> dict[str, Any]:
    return values


_CHAIN = "Palm 1957; Garnett, Mandelbaum and Reiman 2002"
_INTEGRALS = "Zeltyn and Mandelbaum 2005"
_ODE = "Kolmogorov equations by uniformization (Jensen 1953)"

TWIN_CASES: tuple[TwinCase, ...] = (
    TwinCase(
        "erlang-c-3",
        "M/M/3, 2 Erlang",
        "Erlang 1917",
        _parameters(agents=3, per_minute=12, handle_min=1 / 6),
        _patient,
        _erlang_c,
        quick=30_000,
        full=2_800_000,
    ),
    TwinCase(
        "erlang-c-14",
        "M/M/14, 10 Erlang",
        "Erlang 1917; p_wait as pyworkforce and CRAN's ErlangC print it",
        _parameters(agents=14, per_minute=10, handle_min=1),
        _patient,
        _erlang_c,
        quick=30_000,
        full=2_000_000,
        left_out=("ew",),
    ),
    TwinCase(
        "erlang-a-38",
        "M/M/38+M, 10 a minute, 4 min each, patience 2 min",
        _CHAIN,
        _parameters(agents=38, per_minute=10, handle_min=4, patience_min=2),
        _impatient,
        _erlang_a,
        quick=40_000,
        full=1_200_000,
    ),
    TwinCase(
        "erlang-a-9",
        "M/M/9+M under 12 Erlang, patience 1 min",
        _CHAIN,
        _parameters(agents=9, per_minute=4, handle_min=3, patience_min=1),
        _impatient,
        _erlang_a,
        quick=30_000,
        full=200_000,
    ),
    TwinCase(
        "three-chats-each",
        "5 agents with 3 chats each and no slow-down: M/M/15+M",
        _CHAIN,
        _parameters(agents=5, per_minute=4, handle_min=3.5, patience_min=1, slots=3),
        _impatient,
        _erlang_a,
        quick=30_000,
        full=620_000,
    ),
    TwinCase(
        "two-lines-as-one",
        "two lines before the same 9 agents: M/M/9+M",
        _CHAIN,
        _parameters(agents=9, per_minute=4, handle_min=3, patience_min=1, lines=2),
        _impatient,
        _erlang_a,
        quick=30_000,
        full=640_000,
    ),
    TwinCase(
        "full-lines",
        "M/M/9/12+M: 9 agents, 12 lines, 12 Erlang",
        f"{_CHAIN}; Koole, Erlang X",
        _parameters(agents=9, per_minute=4, handle_min=3, patience_min=1, lines=12),
        _limited,
        _erlang_x,
        quick=30_000,
        full=660_000,
    ),
    *(
        TwinCase(
            f"patience-{law.partition(',')[0]}",
            f"M/M/14+G, 16 Erlang, patience {law}",
            _INTEGRALS,
            _parameters(agents=14, per_minute=4, handle_min=4, patience=law),
            _of_any_patience,
            _general_patience,
            quick=30_000,
            full=customers,
        )
        for law, customers in zip(_LAWS, (1_850_000, 280_000, 320_000, 520_000), strict=True)
    ),
    TwinCase(
        "trying-again",
        "M/M/9/12+M, 12 Erlang: four in ten of those turned away or gone try again after 3 min, exponential",
        "Falin and Templeton 1997, ch. 2, by the chain of (in the system, in orbit)",
        _parameters(agents=9, per_minute=4, handle_min=3, patience_min=1, lines=12, share=0.4, delay_min=3),
        _retrying,
        _retrial,
        quick=15_000,
        full=600_000,
    ),
    TwinCase(
        "equal-work",
        "M/D/4, 2.8 Erlang",
        "Spitzer 1956; Franx 2001",
        _parameters(agents=4, per_minute=5.6, handle_min=0.5),
        _equal_work,
        _fixed_service,
        quick=30_000,
        full=1_500_000,
    ),
    TwinCase(
        "ring-and-wrap-up",
        "M/G/1: 1 s of ringing, 6 s of talk, wrap-up of 0 to 6 s",
        "Pollaczek 1930, Khinchine 1932",
        _parameters(per_minute=3, ring_min=1 / 60, handle_min=0.1, wrap_up_min=[0, 0.1]),
        _ringing,
        _single_agent,
        quick=30_000,
        full=520_000,
    ),
    TwinCase(
        "keep-place-half",
        "a callback that keeps its place, taken by half of those who must wait; 5 agents, 5 Erlang",
        _INTEGRALS,
        _parameters(agents=5, per_minute=10, handle_min=0.5, patience_min=0.5, accepting=0.5),
        _keeping,
        _keep_place,
        quick=30_000,
        full=1_250_000,
    ),
    TwinCase(
        "keep-place-all",
        "the same, taken by everybody: M/M/3, 1.5 Erlang",
        f"{_INTEGRALS}; Erlang 1917",
        _parameters(agents=3, per_minute=9, handle_min=1 / 6, patience_min=0.5, accepting=1.0),
        _keeping,
        _keep_place,
        quick=30_000,
        full=500_000,
        left_out=("ew",),
    ),
    TwinCase(
        "chat-slow-down-routed",
        "Erlang-Chat, each chat staying where it is: 5 agents, 3 chats each, AHT 3, 3.5 and 4 min with 1, 2 and 3",
        "Markov chain on how many agents hold how many; the desk of CCmath's Erlang Chat, routed",
        _parameters(agents=5, per_minute=4, handle_min=[3, 3.5, 4], patience_min=1),
        _slowed,
        _routed_chats,
        quick=4_000,
        full=400_000,
    ),
    TwinCase(
        "silent-leavers",
        "M/M/5, 4 Erlang: everybody leaves without a word after 1 min on average, and costs as much as if served",
        "Erlang 1917; patience against an exponential wait",
        _parameters(agents=5, per_minute=2, handle_min=2, patience_min=1),
        _silent,
        _all_silent,
        quick=6_000,
        full=400_000,
        left_out=("ew",),
        loose={"silent": 2},
    ),
    TwinCase(
        "patience-mass-at-zero",
        "M/M/14+G, 16 Erlang: three in ten leave as soon as they must wait, the others after 2 min on average",
        _INTEGRALS,
        _parameters(agents=14, per_minute=4, handle_min=4, patience_min=2, at_once=0.3),
        _balking,
        _mass_at_zero,
        quick=5_000,
        full=200_000,
        loose={"ew": 2},
    ),
    *(
        TwinCase(
            f"callbacks-for-idle-{reserve}",
            f"callbacks dialled when more than {reserve} of 10 agents are idle, taken by half of those who must wait",
            "Legros, Jouini and Koole 2016",
            _parameters(agents=10, per_minute=2, handle_min=5, patience_min=2, accepting=0.5, reserve=reserve),
            _for_idle_agents,
            _reserved,
            quick=8_000,
            full=400_000,
            left_out=left_out,
            loose={"abandon_inbound": 2, "ew_inbound": 2, "ew_callback": 6},
        )
        for reserve, left_out in ((0, ()), (1, ("ew_callback",)))
    ),
    TwinCase(
        "blending-by-callbacks",
        "callbacks of which there are always more, dialled only while more than 2 of 16 agents are idle",
        "Bhulai and Koole 2003",
        _parameters(agents=16, per_minute=4, handle_min=3, reserve=2, outbound=1.5),
        _blending,
        _blended,
        quick=5_000,
        full=600_000,
        left_out=("ew",),
    ),
    TwinCase(
        "cases-after-chats",
        "M/M/16, 3 chats and 4 cases a minute: a case is taken up only when nobody waits",
        "Cobham 1954; Kella and Yechiali 1985",
        _parameters(agents=16, per_minute=[3, 4], handle_min=2),
        _with_cases,
        _priorities,
        quick=8_000,
        full=1_000_000,
        loose={"p_wait": 2, "ew_first": 2, "ew_second": 4},
    ),
    TwinCase(
        "day-12",
        "M/M/12 for 8 h from an empty start, then drained: 4.2 a minute, 2 min each",
        f"{_ODE}; the day of contactcenters, doc/examples/MMC",
        _parameters(per_hour=[252.0] * 8, agents=[12] * 8, handle_min=2, patience_min=None),
        _day,
        _exact_day,
        quick=16,
        full=100,
        way="days",
        left_out=("asa_min",),
    ),
    TwinCase(
        "day-12-impatient",
        "the same with patience of 1 min: M/M/12+M",
        f"{_ODE}; the day of contactcenters, doc/examples/MMCAb",
        _parameters(per_hour=[252.0] * 8, agents=[12] * 8, handle_min=2, patience_min=1),
        _day,
        _exact_day,
        quick=16,
        full=2_400,
        way="days",
        left_out=("asa_min",),
    ),
    TwinCase(
        "busy-days",
        "M/M/3+M for 1 h under 2 Erlang, and all rates of a day times one gamma factor of variance 1/4",
        f"{_ODE}; gamma factor by Golub and Welsch 1969",
        _parameters(per_hour=[60.0], agents=[3], handle_min=2, patience_min=1, alpha=4),
        _busy_day,
        _exact_busy_day,
        quick=120,
        full=40_000,
        way="days",
    ),
    TwinCase(
        "day-of-13-hours",
        "M_t/M/c_t+M: rates and staff change every hour, 3 min each, patience 2 min",
        f"{_ODE}; rates and staff of contactcenters, doc/msk/singleQueue.xml",
        _parameters(
            per_hour=[100, 150, 150, 180, 200, 150, 150, 150, 120, 100, 80, 70, 60],
            agents=[4, 6, 8, 8, 8, 7, 8, 8, 6, 6, 4, 4, 4],
            handle_min=3,
            patience_min=2,
        ),
        _day,
        _exact_day,
        quick=20,
        full=450,
        way="days",
    ),
)
