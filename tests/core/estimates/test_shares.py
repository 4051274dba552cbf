"""Who counts, and for how much."""

from hypothesis import given
from hypothesis import strategies as st

from router.core.estimates.places import PLACE_MODES, place_told
from router.core.estimates.shares import FOREVER_MS, mixed_patience_ms, shared_servers_milli

groups = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 40)), max_size=12)


def test_an_agent_shared_between_lines_counts_in_parts() -> None:
    """Ten slots of this line alone, six shared with one other line that has a queue, three with two others."""
    assert 10_000 + 3_000 + 1_000 == shared_servers_milli([(10, 1), (6, 2), (3, 3)])


def test_lines_without_a_queue_take_nothing() -> None:
    """Where nobody waits yet, the one who asks has the whole group."""
    assert 4_000 == shared_servers_milli([(4, 0)])


def test_no_group_is_no_server() -> None:
    """A line that nobody serves has no capacity."""
    assert 0 == shared_servers_milli([])


@given(groups, st.integers(0, 500), st.integers(1, 40))
def test_sharing_never_adds(shares: list[tuple[int, int]], slots: int, lines: int) -> None:
    """A group more never takes away, a line more never adds, and no share exceeds the slots."""
    total, more, less = (
        shared_servers_milli([*shares, *others]) for others in ([], [(slots, lines)], [(slots, lines + 1)])
    )

    assert total <= less <= more
    assert total <= 1_000 * sum(slots for slots, _ in shares)


def test_callbacks_ahead_do_not_leave() -> None:
    """With one in four ahead able to leave, people leave the queue four times as slowly."""
    assert 480_000 == mixed_patience_ms(120_000, 8, 2)
    assert 120_000 == mixed_patience_ms(120_000, 8, 8)
    assert FOREVER_MS == mixed_patience_ms(120_000, 8, 0)


def test_the_place_is_told_as_the_mode_says() -> None:
    """Always, never, only near the front, or "more than" beyond it."""
    told = {mode: [place_told(ahead, mode, 5) for ahead in (0, 5, 6)] for mode in PLACE_MODES}

    assert {
        "always": [(0, False), (5, False), (6, False)],
        "never": [None, None, None],
        "limit": [(0, False), (5, False), None],
        "more": [(0, False), (5, False), (5, True)],
    } == told
