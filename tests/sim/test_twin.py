"""The twin as a whole: what must hold of every run."""

from collections import Counter
from typing import Any

import pytest

from router.core import events as ev
from router.core.events import Event
from sim.model import build
from sim.run import simulate
from sim.scenario_file import as_scenario
from sim.sums import Sums
from sim.twin import Counted, Twin

DESK: dict[str, Any] = {
    "name": "busy",
    "policy": {
        "products": ["expense", "travel"],
        "languages": ["en"],
        "offer_timeout": "10 s",
        "routing": {"queue_limit": 30},
    },
    "demand": {
        "streams": [
            {"product": "expense", "language": "en", "per_hour": 90},
            {"product": "travel", "language": "en", "per_hour": 40},
        ]
    },
    "people": {
        "first": {
            "agents": 6,
            "products": ["expense"],
            "languages": ["en"],
            "chats": 2,
            "answer_delay": {"exponential": "6 s"},
        },
        "second": {"agents": 4, "products": ["travel", "expense"], "languages": ["en"], "answer_delay": "3 s"},
        "early": {"agents": 3, "products": ["travel"], "languages": ["en"], "shift": {"from": "00:00", "to": "01:00"}},
    },
    "work": {
        "handle_time": {"lognormal": {"mean": "7 min", "cv": 0.8}},
        "wrap_up": {"uniform": {"from": "0 s", "to": "90 s"}},
    },
    "patience": {"exponential": "4 min"},
    "callback": {"accept": 0.3, "reach": 0.7, "dial_time": {"exponential": "20 s"}},
    "run": {"horizon": "2 h", "seed": 5},
}


def changed(**parts: dict[str, Any]) -> dict[str, Any]:
    """The busy desk with some keys of its sections replaced."""
    return {**DESK, **{key: {**DESK.get(key, {}), **part} for key, part in parts.items()}}


def staffed(agents: int, **parts: dict[str, Any]) -> dict[str, Any]:
    """The busy desk with this many agents in its first group."""
    return changed(people={"first": {**DESK["people"]["first"], "agents": agents}}, **parts)


def run(data: dict[str, Any], replication: int = 0, seed: int = 5) -> tuple[Counted, list[tuple[int, Event]]]:
    """One replication: what was counted, and every event with its time."""
    seen: list[tuple[int, Event]] = []
    twin = Twin(
        build(as_scenario(data)), seed, replication, lambda now, events: seen.extend((now, event) for event in events)
    )
    return twin.run(), seen


def test_the_same_seed_is_the_same_day() -> None:
    """Equal scenario, seed and replication: equal events at equal times. Another seed or replication: another day."""
    (first, events), (again, same) = run(DESK), run(DESK)

    assert (first, events) == (again, same)
    assert run(DESK, replication=1)[1] != events
    assert run(DESK, seed=6)[1] != events


def test_changing_the_staff_does_not_change_the_customers() -> None:
    """Who asks when, in which line, and how patient they are is the same whoever is there to answer."""

    def asked(data: dict[str, Any]) -> list[tuple[int, int, str]]:
        return [(now, e.contact_id, e.line) for now, e in run(data)[1] if isinstance(e, ev.ContactQueued)]

    everyone = changed(policy={**DESK["policy"], "routing": {"queue_limit": 1_000}})
    nobody = changed(
        policy={**DESK["policy"], "routing": {"queue_limit": 1_000}},
        people={"first": {**DESK["people"]["first"], "agents": 40}},
    )

    assert asked(everyone) == asked(nobody)


def test_every_contact_and_every_reservation_ends_once_when_the_day_is_drained() -> None:
    """After draining nobody is left over, in any line, and every event of the day was possible at least once."""
    counted, events = run(DESK)
    total = counted.total

    assert (total.waiting, total.open) == (0, 0)
    assert total.served + total.abandoned + total.short_abandoned + total.converted + total.blocked == total.offered
    assert total.completed + total.unreachable == total.reservations == total.converted > 0
    assert total.unreachable > 0
    assert total.blocked == 0
    kinds = Counter(type(event).__name__ for _, event in events)
    assert {"OfferTimedOut", "OfferWithdrawn", "AgentNotResponding", "ContactAbandoned", "DrainStarted"} <= set(kinds)


def test_totals_are_the_sums_of_the_lines() -> None:
    """The desk's counts are the sum over its lines; agents are counted once."""
    counted = run(DESK)[0]
    summed = Sums()
    for line in counted.lines.values():
        summed.add(line)

    assert (summed.offered, summed.served, summed.wait_ms) == (
        counted.total.offered, counted.total.served, counted.total.wait_ms,
    )  # fmt: skip
    assert counted.total.available_ms <= 13 * 7_200_000
    assert counted.total.busy_ms <= counted.total.available_ms


def test_a_full_line_turns_contacts_away_and_they_are_counted() -> None:
    """A refusal makes no event of a contact, but the contact was offered and blocked."""
    total = run(changed(policy={"routing": {"queue_limit": 2}}))[0].total

    assert total.blocked > 20


def test_more_agents_make_no_line_worse() -> None:
    """One planner's law: with the same customers, more people mean fewer abandons and a better service level."""
    totals = [simulate(as_scenario(staffed(agents)), replications=8).total() for agents in (4, 6, 9, 14)]
    abandoned = [one.abandoned for one in totals]
    levels = [one.served_in_time / one.sl_base for one in totals]

    assert [one.offered for one in totals] == [totals[0].offered] * 4
    assert abandoned == sorted(abandoned, reverse=True)
    assert levels == sorted(levels)


def test_a_cut_day_stops_at_the_horizon() -> None:
    """What still waits is counted as waiting, not as served or lost."""
    counted, events = run(
        changed(run={"end": "cut", "horizon": "1 h"}, people={"first": {**DESK["people"]["first"], "agents": 1}})
    )

    assert max(now for now, _ in events) < 3_600_000
    assert counted.total.waiting > 0


def test_a_faster_day_is_the_same_day() -> None:
    """Ten times as fast, without limits in real time, a day has the same outcome in a tenth of the time."""
    unlimited = {"policy": {"offer_timeout": "1 h"}}
    slow = run(changed(**unlimited))[0].total
    fast = run(changed(**unlimited, run={"compress": 10}))[0].total

    assert fast.offered == slow.offered
    assert fast.served == pytest.approx(slow.served, rel=0.03)
    assert fast.wait_ms * 10 == pytest.approx(slow.wait_ms, rel=0.1)


@pytest.mark.parametrize(("replications", "seed"), [(0, 1), (10_001, 1), (1, -1), (1, 2**63)])
def test_impossible_runs_are_refused(replications: int, seed: int) -> None:
    """Numbers that cannot be run are named, not clipped."""
    with pytest.raises(ValueError, match="must be between"):
        simulate(as_scenario(DESK), replications=replications, seed=seed)
