"""Operations of clients: each takes effect once, a repetition gets the verdict it got, and gaps are told."""

import pytest

from router.core.commands import Op, RequestChat, TimePassed
from router.core.ids import LineKey
from tests.core.build import DAY_MS, agent, asc_connects, asc_drops, chat, given, happened, passes, when

SESSION = 3
EXPENSE = LineKey("expense/en")


def one_session():
    """A desk on which the session of one ASC is connected."""
    desk = given(agent("ann"), asc_connects("first"))
    assert [SESSION] == list(desk.state.sessions)
    return desk


def asks(story, counter, contact_id=900, body=b"body", line=EXPENSE):
    """The verdict on an operation of the session that asks for a chat."""
    return story.fold(RequestChat(contact_id, 800 + contact_id, 1, line), Op(SESSION, counter, body))


def test_the_next_operation_takes_effect():
    """The verdict names the contact and its event, and what the session sends next."""
    folded = asks(one_session(), 1)

    assert ("", 900, 1) == (folded.code, folded.contact_id, folded.o)
    assert (False, True, 2) == (folded.repeated, folded.final, folded.next_counter)


def test_a_repetition_gets_the_same_verdict_and_changes_nothing():
    """Sent again, an accepted operation is accepted again, with the same contact and number."""
    desk = one_session()
    first = asks(desk, 1)
    before = desk.snapshot()

    again = asks(desk, 1)

    assert (first.code, first.contact_id, first.o, 2) == (again.code, again.contact_id, again.o, again.next_counter)
    assert (True, True, []) == (again.repeated, again.final, again.events)
    assert before == desk.snapshot()


def test_a_refusal_is_repeated_too():
    """A refused operation stays refused, even where it would be accepted by now."""
    desk = one_session()
    desk = when(desk, chat("other"))
    first = asks(desk, 1, contact_id=desk.number("other"))

    again = asks(desk, 1, contact_id=desk.number("other"))

    assert "duplicate_id" == first.code == again.code
    assert (False, True) == (first.repeated, again.repeated)


def test_a_refused_operation_changes_only_its_record():
    """A refusal leaves no event but the record of the verdict."""
    desk = one_session()

    folded = asks(desk, 1, line=LineKey("invoice/en"))

    assert ("unknown_line", 0, 0) == (folded.code, folded.contact_id, folded.o)
    assert ["OpRecorded"] == [event.__class__.__name__ for event in folded.events]


def test_an_operation_that_touches_no_contact_names_none():
    """The verdict on such an operation has contact 0."""
    folded = one_session().fold(TimePassed(), Op(SESSION, 1, b""))

    assert ("", 0, 0) == (folded.code, folded.contact_id, folded.o)


def test_another_body_under_the_same_counter_is_a_conflict():
    """A counter stands for one operation; the first one counts."""
    desk = one_session()
    asks(desk, 1)

    folded = asks(desk, 1, body=b"other")

    assert ("id_conflict", True, 2, []) == (folded.code, folded.final, folded.next_counter, folded.events)


def test_a_gap_is_not_final():
    """An operation that overtook another is told which one is next, and succeeds once that has come."""
    desk = one_session()

    early = asks(desk, 2, contact_id=902)

    assert ("op_gap", False, 1) == (early.code, early.final, early.next_counter)
    asks(desk, 1, contact_id=901)
    assert "" == asks(desk, 2, contact_id=902).code


def test_sixteen_verdicts_are_kept():
    """The last sixteen operations can be repeated; an older one is too old to be answered, whatever it was."""
    desk = one_session()
    for counter in range(1, 18):
        asks(desk, counter, contact_id=900 + counter)

    assert ("stale_op", True, 18) == verdict(asks(desk, 1, contact_id=901))
    assert ("", True, 18) == verdict(asks(desk, 2, contact_id=902))
    assert ("", True, 18) == verdict(asks(desk, 17, contact_id=917))
    assert 16 == len(desk.state.sessions[SESSION].verdicts)


def verdict(folded):
    """What the client acts on."""
    return folded.code, folded.final, folded.next_counter


def test_counters_begin_at_one():
    """There is no operation 0."""
    assert ("stale_op", True, 1) == verdict(asks(one_session(), 0))


def test_an_unknown_session_begins_anew():
    """Nothing is known of the session: the operation is refused for good, a new session starts at 1."""
    folded = given().fold(TimePassed(), Op(77, 5, b""))

    assert ("unknown_session", True, 1) == verdict(folded)


def test_use_keeps_a_session_alive():
    """A session expires a day after its last operation, not after its first connection."""
    desk = one_session()
    desk = when(desk, asc_drops("first"), passes(DAY_MS // 2))
    asks(desk, 1)

    desk = when(desk, passes(DAY_MS // 2))
    assert "SessionKept" in happened(desk)
    assert ("", True) == (asks(desk, 1).code, asks(desk, 1).repeated)

    desk = when(desk, passes(DAY_MS))
    assert "unknown_session" == asks(desk, 2).code


def test_deadlines_fire_before_the_operation_is_looked_up():
    """What was due before an operation has happened, also when the operation is only a repetition."""
    desk = one_session()
    asks(desk, 1)
    desk.now += 20_000

    folded = asks(desk, 1)

    assert "OfferTimedOut" == folded.events[0].__class__.__name__
    assert folded.repeated


@pytest.mark.parametrize("counter", [0, 1, 3])
def test_an_operation_not_taken_is_not_counted(counter):
    """Only what was new and next moves the session's counter."""
    desk = one_session()
    asks(desk, 1)

    asks(desk, counter, body=b"other")

    assert 1 == desk.state.sessions[SESSION].highest
