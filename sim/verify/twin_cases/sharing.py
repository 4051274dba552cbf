"""
Twin cases: agents who share their time among several chats, callbacks, cases and customers of different priority.
"""

from sim import theory
from sim.verify import textbook
from sim.verify.case import TwinCase, Values
from sim.verify.textbook import WITHIN_MIN, Scenario, exponential

_INTEGRALS = "Zeltyn and Mandelbaum 2005"


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
        "served_within": found.served_within(WITHIN_MIN),
    }


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
    return {"p_wait": found.p_wait, "ew": found.ew, "served_within": found.served_within(WITHIN_MIN)}


def _with_cases(agents: int, per_minute: list[float], handle_min: float) -> Scenario:
    chats, cases = per_minute
    return textbook.line(agents, chats, exponential(handle_min), beside={"case": cases})


def _priorities(agents: int, per_minute: list[float], handle_min: float) -> Values:
    found = theory.priority_line(per_minute, 1 / handle_min, agents)
    return {"p_wait": found.p_wait, "ew_first": found.ew[0], "ew_second": found.ew[1]}


def _ahead(agents: int, per_minute: list[float], handle_min: float, head_start_min: float) -> Scenario:
    urgent, others = per_minute
    return textbook.line(agents, others, exponential(handle_min), urgent=urgent, head_start_min=head_start_min)


def _head_start(agents: int, per_minute: list[float], handle_min: float, head_start_min: float) -> Values:
    first, second = per_minute
    found = theory.head_start_line((first, second), 1 / handle_min, agents, head_start_min)
    return {"p_wait": found.p_wait, "ew_first": found.ew[0], "ew_second": found.ew[1]}


SHARING: tuple[TwinCase, ...] = (
    TwinCase(
        "keep-place-half",
        "a callback that keeps its place, taken by half of those who must wait; 5 agents, 5 Erlang",
        _INTEGRALS,
        dict(agents=5, per_minute=10, handle_min=0.5, patience_min=0.5, accepting=0.5),
        _keeping,
        _keep_place,
        quick=30_000,
        full=1_250_000,
    ),
    TwinCase(
        "keep-place-all",
        "the same, taken by everybody: M/M/3, 1.5 Erlang",
        f"{_INTEGRALS}; Erlang 1917",
        dict(agents=3, per_minute=9, handle_min=1 / 6, patience_min=0.5, accepting=1.0),
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
        dict(agents=5, per_minute=4, handle_min=[3, 3.5, 4], patience_min=1),
        _slowed,
        _routed_chats,
        quick=4_000,
        full=400_000,
    ),
    *(
        TwinCase(
            f"callbacks-for-idle-{reserve}",
            f"callbacks dialled when more than {reserve} of 10 agents are idle, taken by half of those who must wait",
            "Legros, Jouini and Koole 2016",
            dict(agents=10, per_minute=2, handle_min=5, patience_min=2, accepting=0.5, reserve=reserve),
            _for_idle_agents,
            _reserved,
            quick=8_000,
            full=400_000,
            full_only=full_only,
            loose={"abandon_inbound": 2, "ew_inbound": 2, "ew_callback": wide},
        )
        for reserve, full_only, wide in ((0, (), 8), (1, ("ew_callback",), 10))
    ),
    TwinCase(
        "blending-by-callbacks",
        "callbacks of which there are always more, dialled only while more than 2 of 16 agents are idle",
        "Bhulai and Koole 2003",
        dict(agents=16, per_minute=4, handle_min=3, reserve=2, outbound=1.5),
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
        dict(agents=16, per_minute=[3, 4], handle_min=2),
        _with_cases,
        _priorities,
        quick=8_000,
        full=1_000_000,
        loose={"p_wait": 2, "ew_first": 2, "ew_second": 6},
    ),
    *(
        TwinCase(
            name,
            f"M/M/16, 3 urgent chats and 4 others a minute: the urgent stand as if they had come {start} earlier",
            source,
            dict(agents=16, per_minute=[3, 4], handle_min=2, head_start_min=start_min),
            _ahead,
            _head_start,
            quick=5_000,
            full=1_000_000,
            loose={"p_wait": 2, "ew_first": 7, "ew_second": 7},
        )
        for name, start, start_min, source in (
            ("head-start", "30 s", 0.5, "Jackson 1960, as a stopped walk"),
            ("priorities-by-credit", "1 h", 60, "Cobham 1954: no wait is as long as the credit"),
        )
    ),
)
