"""What customers do about callbacks: when one is offered, who takes it, when they want it, what comes of dialling."""

from collections import Counter
from typing import Any

import pytest

from router.core import events as ev
from tests.sim.people.days import MINUTE, SKILLS, desk, of, run

FEW = {"crew": {"agents": 3, **SKILLS}}


def called(policy: dict[str, Any] | None = None, **callback: Any) -> dict[str, Any]:
    """A busy desk with callbacks."""
    rules = {"accept": 1.0, "dial_time": "20 s", **callback}
    return desk(people=FEW, callback=rules, policy={"callbacks": policy or {}}, patience={"exponential": "20 min"})


def converted(happened: Any) -> dict[int, int]:
    """Contact to when it was converted, since it asked."""
    asked = {e.contact_id: now for now, e in of(happened, ev.ContactQueued)}
    return {e.contact_id: now - asked[e.contact_id] for now, e in of(happened, ev.ContactConverted)}


def test_a_callback_is_offered_when_the_policy_says() -> None:
    """After two minutes in line; not before, and to those alone who still wait then."""
    happened = run(called({"offer_after": "2 min"}))[1]

    assert set(converted(happened).values()) == {2 * MINUTE}


def test_a_callback_is_offered_in_a_crowd() -> None:
    """When so many wait, the one who asks included; whoever asked before is looked at again as a page would."""
    happened = run(called({"offer_queue_length": 3}))[1]
    waits = converted(happened)

    assert set(waits.values()) <= set(range(0, 10_000_000, 30_000))
    assert len(waits) > 10


def test_acceptance_may_depend_on_the_wait_that_is_told() -> None:
    """Nobody takes one for a short wait, everybody for a long one: who does is told a long one."""
    bands = [{"below": "5 min", "share": 0.0}]
    data = called(accept=1.0, accept_by_wait=bands)
    never = run(called(accept=0.0, accept_by_wait=[{"below": "24 h", "share": 0.0}]))[1]

    assert 0 < len(converted(run(data)[1])) < len(converted(run(called(accept=1.0))[1]))
    assert not converted(never)


def test_outcomes_of_dialling_follow_their_shares_and_their_ladders() -> None:
    """Each outcome as often as was said; the policy's ladder for it decides about another attempt."""
    policy = {"retries": {"no_answer": ["2 min"], "busy": ["1 min"], "voicemail": [], "invalid": []}}
    failures = {"no_answer": 0.4, "busy": 0.3, "voicemail": 0.2, "invalid": 0.1}
    data = called(policy, reach=0.5, failures=failures)
    counted, happened = run({**data, "run": {"horizon": "24 h", "seed": 3}})
    dialled = len(of(happened, ev.DialStarted))
    failed = Counter(e.failure for _, e in [*of(happened, ev.AttemptFailed), *of(happened, ev.CallbackUnreachable)])

    assert sum(failed.values()) / dialled == pytest.approx(0.5, abs=0.07)
    for failure, share in failures.items():
        assert failed[failure] / sum(failed.values()) == pytest.approx(share, abs=0.1)
    assert {e.failure for _, e in of(happened, ev.AttemptFailed)} == {"no_answer", "busy"}
    total = counted.total
    assert total.completed + total.unreachable == total.reservations


def test_some_want_a_window_and_are_called_in_it() -> None:
    """The next free slot from when they want it; never dialled before it begins."""
    policy = {"slot": "30 min", "slot_capacity": 2}
    data = called(policy, window={"share": 0.5, "ahead": "45 min"})
    happened = run(data)[1]
    windows = {e.contact_id: e.window_from for _, e in of(happened, ev.ContactConverted) if e.window_from}
    everybody = of(happened, ev.ContactConverted)
    first: dict[int, int] = {}
    for now, event in of(happened, ev.DialStarted):
        first.setdefault(event.contact_id, now)

    assert 0.3 < len(windows) / len(everybody) < 0.7
    assert max(Counter(windows.values()).values()) <= 2
    assert all(first[contact] >= begin for contact, begin in windows.items() if contact in first)
    asked = {e.contact_id: now for now, e in everybody}
    assert all(begin - asked[contact] >= 45 * MINUTE for contact, begin in windows.items())


def test_who_is_not_called_in_time_cancels() -> None:
    """A callback has a patience of its own; one that is dialled or over is not cancelled."""
    counted, happened = run(called({"drain": "never"}, patience="10 min"))
    cancelled = of(happened, ev.CallbackCancelled)

    assert cancelled
    assert {e.by for _, e in cancelled} == {"asc"}
    assert counted.total.cancelled == len(cancelled)
    at = {e.contact_id: now for now, e in of(happened, ev.ContactConverted)}
    assert {now - at[e.contact_id] for now, e in cancelled} == {10 * MINUTE}


def test_who_would_rather_wait_is_more_patient() -> None:
    """Declining stretches the patience that was drawn, also when the offer comes in the midst of waiting."""
    once = run(called({"offer_after": "1 min"}, accept=0.0))[1]
    longer = run(called({"offer_after": "1 min"}, accept=0.0, declined_patience=1.5))[1]
    asked = {e.contact_id: now for now, e in of(once, ev.ContactQueued)}
    before = {e.contact_id: now - asked[e.contact_id] for now, e in of(once, ev.ContactAbandoned)}
    after = {e.contact_id: now - asked[e.contact_id] for now, e in of(longer, ev.ContactAbandoned)}
    both = before.keys() & after.keys()

    assert len(both) > 5
    for contact in both:
        stretch = 1.5 if before[contact] > MINUTE else 1
        assert after[contact] == pytest.approx(before[contact] * stretch, abs=1)


def test_some_ask_to_be_called_without_waiting() -> None:
    """A stream of callbacks: reservations without a live contact, served like the others."""
    stream = {"product": "expense", "language": "en", "channel": "callback", "per_hour": 20}
    counted, happened = run(desk(demand={"streams": [stream]}, callback={"accept": 0.0, "handle_factor": 2.0}))
    total = counted.total

    assert (total.offered, total.reservations) == (0, len(of(happened, ev.CallbackRequested)))
    assert total.completed == total.reservations > 40


def test_callbacks_for_idle_agents_leave_a_reserve() -> None:
    """Dialling only when more than r are idle: those who wait in line gain, those who are called back pay."""

    def totals(reserve: int) -> tuple[float, float]:
        data = called({"mode": "idle_only", "reserve": reserve}, accept=0.5)
        total = run({**data, "people": {"crew": {"agents": 5, **SKILLS}}, "run": {"horizon": "24 h", "seed": 3}})[
            0
        ].total
        return total.abandoned / total.sl_base, total.callback_wait_ms / total.called_back

    (without, soon), (reserved, late) = totals(0), totals(1)

    assert reserved < without
    assert late > 1.5 * soon


def test_an_absent_customer_changes_no_other() -> None:
    """Common random numbers: who asks, and how long each would talk, is the same whatever the callbacks are like."""
    plain = run(desk(people=FEW))[1]
    busy = run(called({"offer_after": "1 min"}, accept=0.3, reach=0.6, window={"share": 0.2, "ahead": "20 min"}))[1]

    assert [(now, e.contact_id) for now, e in of(plain, ev.ContactQueued)] == [
        (now, e.contact_id) for now, e in of(busy, ev.ContactQueued)
    ]
