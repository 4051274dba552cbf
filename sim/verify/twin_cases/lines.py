"""
Twin cases: one line of agents who are all alike, with exponential laws, and customers who try again.

Erlang's formulas and what is near them; other laws of work and patience are `laws`.
"""

from sim import theory
from sim.verify import textbook
from sim.verify.case import TwinCase, Values
from sim.verify.textbook import WITHIN_MIN, Scenario, exponential

_CHAIN = "Palm 1957; Garnett, Mandelbaum and Reiman 2002"


def _patient(agents: int, per_minute: float, handle_min: float) -> Scenario:
    return textbook.line(agents, per_minute, exponential(handle_min))


def _erlang_c(agents: int, per_minute: float, handle_min: float) -> Values:
    found = theory.patient_line(per_minute, 1 / handle_min, agents)
    within = theory.patient_service_level(per_minute, 1 / handle_min, agents, WITHIN_MIN)
    return {"p_wait": found.p_wait, "ew": found.ew, "served_within": within}


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
        "served_within": found.served_within(WITHIN_MIN),
    }


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
        "served_within": found.served_within(WITHIN_MIN),
    }


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


def _losing(agents: int, per_minute: float, handle_min: float) -> Scenario:
    return textbook.line(agents, per_minute, exponential(handle_min), exponential(1), at_once=1.0)


def _erlang_b(agents: int, per_minute: float, handle_min: float) -> Values:
    return {"abandon": theory.erlang_b(per_minute * handle_min, agents)}


def _persisting(agents: int, per_minute: float, handle_min: float, delay_min: float) -> Scenario:
    return textbook.line(
        agents,
        per_minute,
        exponential(handle_min),
        exponential(1),
        at_once=1.0,
        retrial={"share": 1.0, "delay": exponential(delay_min), "at_most": 500, "after": ["abandoned"]},
    )


def _until_served(agents: int, per_minute: float, handle_min: float, delay_min: float) -> Values:
    found = theory.retrial_line(per_minute, 1 / handle_min, agents, 1 / delay_min, agents)
    # Of the time between attempts each is one exponential delay.
    return {"attempts": 1 + found.orbit_wait / delay_min}


LINES: tuple[TwinCase, ...] = (
    TwinCase(
        "erlang-c-3",
        "M/M/3, 2 Erlang",
        "Erlang 1917",
        dict(agents=3, per_minute=12, handle_min=1 / 6),
        _patient,
        _erlang_c,
        quick=30_000,
        full=2_800_000,
    ),
    TwinCase(
        "erlang-c-14",
        "M/M/14, 10 Erlang",
        "Erlang 1917; p_wait as pyworkforce and CRAN's ErlangC print it",
        dict(agents=14, per_minute=10, handle_min=1),
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
        dict(agents=38, per_minute=10, handle_min=4, patience_min=2),
        _impatient,
        _erlang_a,
        quick=40_000,
        full=1_200_000,
    ),
    TwinCase(
        "erlang-a-9",
        "M/M/9+M under 12 Erlang, patience 1 min",
        _CHAIN,
        dict(agents=9, per_minute=4, handle_min=3, patience_min=1),
        _impatient,
        _erlang_a,
        quick=30_000,
        full=200_000,
    ),
    TwinCase(
        "three-chats-each",
        "5 agents with 3 chats each and no slow-down: M/M/15+M",
        _CHAIN,
        dict(agents=5, per_minute=4, handle_min=3.5, patience_min=1, slots=3),
        _impatient,
        _erlang_a,
        quick=30_000,
        full=620_000,
    ),
    TwinCase(
        "two-lines-as-one",
        "two lines before the same 9 agents: M/M/9+M",
        _CHAIN,
        dict(agents=9, per_minute=4, handle_min=3, patience_min=1, lines=2),
        _impatient,
        _erlang_a,
        quick=30_000,
        full=640_000,
    ),
    TwinCase(
        "full-lines",
        "M/M/9/12+M: 9 agents, 12 lines, 12 Erlang",
        f"{_CHAIN}; Koole, Erlang X",
        dict(agents=9, per_minute=4, handle_min=3, patience_min=1, lines=12),
        _limited,
        _erlang_x,
        quick=30_000,
        full=660_000,
    ),
    TwinCase(
        "no-line",
        "M/M/12/12, 10 Erlang: whoever finds everybody busy leaves at once",
        "Erlang 1917",
        dict(agents=12, per_minute=5, handle_min=2),
        _losing,
        _erlang_b,
        quick=6_000,
        full=400_000,
    ),
    TwinCase(
        "trying-until-served",
        "M/M/5/5, 3 Erlang: whoever finds everybody busy tries again after 2 min, exponential, until served",
        "Falin and Templeton 1997, ch. 2; the model of Artalejo's tables",
        dict(agents=5, per_minute=1.5, handle_min=2, delay_min=2),
        _persisting,
        _until_served,
        quick=6_000,
        full=400_000,
    ),
    TwinCase(
        "trying-again",
        "M/M/9/12+M, 12 Erlang: four in ten of those turned away or gone try again after 3 min, exponential",
        "Falin and Templeton 1997, ch. 2, by the chain of (in the system, in orbit)",
        dict(agents=9, per_minute=4, handle_min=3, patience_min=1, lines=12, share=0.4, delay_min=3),
        _retrying,
        _retrial,
        quick=15_000,
        full=600_000,
    ),
)
