"""Hours at work: when contacts may come, and when callbacks wait for the morning."""

from dataclasses import replace

import pytest

from router.core.commands import CalendarExtended
from router.core.events import CallbackScheduled, DiallingEnded
from router.core.hours import FOREVER, Hours, LanguageHours, LineHours
from router.core.ids import LineKey
from router.core.policy import Step
from tests.core.acts import asks_callback, call, case, moves, opens, pulls, shuts, transfers
from tests.core.build import (
    accepts,
    adopts,
    agent,
    callback,
    chat,
    converts,
    declines,
    given,
    happened,
    offers,
    passes,
    reaches,
    refusal,
    sleeps,
    starts,
    state_of,
    status,
    stops,
    told,
    waiting,
    when,
)

EN, DE = LineKey("expense/en"), LineKey("expense/de")
ALWAYS, DAY, NEVER = 0, 1, 2
OPENS, SHUTS = 10_000, 60_000


def hours(chats=ALWAYS, phones=ALWAYS, spoken=ALWAYS, horizon=200_000, line=EN):
    """Calendars in which the day lasts from 10 to 60 s and again from 100 s up to the horizon."""
    calendars = (((0, FOREVER),), ((OPENS, SHUTS), (100_000, horizon)), ())
    languages = (LanguageHours("en", spoken), LanguageHours("de", ALWAYS))
    return Hours("source", 0, horizon, calendars, (LineHours(line, chats, phones),), languages, (0, 0, 0, 0))


def at(ms, asks, **rules):
    """Why the desk says no at this time, or ""."""
    return refusal(given(passes(ms), **rules), asks)


# --- coming


@pytest.mark.parametrize(
    ("ms", "code"),
    [(9_999, "outside_hours"), (10_000, ""), (59_999, ""), (60_000, "outside_hours"), (100_000, "")],
)
def test_a_line_takes_contacts_in_its_hours(ms, code):
    """From the first moment up to, not including, the last; each channel has hours of its own."""
    assert code == at(ms, chat("it"), hours=hours(chats=DAY))
    assert code == at(ms, call("it"), hours=hours(phones=DAY))
    assert "" == at(ms, call("it"), hours=hours(chats=DAY)) == at(ms, chat("it"), hours=hours(phones=DAY))
    assert "" == at(ms, chat("it", "travel/en"), hours=hours(chats=DAY))


def test_cases_come_at_any_time():
    """Work that can wait may come at night."""
    assert "" == at(0, case("it"), hours=hours(chats=NEVER, phones=NEVER, spoken=NEVER))


def test_a_language_has_hours():
    """Outside them only those are taken who agreed to a language that is spoken now."""
    steps = (Step(0, (), 1, ()), Step(5_000, (), 1, ("de",)))
    asks = chat("it"), chat("it", agreed=True)

    assert ["language_closed", ""] == [at(0, ask, hours=hours(spoken=DAY), steps=steps) for ask in asks]
    assert ["language_closed"] * 2 == [at(0, ask, hours=hours(spoken=DAY)) for ask in asks]
    assert ["", ""] == [at(20_000, ask, hours=hours(spoken=DAY), steps=steps) for ask in asks]


def test_a_supervisor_closes_a_line():
    """Whatever the hours and the channel; those who wait go on waiting, or leave a number, and it opens again."""
    desk = given(chat("waits"), chat("leaves a number"), shuts())
    asks = chat("it"), call("it"), case("it"), asks_callback("it")
    assert ["line_closed"] * 4 == [refusal(desk, ask) for ask in asks]
    assert "" == refusal(desk, converts("leaves a number"))
    assert "line_closed" == refusal(given(shuts(), hours=hours(chats=NEVER)), chat("it"))
    assert {"waits": "ann"} == offers(when(desk, agent("ann")))
    assert "" == refusal(when(desk, opens()), chat("it"))


def test_a_line_is_opened_or_closed_once():
    """What is as it should be cannot be done, nor what is not there."""
    assert ["wrong_state", "unknown_line"] == [refusal(given(), step) for step in (opens(), shuts("invoice/en"))]
    assert "wrong_state" == refusal(given(shuts()), shuts())


# --- callbacks wait for the morning

PHONES = {"hours": hours(phones=DAY)}


def test_a_callback_asked_for_at_night_is_due_in_the_morning():
    """It can be asked for, is promised from the opening on, and is in no line until then."""
    desk = given(agent("ann"), asks_callback("it"), promise_ms=5_000, **PHONES)
    assert [(OPENS, "hours")] == [(event.at, event.cause) for event in told(desk, CallbackScheduled)]
    promise = desk.state.contacts[desk.number("it")].reservation
    assert (OPENS, OPENS + 5_000) == (promise.promise_from, promise.promise_to)

    assert {"it": "ann"} == offers(when(desk, passes(OPENS)))


@pytest.mark.parametrize("ringing", [True, False])
def test_at_closing_callbacks_are_carried_over(ringing):
    """Whoever is due, or rings unanswered, is called at the next opening, in the order there was."""
    ann = [agent("ann")] if ringing else []
    desk = given(passes(50_000), *ann, asks_callback("a"), asks_callback("b"), offer_timeout_ms=90_000, **PHONES)

    desk = when(desk, passes(10_000))

    assert [(EN, 100_000)] == [(event.line, event.opens) for event in told(desk, DiallingEnded)]
    assert (["scheduled"] * 2, {}) == ([state_of(desk, name) for name in "ab"], offers(desk))
    desk = when(desk, *[status("ann", "break")] * ringing, passes(40_000))
    assert ["a", "b"] == waiting(desk)


def test_there_is_a_cut_off_before_closing():
    """Shortly before the end no callback is begun; a line that never closes has no cut-off."""
    desk = given(passes(54_999), agent("ann"), asks_callback("a"), cut_off_ms=5_000, **PHONES)
    assert {"a": "ann"} == offers(desk)
    assert {} == offers(when(desk, passes(1)))

    assert {"a": "ann"} == offers(given(agent("ann"), asks_callback("a"), cut_off_ms=5_000))


def test_a_conversation_goes_on_after_closing():
    """Whoever is being dialled or talked to is not sent away."""
    desk = given(passes(50_000), agent("ann"), asks_callback("it"), accepts("ann", "it"), passes(20_000), **PHONES)

    assert "connected" == state_of(when(desk, reaches("ann", "it")), "it")


def test_what_comes_back_after_closing_waits_for_the_morning():
    """Given back, handed on or moved to a line that is shut, it is dialled by nobody tonight."""
    talks = [passes(50_000), agent("ann"), asks_callback("it"), accepts("ann", "it"), reaches("ann", "it")]
    desk = given(*talks, passes(20_000), agent("ben", ("expense",), ("de", "en")), **PHONES)
    assert "scheduled" == state_of(when(desk, pulls("it")), "it")

    desk = given(*talks, passes(20_000), agent("ben", ("expense",), ("de", "en")), **PHONES)
    assert "scheduled" == state_of(when(desk, transfers("ann", "it", to="ben")), "it")

    desk = given(passes(70_000), callback("it", DE), moves("it", EN), **PHONES)
    assert "scheduled" == state_of(desk, "it")


def test_new_rules_may_close_a_line():
    """Whoever is due under the old hours waits for the new ones."""
    desk = given(passes(5_000), agent("ann"), callback("a"), callback("b"))
    assert ["offered", "due"] == [state_of(desk, name) for name in "ab"]

    desk = when(desk, adopts(**PHONES))

    assert (["scheduled"] * 2, {}) == ([state_of(desk, name) for name in "ab"], offers(desk))
    assert {"a": "ann"} == offers(when(desk, passes(5_000)))


def test_a_closing_that_was_slept_through_carries_nobody_over():
    """When the desk wakes after the next opening, those who are due are due."""
    desk = given(passes(50_000), callback("it"), stops(), sleeps(60_000), starts(), **PHONES)

    assert "due" == state_of(desk, "it")
    assert 1 == len(told(desk, DiallingEnded))


def test_windows_lie_in_hours():
    """A time at which nobody dials, or the number must not be rung, cannot be promised."""
    for window, quiet, code in (
        ((5_000, 20_000), (), "bad_window"), ((10_000, 20_000), (), ""), ((70_000, 110_000), (), "bad_window"),
        ((10_000, 20_000), ((0, 15_000),), "bad_window"), ((15_000, 20_000), ((0, 15_000),), ""),
    ):  # fmt: skip
        asks = asks_callback("it", window=window, quiet=quiet)
        assert code == refusal(given(**PHONES), asks), (window, quiet)


def test_beyond_the_horizon_nothing_is_known():
    """Where no opening is known the callback asks again, when more of the calendar may be."""
    desk = given(asks_callback("it"), hours=hours(phones=NEVER, horizon=7_200_000))
    assert [7_200_000] == [event.at for event in told(desk, CallbackScheduled)]

    desk = when(desk, passes(7_200_000))

    assert [10_800_000] == [event.at for event in told(desk, CallbackScheduled)]


def test_the_calendar_grows():
    """What another part brings is known; a part that does not continue it is refused."""
    known = hours(phones=DAY)
    part = replace(
        known, from_ms=200_000, horizon_ms=400_000, calendars=(((200_000, FOREVER),), ((200_000, 300_000),), ())
    )
    desk = given(passes(199_000), agent("ann"), asks_callback("it"), hours=known)

    desk = when(desk, lambda story: story.do(CalendarExtended(part)), passes(2_000))

    assert {"it": "ann"} == offers(desk)
    assert "other_calendar" == refusal(desk, lambda story: story.do(CalendarExtended(part)))
    other = replace(part, source="another", from_ms=400_000)
    assert "other_calendar" == refusal(desk, lambda story: story.do(CalendarExtended(other)))
    assert [(EN, 0)] == [(event.line, event.opens) for event in told(when(desk, passes(100_000)), DiallingEnded)]


# --- quiet hours of a number

NIGHT = ((20_000, 40_000), (60_000, 80_000))


@pytest.mark.parametrize("ringing", [True, False])
def test_a_number_is_not_rung_in_its_quiet_hours(ringing):
    """Whoever is due when they begin, or rings at an agent, waits until they are over; also the second time."""
    ann = [agent("ann")] if ringing else []
    desk = given(*ann, asks_callback("it", quiet=NIGHT), passes(19_999), offer_timeout_ms=300_000)
    assert ("offered" if ringing else "due") == state_of(desk, "it")
    desk = when(desk, passes(1))
    assert "scheduled" == state_of(desk, "it")
    desk = when(desk, passes(20_000))
    assert ("offered" if ringing else "due") == state_of(desk, "it")

    assert "scheduled" == state_of(when(desk, passes(20_000)), "it")


def test_quiet_hours_end_no_conversation():
    """Whoever is on the phone when they begin talks on."""
    desk = given(agent("ann"), asks_callback("it", quiet=NIGHT), accepts("ann", "it"), passes(30_000))

    assert "dialling" == state_of(desk, "it")
    assert "scheduled" == state_of(when(desk, pulls("it")), "it")


def test_quiet_hours_that_were_slept_through_hold_nobody():
    """When the desk wakes after them, whoever was due is due."""
    desk = given(asks_callback("it", quiet=NIGHT), stops(), sleeps(50_000), starts())

    assert "due" == state_of(desk, "it")


def test_a_declined_callback_keeps_its_quiet_hours():
    """Back in the line it waits until they begin."""
    desk = given(agent("ann"), asks_callback("it", quiet=NIGHT), declines("ann", "it"), passes(5_000))
    assert "due" == state_of(desk, "it")

    desk = when(desk, passes(15_000))

    assert "CallbackScheduled" in happened(desk)
