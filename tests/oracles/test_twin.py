"""
The twin against queueing theory: every case of `ringback verify`, and planted bugs that it must find out.

Agreement is |z| <= 4 at a fixed seed, with an interval narrow enough to mean something.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from router.core import events as ev
from router.core import matching
from sim.agents import Agents
from sim.customers import Customers
from sim.demand.model import StreamModel
from sim.driver import Alarm
from sim.people.model import Pace
from sim.returns import Returns
from sim.verify.case import Row, TwinCase
from sim.verify.run import run_case
from sim.verify.twin_cases import TWIN_CASES
from tests.core.bugs.basics import newest_first

pytestmark = pytest.mark.timeout(3_600)  # seconds; these tests compute all the time they take

BY_ID = {case.id: case for case in TWIN_CASES}


def failed(rows: list[Row]) -> list[str]:
    """The measures that do not agree."""
    return [row.measure for row in rows if not row.passed]


@pytest.mark.parametrize("case", TWIN_CASES, ids=lambda case: case.id)
def test_the_twin_agrees_with_theory(case: TwinCase) -> None:
    """Who waits, who leaves, for how long, and how busy the agents are is what theory says."""
    rows = run_case(case)

    assert rows
    assert [] == failed(rows)


@pytest.mark.long
@pytest.mark.parametrize("case", TWIN_CASES, ids=lambda case: case.id)
def test_the_twin_agrees_with_theory_narrowly(case: TwinCase) -> None:
    """The same with intervals of at most 1 %."""
    rows = run_case(case, full=True)

    assert max(row.half_width / row.expected / case.loose.get(row.measure, 1) for row in rows) <= 0.01
    assert [] == failed(rows)


WRONG: list[tuple[str, Mapping[str, Any]]] = [
    ("erlang-c-3", {"agents": 4}),
    ("erlang-a-38", {"agents": 40}),
    ("erlang-a-9", {"patience_min": 1.5}),
    ("three-chats-each", {"slots": 2}),
    ("two-lines-as-one", {"per_minute": 4.4}),
    ("full-lines", {"lines": 13}),
    ("patience-lognormal", {"patience": "uniform, 0 to 4 min"}),
    ("patience-fixed", {"patience": "erlang, mean 2 min, 3 stages"}),
    ("equal-work", {"handle_min": 0.515}),
    ("ring-and-wrap-up", {"wrap_up_min": [0, 0.13]}),
    ("keep-place-half", {"accepting": 0.3}),
    ("keep-place-all", {"handle_min": 1 / 5}),
    ("trying-again", {"share": 0.3}),
    ("chat-slow-down-routed", {"handle_min": [3, 3.2, 3.4]}),
    ("silent-leavers", {"patience_min": 3}),
    ("patience-mass-at-zero", {"at_once": 0.1}),
    ("blending-by-callbacks", {"reserve": 0}),
    ("callbacks-for-idle-0", {"accepting": 0.8}),
    ("cases-after-chats", {"agents": 15}),
    ("head-start", {"head_start_min": 20}),
    ("no-line", {"agents": 14}),
    ("some-know-both", {"slower": 0.7}),
    ("all-help-out", {"agents": [4, 4]}),
    ("impatient-priorities", {"per_minute": [4, 3]}),
    ("whole-centre", {"open_for": 3}),
    ("day-12-impatient", {"agents": [13] * 8}),
    ("day-of-13-hours", {"agents": [4, 4, 6, 8, 8, 8, 7, 8, 8, 6, 6, 4, 4]}),
]
"""Of each family, one case and the numbers that a wrong twin would use in place of the right ones."""


@pytest.mark.parametrize(("ident", "wrong"), WRONG, ids=[ident for ident, _ in WRONG])
def test_a_wrong_number_is_found_out(ident: str, wrong: Mapping[str, Any]) -> None:
    """A twin that gets one number of a case wrong does not agree, although the run is short."""
    case = BY_ID[ident]
    broken = replace(case, quick=case.quick // 2, scenario=lambda **right: case.scenario(**{**right, **wrong}))

    assert failed(run_case(broken))


def plant_slow_service(monkeypatch: pytest.MonkeyPatch) -> None:
    """Conversations take 3 % longer than was drawn."""
    right: Callable[[Agents, int, ev.ContactConnected], None] = Agents._connected

    def slower(self: Agents, now: int, event: ev.ContactConnected) -> None:
        customer = self._present[event.contact_id]
        customer.handle_ms = customer.handle_ms * 103 // 100
        right(self, now, event)

    monkeypatch.setattr(Agents, "_connected", slower)


def plant_endless_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody ever leaves."""
    monkeypatch.setattr(Customers, "_lose_patience", lambda self, alarm: None)


def plant_last_come_first_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line is served from its end."""
    newest_first(monkeypatch)


def plant_no_retrials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever was not served is gone for good."""
    monkeypatch.setattr(Returns, "_try_again", lambda self, customer: None)


def plant_days_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """The factor of the day is drawn, and forgotten."""
    monkeypatch.setattr(StreamModel, "course", lambda self, seed, replication: (self.rates, self.passed))


def plant_late_slow_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """An agent who holds several contacts works as fast as if it were one less."""
    right: Callable[[Pace, int], int] = Pace.speed
    monkeypatch.setattr(Pace, "speed", lambda self, held: right(self, max(held - 1, 1)))


def plant_silence_unheard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has left without a word answers all the same."""
    right: Callable[[Agents, Alarm], None] = Agents._talk

    def answered(self: Agents, alarm: Alarm) -> None:
        customer = alarm.what[1]
        customer.gone = customer.gone and customer.id % 2 == 0
        right(self, alarm)

    monkeypatch.setattr(Agents, "_talk", answered)


def plant_calls_from_the_reserve(monkeypatch: pytest.MonkeyPatch) -> None:
    """Callbacks are dialled as soon as anybody is idle."""
    monkeypatch.setattr(matching, "is_held_back", lambda state, line, cohort: line.has_live())


@pytest.mark.parametrize(
    ("plant", "ident", "found_by"),
    [
        (plant_slow_service, "erlang-c-3", {"p_wait"}),
        (plant_slow_service, "day-12", {"occupancy"}),
        (plant_endless_patience, "erlang-a-9", {"p_wait", "abandon", "ew", "served_within"}),
        (plant_endless_patience, "day-12-impatient", {"abandon"}),
        (plant_last_come_first_served, "erlang-a-9", {"served_within"}),
        (plant_no_retrials, "trying-again", {"lost", "ew", "abandon"}),
        (plant_days_alike, "busy-days", {"abandon"}),
        (plant_late_slow_down, "chat-slow-down-routed", {"p_wait", "abandon"}),
        (plant_silence_unheard, "silent-leavers", {"silent"}),
        (plant_calls_from_the_reserve, "callbacks-for-idle-1", {"p_callback"}),
    ],
)
def test_a_bug_in_the_twin_is_found_out(
    plant: Callable[[pytest.MonkeyPatch], None], ident: str, found_by: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slower service, patience ignored, a line served from its end: each shows where it must."""
    plant(monkeypatch)
    case = BY_ID[ident]

    # Served from its end, a line has the same number waiting and the same mean wait: only the wait's law tells.
    assert found_by <= set(failed(run_case(replace(case, quick=2 * case.quick))))
