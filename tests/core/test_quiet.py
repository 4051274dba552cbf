"""An ASC who falls silent in a chat is warned, then parked: the unit is free, the place is not lost."""

import pytest

from router.core.events import AscWarned, ContactExpired, ContactParked, ContactResumed
from tests.core.acts import rings
from tests.core.build import (
    accepts,
    agent,
    answers,
    asc_connects,
    asc_drops,
    chat,
    closes,
    given,
    happened,
    leaves,
    misses,
    offers,
    passes,
    refusal,
    state_of,
    status,
    told,
    waiting,
    when,
    writes,
)

RULES = {"quiet_warning_ms": 10_000, "quiet_parking_ms": 25_000, "parking_limit_ms": 60_000}
TALKING = [agent("ann"), chat("it"), accepts("ann", "it")]
ASKED = [*TALKING, answers("ann", "it")]


def quiet_desk(*steps):
    return given(*steps, **RULES)


def test_who_owes_an_answer_is_warned_then_parked():
    """Each at its time, counted from the agent's message; the agent's unit is free then."""
    desk = quiet_desk(*ASKED, chat("next"))
    assert [] == told(when(desk, passes(9_999)), AscWarned)
    assert [25_000] == [event.park_at for event in told(when(desk, passes(1)), AscWarned)]
    assert [] == told(when(desk, passes(14_999)), ContactParked)

    desk = when(desk, passes(1))

    assert ["ContactParked", "OfferMade"] == happened(desk)
    assert ({"next": "ann"}, "parked") == (offers(desk), state_of(desk, "it"))


def test_further_messages_do_not_give_more_time():
    """Who has been asked once owes the answer, however often the agent asks again."""
    desk = when(quiet_desk(*ASKED, passes(9_000), answers("ann", "it")), passes(1_000))

    assert 1 == len(told(desk, AscWarned))


@pytest.mark.parametrize("after", [5_000, 20_000])
def test_an_answer_settles_it(after):
    """Before the warning or after it, whoever writes owes nothing; the agent's next message begins anew."""
    desk = when(quiet_desk(*ASKED, passes(after), writes("it")), passes(60_000))
    assert [] == told(desk, AscWarned, ContactParked)

    assert 1 == len(told(when(desk, answers("ann", "it"), passes(10_000)), AscWarned))


def test_whoever_is_never_asked_owes_nothing():
    """Only the ASC's own messages, or none, start no time."""
    assert [] == told(when(quiet_desk(*TALKING, writes("it")), passes(60_000)), AscWarned)


def test_a_policy_may_park_nobody():
    """With no warning there is no parking."""
    assert [] == told(when(given(*ASKED, quiet_warning_ms=0, quiet_parking_ms=1), passes(60_000)), AscWarned)


def test_nobody_is_parked_while_the_agent_wraps_up():
    """The conversation is over: its silence means nothing."""
    desk = when(quiet_desk(*ASKED, closes("ann", "it")), passes(30_000))

    assert [] == told(desk, AscWarned, ContactParked)


def test_nobody_owes_an_answer_in_the_chat_while_the_phone_rings():
    """From the ringing on it is a call; when nobody answers, the chat begins anew."""
    desk = when(quiet_desk(*ASKED, rings("ann", "it")), passes(12_000), misses("ann", "it"), passes(60_000))

    assert [] == told(desk, AscWarned, ContactParked)
    assert 1 == len(told(when(desk, answers("ann", "it"), passes(10_000)), AscWarned))


PARKED = [*ASKED, passes(25_000)]


def test_who_writes_again_gets_the_same_agent_if_free():
    """Others are not asked while the agent is offered the contact, though they are idle longer."""
    desk = quiet_desk(agent("ben"), status("ben", "break"), *PARKED, status("ben", "available"), passes(5))
    desk = when(desk, agent("ann"))  # idle since now

    desk = when(desk, writes("it"))

    assert ["MessagePosted", "ContactResumed", "OfferMade"] == happened(desk)
    assert {"it": "ann"} == offers(desk)


def test_who_writes_again_waits_at_the_old_place():
    """Where the agent is busy or gone, the contact stands where its wait puts it."""
    desk = quiet_desk(*PARKED, chat("second"), accepts("ann", "second"), chat("third"))

    desk = when(desk, writes("it"))

    assert ["it", "third"] == waiting(desk)
    assert [0] == [event.for_agent for event in told(desk, ContactResumed)]


def test_an_agent_who_is_away_is_not_waited_for():
    """The line has the contact when the agent has gone."""
    desk = when(quiet_desk(*PARKED, status("ann", "offline"), agent("ben")), writes("it"))

    assert {"it": "ben"} == offers(desk)


def test_who_never_writes_again_is_let_go():
    """After the limit the contact has expired; its agent had been free all the time."""
    desk = quiet_desk(*PARKED)
    assert [] == told(when(desk, passes(59_999)), ContactExpired)

    desk = when(desk, passes(1))

    assert 1 == len(told(desk, ContactExpired))
    assert "gone" == state_of(desk, "it")


def test_a_parked_contact_is_the_ascs_open_one():
    """Parked is not over: asking anew in the same line is refused."""
    assert "already_open" == refusal(quiet_desk(*PARKED), chat("again", by="it"))


def test_what_is_written_by_somebody_who_is_gone_waits_absent():
    """A message that arrives after the connection has closed brings back the place, not the person."""
    desk = quiet_desk(asc_connects("it"), *PARKED, asc_drops("it"))

    desk = when(desk, writes("it"))

    assert "absent" == state_of(desk, "it")


def test_who_was_parked_can_leave():
    """Leaving is the end of the contact: nothing is resumed any more, and the line is open to the ASC again."""
    desk = when(quiet_desk(*PARKED), leaves("it"))

    assert ["ContactClosed"] == happened(desk)
    assert "" == refusal(desk, chat("anew", by="it"))
    assert [] == told(when(desk, passes(60_000)), ContactExpired)
