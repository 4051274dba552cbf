"""The compiled engine is the twin's equal: random days within its scope, the two decision traces event for event."""

from dataclasses import replace
from typing import Any

import pytest

from sim import kernel
from sim.kernel.trace import Mark
from sim.model import build
from sim.scenario_file import as_scenario
from tests.sim.kernel.both import Row, compiled, twin
from tests.sim.kernel.days import day
from tests.sim.people.days import desk

TENTH_MS = 600_000


def first_difference(number: int) -> str:
    """Where the two traces of a day part, or where the counts do; "" when they are equal."""
    model = build(as_scenario(day(number)))
    counted, rows = twin(model, number, 0, TENTH_MS)
    same, compiled_rows = compiled(model, number, 0, TENTH_MS)
    for place, (one, other) in enumerate(zip(rows, compiled_rows, strict=False)):
        if one != other:
            return f"day {number}, row {place}: the twin says {one}, the kernel {other}"
    if len(rows) != len(compiled_rows):
        return f"day {number}: the twin has {len(rows)} rows, the kernel {len(compiled_rows)}"
    return "" if counted == same else f"day {number}: {counted.total} and {same.total}"


@pytest.mark.long
@pytest.mark.timeout(900)  # The first day waits for the compiler.
@pytest.mark.parametrize("number", range(12))
def test_a_day_is_decided_alike(number: int) -> None:
    """Who asked, was offered to whom, accepted, ended, left, was called back, and when; and every count."""
    assert first_difference(number) == ""


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_hundreds_of_days_are_decided_alike() -> None:
    """The same for 400 days; everything that a trace can say is said in them."""
    assert [found for number in range(12, 412) if (found := first_difference(number))] == []


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_the_days_say_everything_that_a_trace_can_say() -> None:
    """A rule that no day ever uses would be compared in vain."""
    seen: set[int] = set()
    for number in range(80):
        seen |= {row[1] for row in compiled(build(as_scenario(day(number))), number, 0)[1]}

    assert set(Mark) == seen


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_planted_difference_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a wait of one more second before an offer is given up in the kernel alone, some day comes out otherwise."""

    unchanged = compiled

    def slower(model: Any, seed: int, replication: int, every: int | None) -> tuple[Any, list[Row]]:
        longer_ms = model.rules.offer_timeout_ms + 1_000
        rules = replace(model.rules, offer_timeout_ms=longer_ms)
        return unchanged(replace(model, rules=rules), seed, replication, every)

    monkeypatch.setattr(f"{__name__}.compiled", slower)

    assert any(first_difference(number) for number in range(12))


SURGE = {"product": "expense", "starts": "09:00", "lasts": "1 h", "size": 1.0}
OFFICE = {"contact": {"chat": {"days": {"mon-fri": "08:00-18:00"}}}}
WEEKDAYS = {"languages": {"en": {"days": {"mon-fri": "00:00-24:00"}}}}
NIGHT = {"begin": "21:00", "end": "08:00"}
TUESDAY = {"calendar": {"date": "2026-11-17"}}


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        ({"patience": {"silent": 0.1}}, "patience.silent"),
        ({"work": {"transfers": [{"from": "expense", "to": "travel", "share": 0.1}]}}, "work.transfers"),
        ({"policy": {"routing": {"auto_accept": True}}}, "auto_accept"),
        ({"policy": {"routing": {"preferred_agent": "1 min"}}}, "preferred_agent"),
        ({"patience": {"connection": {"every": "1 h", "lasts": "20 s"}}}, "patience.connection"),
        ({"demand": {"surges": {"p1": {**SURGE, "incident": "P1"}}}}, "demand.surges.incident"),
        ({"policy": {"hours": OFFICE}, **TUESDAY}, "policy.hours"),
        ({"policy": {"hours": WEEKDAYS}, **TUESDAY, "run": {"horizon": "4 h", "end": "drain"}}, "policy.hours"),
        ({"policy": {"callbacks": {"quiet_hours": NIGHT}}, **TUESDAY, "callback": {"accept": 0.5}}, "quiet_hours"),
    ],
)
def test_what_is_not_modelled_is_refused_by_name(parts: dict[str, Any], named: str) -> None:
    """Never approximated: the message says what the kernel does not do, and what to use instead."""
    model = build(as_scenario(desk(**parts)))

    with pytest.raises(kernel.OutOfScope, match=f"{named}.*use the twin"):
        kernel.run(model, 1, 0)


def test_hours_that_end_long_after_the_run_are_no_obstacle() -> None:
    """A language that is spoken on working days does not shut on a Tuesday that is cut off at its end."""
    model = build(as_scenario(desk(policy={"hours": WEEKDAYS}, **TUESDAY, run={"end": "cut"})))

    assert kernel.out_of_scope(model) == []
