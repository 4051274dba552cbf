"""
Twin cases: several kinds of contacts before several groups of agents, by what they know, how well, and how fast; and a
whole centre of them, with opening hours, busyness, impatience and customers who come again.
"""

from sim import theory
from sim.verify import textbook
from sim.verify.case import TwinCase, Values
from sim.verify.textbook import LANGUAGE, PRODUCT, SECOND, Scenario, exponential

_CHAIN = "the chain of everybody's state, solved (Garnett and Mandelbaum 2000, design"
_NESTED = ({PRODUCT: 5}, {PRODUCT: 2, SECOND: 5})
_CROSSED = ({PRODUCT: 5, SECOND: 2}, {PRODUCT: 2, SECOND: 5})
"""What each group knows, and how well: both can help out in the second design, one of them in the first."""


def _nested(
    per_minute: list[float], agents: list[int], handle_min: float, slower: float, patience_min: float
) -> Scenario:
    patience = exponential(patience_min)
    return textbook.two_kinds(per_minute, agents, handle_min, patience, _NESTED, slower=slower, urgent=True)


def _nested_line(
    per_minute: list[float], agents: list[int], handle_min: float, slower: float, patience_min: float
) -> Values:
    rates = 1 / handle_min, 1 / handle_min / slower
    one, two = per_minute
    found = theory.nested_line((one, two), rates, (agents[0], agents[1]), (1 / patience_min, 1 / patience_min))
    # The kind that goes first is the second one.
    return {
        "p_wait": (one * found.p_wait[0] + two * found.p_wait[1]) / (one + two),
        "ew_first": found.ew[1],
        "ew_second": found.ew[0],
        "abandon_first": found.abandon[1],
        "abandon_second": found.abandon[0],
    }


def _crossed(
    per_minute: list[float], agents: list[int], handle_min: float, slower: float, patience_min: float
) -> Scenario:
    return textbook.two_kinds(per_minute, agents, handle_min, exponential(patience_min), _CROSSED, slower=slower)


def _crossed_line(
    per_minute: list[float], agents: list[int], handle_min: float, slower: float, patience_min: float
) -> Values:
    rates = 1 / handle_min, 1 / handle_min / slower
    found = theory.crossed_line((per_minute[0], per_minute[1]), rates, (agents[0], agents[1]), 1 / patience_min)
    return {"p_wait": found.p_wait[0], "ew": found.ew[0], "abandon": found.abandon[0]}


def _impatient_priorities(agents: int, per_minute: list[float], handle_min: float, patience_min: float) -> Scenario:
    urgent, others = per_minute
    return textbook.line(
        agents, others, exponential(handle_min), exponential(patience_min), urgent=urgent, head_start_min=24 * 60
    )


def _impatient_priority_line(agents: int, per_minute: list[float], handle_min: float, patience_min: float) -> Values:
    leaving = 1 / patience_min
    found = theory.impatient_priority_line((per_minute[0], per_minute[1]), 1 / handle_min, agents, (leaving, leaving))
    return {
        "p_wait": found.p_wait,
        "ew_first": found.ew[0],
        "ew_second": found.ew[1],
        "abandon_first": found.abandon[0],
        "abandon_second": found.abandon[1],
    }


def _centre(
    per_hour: list[list[float]],
    agents: list[list[int]],
    open_for: int,
    handle_min: float,
    patience_min: float,
    retry: float,
    delay_min: float,
    alpha: float,
    every_min: int,
) -> Scenario:
    skills = textbook.two_kinds([0, 0], [1, 1], handle_min, exponential(patience_min), _NESTED, urgent=True)
    kinds, channels, impacts = (PRODUCT, SECOND), ("chat", "call"), ("one", "everybody")
    people = {}
    for place, group in enumerate(skills["people"].values()):
        before = 0
        for period, there in enumerate(agents):
            if there[place] > before:
                begins = f"{period * every_min // 60:02d}:{period * every_min % 60:02d}"
                crew = {**group, "agents": there[place] - before, "shift": {"from": begins, "to": "24:00"}}
                people[f"group-{place + 1}-from-{period}"] = crew
                before = there[place]
    closes = open_for * every_min
    hours = {"days": {"daily": f"00:00-{closes // 60:02d}:{closes % 60:02d}"}}
    return {
        **skills,
        "name": "textbook-centre",
        "calendar": {"date": "2026-11-17"},
        # Whoever came again within the grace would be the same contact, which was not abandoned after all.
        "policy": {**skills["policy"], "asc_grace": "0 s", "hours": {"contact": {"chat": hours, "phone": hours}}},
        "demand": {
            "profiles": {
                kind: {"starts": "00:00", "every": f"{every_min} min", "per_hour": [one[place] for one in per_hour]}
                for place, kind in enumerate(kinds)
            },
            "streams": [
                {"product": kind, "language": LANGUAGE, "profile": kind, "channel": channel, "impact": impact}
                for kind, channel, impact in zip(kinds, channels, impacts, strict=True)
            ],
            "busyness": {"alpha": alpha},
            # Beyond seven attempts next to nobody is left.
            "retrial": {"share": retry, "delay": exponential(delay_min), "at_most": 7, "after": ["abandoned"]},
        },
        "people": people,
        "patience": {**exponential(patience_min), "channels": {"call": "never"}},
        "run": {"horizon": f"{len(per_hour) * every_min} min", "end": "drain"},
    }


def _centre_day(
    per_hour: list[list[float]],
    agents: list[list[int]],
    open_for: int,
    handle_min: float,
    patience_min: float,
    retry: float,
    delay_min: float,
    alpha: float,
    every_min: int,
) -> Values:
    periods = [
        theory.CentrePeriod(every_min, (rates[0] / 60, rates[1] / 60), (there[0], there[1]), number < open_for)
        for number, (rates, there) in enumerate(zip(per_hour, agents, strict=True))
    ]
    rate = 1 / handle_min
    found = theory.centre_day(periods, (rate, rate), (1 / patience_min, 0.0), retry, 1 / delay_min, alpha)
    return {
        "abandon_first": found.abandon[0],
        "queue_min_second": found.waited[1] / found.entered[1],
        "shut": found.shut / (found.shut + sum(found.entered)),
    }


SKILLS: tuple[TwinCase, ...] = (
    TwinCase(
        "some-know-both",
        "3 agents for expenses, and 4 for both, who take 1.2 times as long: the specialists are asked first, and travel"
        " goes first where both wait; patience 2 min",
        f"{_CHAIN} N)",
        dict(per_minute=[2, 1], agents=[3, 4], handle_min=2, slower=1.2, patience_min=2),
        _nested,
        _nested_line,
        quick=4_000,
        full=400_000,
        loose={"ew_first": 2, "ew_second": 2, "abandon_first": 2, "abandon_second": 2},
    ),
    TwinCase(
        "all-help-out",
        "two groups of their own kind who help each other out, one of them 1.5 times as slow; first come, first served",
        f"{_CHAIN} X)",
        dict(per_minute=[2, 1], agents=[3, 4], handle_min=2, slower=1.5, patience_min=2),
        _crossed,
        _crossed_line,
        quick=4_000,
        full=450_000,
        loose={"ew": 2, "abandon": 2},
    ),
    TwinCase(
        "impatient-priorities",
        "M/M/14+M, 3 urgent chats and 4 others a minute, who leave after 2 min on average",
        "the chain of how many of each wait; Garnett and Mandelbaum 2000, design V",
        dict(agents=14, per_minute=[3, 4], handle_min=2, patience_min=2),
        _impatient_priorities,
        _impatient_priority_line,
        quick=5_000,
        full=500_000,
        loose={"p_wait": 2, "ew_first": 2, "ew_second": 2, "abandon_first": 3, "abandon_second": 2},
    ),
    TwinCase(
        "whole-centre",
        "chats and urgent calls, agents who know both and some who do not, more of them after ten minutes; open for 20"
        " of 30 min, 2 min each, patience of chats 2 min, three in ten of those who left come again, busyness alpha 20",
        f"{_CHAIN} N), through the day by matrix exponentials (Al-Mohy and Higham 2011) and Golub and Welsch 1969",
        dict(
            per_hour=[[48, 30], [72, 36], [42, 30]],
            agents=[[2, 2], [2, 3], [2, 3]],
            open_for=2,
            handle_min=2,
            patience_min=2,
            retry=0.3,
            delay_min=2,
            alpha=20,
            every_min=10,
        ),
        _centre,
        _centre_day,
        quick=160,
        full=30_000,
        way="days",
        loose={"abandon_first": 2, "queue_min_second": 2},
    ),
)
