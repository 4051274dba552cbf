"""Erlang-Chat: published values, and what its two ways of spreading chats have in common."""

import pytest

from sim import theory
from tests.oracles.facts.lines import CHAT


@pytest.mark.parametrize("agents", CHAT)
def test_erlang_chat(agents: int) -> None:
    """Chats spread evenly have the recorded values; with 100 lines hardly anybody is blocked."""
    line = theory.chat_line(4, [3, 3.5, 4], agents, 1, lines=100)
    found = {
        "p_wait": line.p_wait,
        "abandon": line.abandon,
        "ev": line.ev,
        "virtual": line.virtual_within(0.333),
        "early": line.served_within(0.333),
        "slots": line.slot_occupancy,
    }

    assert found == {name: pytest.approx(value, abs=6e-6) for name, value in CHAT[agents].items()}


@pytest.mark.parametrize("spread", [theory.chat_line, theory.routed_chat_line])
def test_without_slow_down_slots_are_agents(spread: object) -> None:
    """If a chat takes as long beside others, 5 agents with 3 slots are 15 agents."""
    assert callable(spread)
    chats, single = spread(4, [3, 3, 3], 5, 1), theory.erlang_a(4, 1 / 3, 15, 1)

    assert (chats.p_wait, chats.abandon, chats.ev, chats.slot_occupancy) == pytest.approx(
        (single.p_wait, single.abandon, single.ev, single.occupancy), rel=1e-10
    )


@pytest.mark.parametrize("spread", [theory.chat_line, theory.routed_chat_line])
def test_chats_balance(spread: object) -> None:
    """What comes is finished or leaves; slots in use are concurrency times agents at work."""
    assert callable(spread)
    line = spread(4, [3, 3.5, 4], 5, 1)
    speeds = [0, 1 / 3, 2 / 3.5, 3 / 4]

    assert line.slot_occupancy * 3 == pytest.approx(line.occupancy * line.concurrency, rel=1e-12)
    assert line.in_system == pytest.approx(line.slot_occupancy * 15 + 4 * line.ew, rel=1e-10)
    assert 5 * min(speeds[1:]) * line.occupancy <= 4 * (1 - line.abandon) <= 5 * max(speeds)


def test_one_agent_spreads_in_one_way_only() -> None:
    """With a single agent both models are the same chain."""
    even, routed = theory.chat_line(2, [1, 1.2, 1.5], 1, 0.5), theory.routed_chat_line(2, [1, 1.2, 1.5], 1, 0.5)

    assert routed.served_within(0.2) == pytest.approx(even.served_within(0.2), rel=1e-10)
    assert (routed.idle, routed.abandon) == pytest.approx((even.idle, even.abandon), rel=1e-10)


def test_an_agent_who_slows_down_in_proportion_is_shared() -> None:
    """k chats at k times the handle time: the agent is an M/M/1, whatever the number of slots."""
    line = theory.chat_line(4, [0.2, 0.4, 0.6], 1)

    assert line.occupancy == pytest.approx(0.8, rel=1e-9)
    assert line.in_system / 4 == pytest.approx(theory.shared_agent_sojourn(4, 5), rel=1e-9)


def test_chats_that_stay_are_a_little_slower() -> None:
    """A real desk cannot move chats to even them out, and where two together are quicker that costs a little."""
    even, routed = theory.chat_line(4, [3, 3.5, 4], 6, 1), theory.routed_chat_line(4, [3, 3.5, 4], 6, 1)

    assert even.abandon < routed.abandon < 1.05 * even.abandon


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ((4, [], 5, 1), "slots must be"),
        ((4, [3, 0], 5, 1), r"handle_times\[1\] must be"),
        ((4, [3], 0, 1), "agents must be"),
        ((4, [3], 5, -1), "abandon_rate must be"),
        ((4, [3, 3.5], 5, 0), "no steady state"),
        ((4, [3, 3.5], 5, 0, 9), "lines must be"),
    ],
)
def test_impossible_chats_are_refused(numbers: tuple[float, list[float], int, float], told: str) -> None:
    """Numbers that make no desk, and desks that never come to rest, are named."""
    with pytest.raises(ValueError, match=told):
        theory.chat_line(*numbers)
