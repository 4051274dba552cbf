"""
Callbacks: the same contact on another channel, with one number, one place in line and one attempt at a time.
"""

import pytest

from router.core.events import (
    AttemptFailed,
    CallbackCancelled,
    CallbackDue,
    CallbackReached,
    CallbackUnreachable,
    ContactClosed,
    ContactConverted,
    ContactEnded,
    ContactQueued,
    DialStarted,
    OfferMade,
    OfferWithdrawn,
)
from tests.lessons.desk import DE, HOUR, MIN, PAUSE, RING, S, given, when

RETRIES = {"retries": {"no_answer": ["10 min"], "busy": []}}


def test_37_a_number_is_dialled_once_at_a_time():
    """FP 525, 317: the same number was dialled two to four times, for it was picked again before it was marked."""
    desk = given(callbacks=RETRIES).agent("ann", "ben").connects("agent:ann").callback("1", number="N")
    assert "number_in_use" == desk.refusal(desk.callback, "2", number="N")
    assert "already_open" == desk.refusal(desk.chat, "3", by="1")
    offer = desk.offer_id("1")

    desk.accepts("ann", "1")
    assert "offer_ended" == desk.refusal(desk.accepts_offer, "ann", offer)
    late = desk.reached("ann", "1")
    desk.misses("ann", "1").passes(10 * MIN - 1)
    assert "unknown_contact" == desk.refusal(desk.do, late)
    assert ({}, []) == (desk.offers(), desk.told(CallbackReached))
    desk.status("ben", "break").passes(1).accepts("ann", "1")
    assert "attempt_ended" == desk.refusal(desk.do, late)

    assert [1, 2] == [event.attempt for event in desk.told(DialStarted)]


def test_37_callbacks_do_not_flood_the_desk():
    """FP 621, 111: more callbacks were started than there are agents, and at the start all of them at once."""
    desk = given(callbacks={"max_in_flight": 2}).callback(*(str(number) for number in range(50)))
    desk.agent("ann", "ben", "cas", "dee")
    assert ({"0": "ann", "1": "ben"}, "idle") == (desk.offers(), desk.agent_state("dee"))

    desk.accepts("ann", "0").node_stops("desk-1").passes(HOUR).node("desk-1")
    assert (["1"], ["0"]) == (list(desk.offers()), desk.held("ann"))
    desk.reaches("ann", "0")

    assert (["1", "2"], 50) == (list(desk.offers()), len(desk.state.contacts))


def test_37_the_language_is_kept():
    """FP 535: the language of the caller was lost when the call came back as a callback."""
    desk = given(callbacks=RETRIES).agent("ann").agent("gerda", languages="de").status("gerda", "break")
    desk.chat("1", line=DE).converts("1")
    assert {} == desk.offers()

    desk.status("gerda", "available").accepts("gerda", "1").misses("gerda", "1").passes(10 * MIN)

    assert {"1": "gerda"} == desk.offers()
    assert (DE, "connected") == (desk.contact("1").line, desk.accepts("gerda", "1").reaches("gerda", "1").state_of("1"))


def test_38_try_again_later_leaves_nothing_behind():
    """TR 65: "retry later" left a task that nobody could end."""
    desk = given(callbacks=RETRIES).agent("ann").callback("1").accepts("ann", "1").misses("ann", "1")
    assert ("idle", "scheduled", [desk.now + 10 * MIN]) == (
        desk.agent_state("ann"), desk.state_of("1"), [event.retry_at for event in desk.told(AttemptFailed)],
    )  # fmt: skip

    desk.passes(10 * MIN).accepts("ann", "1")
    when(desk).misses("ann", "1")

    assert ([("1", "ann")], "gone", "idle") == (
        desk.who(CallbackUnreachable), desk.state_of("1"), desk.agent_state("ann"),
    )  # fmt: skip
    assert ([], {}, {}) == (desk.state.deadlines.items(), desk.state.numbers, desk.state.offers)
    assert {"2": "ann"} == desk.callback("2", number="number of 1").offers()


@pytest.mark.parametrize("channel", ["call", "callback", "chat"])
def test_38_who_hangs_up_is_not_served(channel):
    """FS 2529: the customer had hung up, and the agent was called all the same."""
    desk = given().agent("ann", "ben")
    getattr(desk, channel)("1")
    offer = desk.offer_id("1")

    when(desk).cancels("1") if channel == "callback" else when(desk).leaves("1")

    assert [("1", "ann")] == desk.who(OfferWithdrawn)
    assert ("offer_ended", "idle", {}) == (
        desk.refusal(desk.accepts_offer, "ann", offer), desk.agent_state("ann"), desk.passes(RING + PAUSE).offers(),
    )  # fmt: skip


def test_39_a_callback_from_end_to_end():
    """FU 1322: asked for in 2015, still missing: leave a number, keep the place, be called."""
    desk = given().chat("1").passes(S).chat("2").passes(S)
    rank = desk.contact("1").rank

    desk.converts("1").agent("ann").accepts("ann", "1").reaches("ann", "1").closes("ann", "1").finishes("ann", "1")

    steps = (
        ContactQueued, ContactConverted, CallbackDue, OfferMade, DialStarted, CallbackReached, ContactEnded,
        ContactClosed,
    )  # fmt: skip
    ours = [event for event in desk.told(*steps) if event.contact_id == desk.id("contact", "1")]
    assert list(steps) == [event.__class__ for event in ours]
    assert [0, 0, {"2": "ann"}] == [rank, ours[0].rank, desk.offers()]


def test_39_the_place_is_kept_on_every_way_back():
    """FU 6515: a callback that was asked for went to the end of the line."""
    desk = given(callbacks=RETRIES).chat("1").passes(S).chat("2").passes(S).converts("1").passes(S)
    assert ["1", "2"] == desk.waiting()

    desk.returns("1").converts("1").agent("ann").accepts("ann", "1").misses("ann", "1").status("ann", "break")
    assert ["2"] == desk.waiting()
    desk.passes(10 * MIN).chat("3")
    assert ["1", "2", "3"] == desk.waiting()
    desk.moves("1", DE).moves("1", "expense/en")

    assert (["1", "2", "3"], 0) == (desk.waiting(), desk.contact("1").rank)


def test_40_a_callback_is_found_by_its_number_and_taken_off_by_anybody_concerned():
    """AC: a callback could be removed by its id only, and duplicates needed a table of one's own."""
    desk = given().agent("ann").status("ann", "break").callback("1", number="N")
    assert {"N": desk.id("contact", "1")} == desk.state.numbers
    assert "number_in_use" == desk.refusal(desk.callback, "2", number="N")

    desk.drops_callback("ann", "1")
    assert ["agent", "settled"] == [getattr(desk.told(CallbackCancelled)[0], name) for name in ("by", "reason")]
    assert ({}, [], "unknown_contact") == (desk.state.numbers, desk.waiting(), desk.refusal(desk.cancels, "1"))
    desk.callback("2", number="N")
    assert "unknown_contact" == desk.refusal(desk.cancels, "2", by="1")
    desk.cancels("2")

    assert ({}, []) == (desk.state.numbers, desk.waiting())
