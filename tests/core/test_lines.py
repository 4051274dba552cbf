"""Who waits where, in which order, and who is not let in."""

import pytest

from router.core import commands as cmd
from router.core.admission import MAX_ID
from router.core.events import ContactQueued
from tests.core.acts import asks_callback, books, call, case, moves
from tests.core.build import (
    LINES,
    RING_MS,
    accepts,
    adopts,
    agent,
    callback,
    chat,
    closes,
    converts,
    given,
    leaves,
    offers,
    passes,
    refusal,
    told,
    waiting,
    when,
)


def test_contacts_wait_in_the_order_they_came():
    """A line is first come, first served, also within one millisecond."""
    desk = given(chat("first"), chat("second"), passes(1), chat("third"))

    assert ["first", "second", "third"] == waiting(desk)


def test_each_line_has_its_own_order():
    """A contact waits in the line it asked for and in no other."""
    desk = given(chat("english"), chat("german", "expense/de"))

    assert ["english"] == waiting(desk, "expense/en")
    assert ["german"] == waiting(desk, "expense/de")


def test_timed_out_offer_returns_contact_at_its_rank():
    """An ignored offer puts the contact back where it stood, not at the end."""
    desk = given(chat("first"), agent("ann"), chat("second"))

    desk = when(desk, passes(RING_MS))

    assert ["first", "second"] == waiting(desk)


def test_waiting_began_when_the_chat_was_asked_for():
    """A contact's rank is the time it was asked for, less the credit of its priority."""
    desk = given(passes(5_000), chat("first"), priority_credit_ms=(0, 0, 2_000, 0))

    (queued,) = told(desk, ContactQueued)

    assert (5_000, 3_000, 3, 1) == (queued.waiting_since, queued.rank, queued.priority, queued.o)


def test_a_full_line_takes_nobody_in():
    """The contact that would exceed the limit is refused; chats and callbacks count together."""
    desk = given(callback("first"), chat("second"), queue_limit=2)

    assert "queue_full" == refusal(desk, chat("third"))
    assert "" == refusal(desk, chat("third", "expense/de"))


def test_cases_and_live_contacts_do_not_hold_each_other_up():
    """Each kind has a limit of its own: a line full of chats takes the case that is named instead, and the reverse."""
    desk = given(chat("first"), case("second"), queue_limit=1, case_limit=2)
    assert ["queue_full", ""] == [refusal(desk, step) for step in (chat("third"), case("third"))]
    assert "queue_full" == refusal(desk, case("fourth"))

    desk = given(case("first"), case("second"), queue_limit=1, case_limit=2)
    assert ["queue_full", ""] == [refusal(desk, step) for step in (case("third"), chat("third"))]


@pytest.mark.parametrize(("asks", "limit"), [(chat, {"queue_limit": 1}), (case, {"case_limit": 1})])
def test_what_is_moved_is_counted_with_its_kind(asks, limit):
    """A case finds no room among cases, whatever chats there are, and a chat none among chats."""
    others = case if asks is chat else chat
    full = given(asks("there", "travel/en"), others("other", "travel/en"), asks("it"), **limit)
    room = given(others("there", "travel/en"), asks("it"), **limit)

    assert ["queue_full", ""] == [refusal(desk, moves("it", "travel/en")) for desk in (full, room)]


def test_a_line_has_room_again_when_somebody_leaves():
    """The limit is on those who wait now."""
    desk = given(chat("first"), queue_limit=1)

    desk = when(desk, leaves("first"), chat("second"))

    assert ["second"] == waiting(desk)


def test_a_conversion_needs_no_room():
    """Turning a chat into a callback is possible in a full line: nobody is added."""
    desk = given(chat("first"), queue_limit=1)

    assert "" == refusal(desk, converts("first"))


def test_an_asc_has_one_open_contact_in_a_line():
    """Asking twice in one line is refused; another line, or another ASC, is not."""
    desk = given(chat("first"))

    assert "already_open" == refusal(desk, chat("again", by="first"))
    assert "" == refusal(desk, chat("other line", "travel/en", by="first"))
    assert "" == refusal(desk, chat("somebody else"))


def test_an_open_callback_counts_as_open():
    """An ASC who will be called back cannot wait in the same line as well."""
    desk = given(callback("first"))

    assert "already_open" == refusal(desk, chat("again", by="first"))


def test_a_company_has_so_many_open_contacts():
    """Chats, calls and callbacks count until they are closed, cases do not; another company is not held up."""
    desk = given(chat("first"), callback("second", "travel/en"), company_limit=2)

    def of_another_company(story):
        story.do(cmd.RequestChat(story.number("theirs"), 77, 2, LINES[0]))

    assert ["company_limit"] * 3 == [refusal(desk, step("third")) for step in (chat, call, asks_callback)]
    assert ["", ""] == [refusal(desk, step) for step in (case("a case"), of_another_company)]
    assert "" == refusal(desk, converts("second"))
    assert "" == refusal(when(desk, leaves("first")), chat("third"))


def test_an_asc_waits_for_so_many_callbacks():
    """Asked for or left in a chat, over all lines; a new time for one is none more, and agents may book more."""
    desk = given(callback("one"), asks_callback("two", "travel/en", by="one"), chat("three", "expense/de", by="one"))
    desk = when(desk, adopts(most_per_asc=2))

    assert "callback_limit" == refusal(desk, asks_callback("four", "travel/de", by="one"))
    assert "callback_limit" == refusal(desk, converts("three", by="one"))
    assert "" == refusal(desk, converts("two", by="one"))
    assert "" == refusal(desk, asks_callback("somebody else's"))
    talking = when(desk, agent("ann", languages=("de",)), accepts("ann", "three"))
    assert "" == refusal(talking, books("ann", "three", "more", (3_600_000, 7_200_000)))


def test_wrap_up_does_not_keep_the_asc_out():
    """Once the conversation is over the ASC may ask again, though the agent still wraps up."""
    desk = given(agent("ann"), chat("first"), accepts("ann", "first"), closes("ann", "first"))

    assert "" == refusal(desk, chat("again", by="first"))


@pytest.mark.parametrize(
    ("contact_id", "line", "code"),
    [
        (0, LINES[0], "bad_value"),
        (MAX_ID + 1, LINES[0], "bad_value"),
        (MAX_ID, LINES[0], ""),
        (1, LINES[0], "duplicate_id"),
        (2, "invoice/en", "unknown_line"),
    ],
)
def test_ids_and_lines_are_checked(contact_id, line, code):
    """An id is one that JavaScript holds exactly and that no open contact has; the line is one of the policy's."""
    desk = given(chat("first"))
    assert 1 == desk.number("first")

    assert code == refusal(desk, lambda story: story.do(cmd.RequestChat(contact_id, 77, 1, line)))


def test_nobody_waits_before_there_is_a_policy():
    """A desk without lines takes nobody in."""
    desk = given(adopts(()))

    assert "unknown_line" == refusal(desk, chat("first"))


def test_everybody_who_waits_stands_in_one_order():
    """A line lists chats and callbacks together, by rank."""
    desk = given(chat("first"), callback("second"), chat("third"))

    assert ["first", "second", "third"] == waiting(desk)


def test_who_is_offered_is_not_waiting():
    """A contact before an agent has left the line; its place is kept, not shown."""
    desk = given(chat("first"), chat("second"))

    desk = when(desk, agent("ann"))

    assert {"first": "ann"} == offers(desk)
    assert ["second"] == waiting(desk)
