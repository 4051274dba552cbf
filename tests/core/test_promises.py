"""What is promised to whoever leaves a number: when callbacks are offered, windows, slots, the end of a promise."""

from dataclasses import replace

import pytest

from router.core.events import CallbackExpired, CallbackRequested, CallbackScheduled, CallbackUrgent, ContactConverted
from router.core.policy import EMPTY_ESTIMATES
from tests.core.acts import asks_callback, books, case, converts_for, drops_callback, pulls, returns_to_chat, transfers
from tests.core.build import (
    accepts,
    adopts,
    agent,
    agent_connects,
    agent_drops,
    cancels,
    chat,
    closes,
    converts,
    declines,
    finishes,
    given,
    happened,
    misses,
    offers,
    passes,
    reaches,
    refusal,
    state_of,
    status,
    the_agent,
    told,
    waiting,
    when,
)

WINDOW = (60_000, 120_000)


def reservation(story, name):
    return story.state.contacts[story.number(name)].reservation


# --- to whom a callback is offered


@pytest.mark.parametrize(
    ("rules", "steps", "code"),
    [
        ({}, [], ""),
        ({"enabled": False}, [], "callbacks_off"),
        ({"offer_after_ms": 5_000}, [passes(4_999)], "callbacks_off"),
        ({"offer_after_ms": 5_000}, [passes(5_000)], ""),
        ({"offer_queue_length": 2}, [], "callbacks_off"),
        ({"offer_queue_length": 2}, [chat("second")], ""),
        ({"offer_queue_length": 2}, [chat("elsewhere", "travel/en")], "callbacks_off"),
        ({"offer_queue_length": 2, "offer_after_ms": 5_000}, [passes(5_000)], ""),
        ({"offer_expected_wait_ms": 60_000}, [], ""),
        ({"offer_expected_wait_ms": 60_000}, [agent("ann"), chat("a"), agent("ben"), agent("cat")], "callbacks_off"),
        ({"offer_expected_wait_ms": 60_000}, [agent("ann", capacity=1)], ""),
    ],
)
def test_a_callback_is_offered_for_a_good_reason(rules, steps, code):
    """To whoever has waited long, stands in a crowd, or will wait long; without such limits to everybody."""
    estimates = replace(EMPTY_ESTIMATES, enabled=False, handle_ms=90_000)
    desk = given(chat("it"), *steps, estimates=estimates, **rules)

    assert code == refusal(desk, converts("it"))


def test_where_callbacks_are_off_nobody_asks_for_one():
    """Neither instead of waiting nor without a chat before; what was promised is kept."""
    desk = given(asks_callback("kept"), adopts(enabled=False))

    assert "callbacks_off" == refusal(desk, asks_callback("it"))
    assert {"kept": "ann"} == offers(when(desk, agent("ann")))


def test_a_case_is_no_callback():
    """Work that can wait has nobody on a line to ring."""
    assert "wrong_state" == refusal(given(case("it")), converts("it"))


# --- windows


def test_a_window_is_waited_for():
    """Until it begins the callback is in no line; then it stands at the rank it had."""
    desk = given(agent("ann"), status("ann", "break"), chat("it"), converts_for("it", WINDOW), passes(1), chat("later"))
    assert [60_000] == [event.at for event in told(desk, CallbackScheduled)]
    assert ["later"] == waiting(when(desk, passes(59_998)))

    desk = when(desk, passes(1))

    assert ["it", "later"] == waiting(desk)


def test_a_window_is_the_promise():
    """What was chosen is what is promised, for good."""
    desk = given(passes(5_000), asks_callback("it", window=WINDOW))

    (asked,) = told(desk, CallbackRequested)
    assert (65_000, 125_000) == (asked.promise_from, asked.promise_to)


@pytest.mark.parametrize("asks", [
    lambda window: asks_callback("it", window=window),
    lambda window: converts_for("chat", window),
    lambda window: books("ann", "talk", "it", window),
])  # fmt: skip
@pytest.mark.parametrize(
    ("window", "code"),
    [
        ((60_000, 60_000), "bad_window"), ((60_000, 30_000), "bad_window"), ((-1, 30_000), "bad_window"),
        ((60_000, 3_600_001), "bad_window"), ((60_000, 3_600_000), ""), ((1_000, 2_000), ""),
    ],
)  # fmt: skip
def test_a_window_lies_ahead_and_not_too_far(asks, window, code):
    """It has not begun, ends after it begins, and lies within the horizon."""
    desk = given(passes(10_000), agent("ann"), chat("talk"), accepts("ann", "talk"), chat("chat"))
    desk = when(desk, adopts(slot_horizon_ms=3_600_000))

    assert code == refusal(desk, asks(window))


def test_an_end_without_a_beginning_is_no_window():
    """Half a window is a mistake of whoever asks."""

    def half(story):
        story.now += 0
        asks_callback("it", window=(-story.now, 30_000))(story)

    assert "bad_value" == refusal(given(passes(10_000)), half)


def test_so_many_in_one_slot():
    """A slot of a line takes its number; the next slot and the next line take their own."""
    desk = given(asks_callback("a", window=WINDOW), slot_ms=60_000, slot_capacity=1)
    assert "slot_full" == refusal(desk, asks_callback("b", window=(119_999, 200_000)))
    assert "" == refusal(desk, asks_callback("b", window=(120_000, 200_000)))
    assert "" == refusal(desk, asks_callback("c", "travel/en", window=WINDOW))


@pytest.mark.parametrize("gone", [cancels("a"), drops_callback("ann", "a"), returns_to_chat("a")])
def test_a_slot_has_room_again(gone):
    """Whoever takes the callback back takes it out of its slot."""
    desk = given(agent("ann"), status("ann", "break"), asks_callback("a", window=WINDOW), slot_ms=60_000)
    desk = when(desk, adopts(slot_ms=60_000, slot_capacity=1), gone)

    assert "" == refusal(desk, asks_callback("b", window=WINDOW))
    assert {("expense/en", 1): 1} == desk.state.slots


def test_slots_count_everybody():
    """Two in one slot, one of them gone: one is left."""
    desk = given(asks_callback("a", window=WINDOW), asks_callback("b", window=WINDOW), slot_ms=60_000, slot_capacity=2)

    assert {("expense/en", 1): 1} == when(desk, cancels("b")).state.slots


# --- without a window


def test_without_a_window_the_promise_is_the_policys():
    """From now on for as long as policy says, where waits are not estimated."""
    desk = given(passes(5_000), chat("it"), converts("it"), promise_ms=60_000)

    (converted,) = told(desk, ContactConverted)
    assert (5_000, 65_000) == (converted.promise_from, converted.promise_to)


@pytest.mark.parametrize("asks", [[chat("it"), converts("it")], [asks_callback("it")]])
def test_an_estimate_is_promised(asks):
    """Where waits are estimated and somebody serves the line, the promise is the range of the wait, rounded."""
    busy = [agent("ann"), chat("a"), accepts("ann", "a")]

    desk = given(*busy, *asks, estimates=EMPTY_ESTIMATES)

    promise = reservation(desk, "it")
    assert promise.promise_from % 300_000 == promise.promise_to % 300_000 == 0
    assert promise.promise_to - promise.promise_from >= 900_000


# --- a promise in danger, a reservation that ends


def test_a_promise_is_in_danger_before_it_ends():
    """So long before its upper edge; only where draining depends on it."""
    rules = {"promise_ms": 60_000, "drain_lead_ms": 20_000}
    desk = given(chat("it"), converts("it"), drain="promise", **rules)
    assert [] == told(when(desk, passes(39_999)), CallbackUrgent)
    assert 1 == len(told(when(desk, passes(1)), CallbackUrgent))

    assert [] == told(when(given(chat("it"), converts("it"), **rules), passes(60_000)), CallbackUrgent)


@pytest.mark.parametrize("state", ["scheduled", "due", "offered"])
def test_a_reservation_has_a_lifetime(state):
    """Counted from the end of the promise; what rings is withdrawn."""
    rules = {"promise_ms": 10_000, "lifetime_ms": 50_000, "offer_timeout_ms": 500_000}
    asks = asks_callback("it", window=(59_000, 59_001)) if state == "scheduled" else asks_callback("it")
    desk = given(*([agent("ann")] if state == "offered" else []), asks, **rules)
    left = 59_001 if state == "scheduled" else 10_000
    desk = when(desk, passes(50_000), *([passes(left - 1)] if state != "scheduled" else []))
    assert state == state_of(desk, "it")

    desk = when(desk, passes(60_000))

    assert 1 == len(told(desk, CallbackExpired))
    assert ({}, {}) == (desk.state.numbers, offers(desk))


def outlived(*steps):
    """ann dials `it` while its lifetime ends; another attempt would be made."""
    rules = {"promise_ms": 1, "lifetime_ms": 10_000, "retry_no_answer_ms": (5_000, 5_000)}
    return given(agent("ann"), asks_callback("it"), accepts("ann", "it"), *steps, passes(10_001), **rules)


def test_a_lifetime_that_ends_meanwhile_cuts_no_attempt_short():
    """If it is in vain, there is no other: the callback expires then and there, and its number is free."""
    desk = outlived()
    assert "dialling" == state_of(desk, "it")

    desk = when(desk, misses("ann", "it"))

    assert ["AttemptFailed", "CallbackExpired"] == happened(desk)
    assert ({}, 0) == (desk.state.numbers, the_agent(desk, "ann").units)


@pytest.mark.parametrize("given_back", [[pulls("it")], [agent_connects("ann"), agent_drops("ann"), passes(30_000)]])
def test_whoever_is_given_back_after_the_lifetime_has_expired(given_back):
    """Nobody knows what came of the attempt, but there is no time for another."""
    desk = when(outlived(), *given_back)

    assert 1 == len(told(desk, CallbackExpired))
    assert {} == offers(desk)


@pytest.mark.parametrize("handed_on", [pulls("it"), transfers("ann", "it", line="expense/de")])
def test_whoever_was_reached_has_a_new_lifetime(handed_on):
    """A talk is cut short by nothing; whoever is to be called once more has all the time again from then on."""
    desk = when(outlived(reaches("ann", "it")), status("ann", "break"), passes(60_000), handed_on)
    assert "due" == state_of(desk, "it")
    assert [] == told(when(desk, passes(9_999)), CallbackExpired)

    assert 1 == len(told(when(desk, passes(1)), CallbackExpired))


# --- booked by an agent


def booked(*steps, with_me=True):
    """ann, who talks to `a`, has booked `it` for 60 to 120 s with herself; ben is there, too; 20 s before is danger."""
    talks = [agent("ann"), chat("a"), accepts("ann", "a"), books("ann", "a", "it", WINDOW, with_me), agent("ben")]
    return given(*talks, *steps, drain_lead_ms=20_000)


def test_an_agent_books_another_conversation():
    """A new contact of the same ASC, beside the one that is open."""
    desk = booked(with_me=False)

    (asked,) = told(desk, CallbackRequested)
    assert (desk.number("a's asc"), desk.number("ann"), 0) == (asked.asc_id, asked.booked_by, asked.for_agent)
    assert {"it": "ben"} == offers(when(desk, passes(60_000)))


def test_booked_with_me_waits_for_me():
    """Until the promise is in danger the callback is that agent's, however busy; then it is anybody's."""
    desk = when(booked(), passes(99_999))
    assert {} == offers(desk)

    assert {"it": "ann"} == offers(
        when(booked(), passes(59_000), closes("ann", "a"), finishes("ann", "a"), passes(1_000))
    )
    assert {"it": "ben"} == offers(when(desk, passes(1)))


@pytest.mark.parametrize("away", [[status("ann", "offline")], [agent("ann", shift_ends=60_000)]])
def test_booked_with_somebody_who_is_away_is_anybodys(away):
    """Nobody waits for an agent who has gone home in the meantime, or whose shift is about to end."""
    desk = booked(closes("ann", "a"), finishes("ann", "a"), *away)

    assert {"it": "ben"} == offers(when(desk, passes(60_000)))


def test_booked_with_somebody_who_goes_is_anybodys_at_once():
    """While the callback waits for that agent the connection is lost."""
    desk = when(booked(agent_connects("ann")), passes(70_000))
    assert {} == offers(desk)

    assert {"it": "ben"} == offers(when(desk, agent_drops("ann")))


def test_booked_with_somebody_who_passes_is_anybodys():
    """An agent who declines the own booking has had the choice."""
    desk = when(booked(closes("ann", "a"), finishes("ann", "a")), passes(60_000))

    assert {"it": "ben"} == offers(when(desk, declines("ann", "it")))


def test_a_booking_needs_a_window_and_a_contact():
    """From a conversation or its wrap-up, for a time to come."""
    desk = given(agent("ann"), chat("a"), accepts("ann", "a"))
    assert "bad_value" == refusal(desk, books("ann", "a", "it", (0, 0)))
    desk = when(desk, closes("ann", "a"))
    assert "" == refusal(desk, books("ann", "a", "it", WINDOW))


def test_bookings_stay_within_those_in_flight():
    """However they were booked, so many are offered or dialled at once and no more."""
    desk = booked(passes(1), closes("ann", "a"), finishes("ann", "a"), asks_callback("other"))
    desk = when(desk, accepts("ben", "other"))

    desk = when(desk, adopts(max_in_flight=1), passes(60_000))

    assert {} == offers(desk)
    assert {"it": "ann"} == offers(when(desk, misses("ben", "other")))
