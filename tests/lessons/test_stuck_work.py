"""
Work that is stuck although agents are free.

Nothing here polls: whatever makes an offer possible makes it in the same entry. A contact is always in exactly one
place, and an agent's state is read off what the agent holds, so neither can be left behind.
"""

from collections.abc import Callable

import pytest

from router.core.events import AgentNotResponding, ContactEnded, OfferMade, OfferTimedOut
from tests.lessons.desk import (
    AGENT_GRACE,
    DE,
    EN,
    HOUR,
    MIN,
    PAUSE,
    RING,
    TRAVEL,
    WRAP_UP,
    S,
    Story,
    given,
    when,
)


@pytest.mark.parametrize("new_one", ["before", "after"])
def test_12_a_freed_slot_goes_to_whoever_waits_longest(new_one):
    """CW 10583: the chat that came next got the slot that was freed, and the one that had waited stayed."""
    desk = given().agent("ann", capacity=3).talks("ann", "1", "2", "3").chat("4").passes(S).chat("5").passes(S)
    desk.closes("ann", "2")

    if new_one == "before":
        desk.chat("6").finishes("ann", "2")
    else:
        desk.finishes("ann", "2").chat("6")

    assert ({"4": "ann"}, ["5", "6"]) == (desk.offers(), desk.waiting())


def test_13_nobody_waits_for_a_job_to_run():
    """CW 12334: chats that nobody had waited for a job that ran every fifteen minutes."""
    desk = given(estimates={"enabled": False}).agent("ann").talks("ann", "1").closes("ann", "1").chat("2")
    desk.passes(WRAP_UP - 1)
    assert desk.now + 1 == desk.core.next_deadline()

    desk.passes(1)
    assert [("2", "ann", WRAP_UP + RING)] == [
        (desk.name("contact", made.contact_id), desk.name("agent", made.agent_id), made.due)
        for made in desk.told(OfferMade)[1:]
    ]
    desk.accepts("ann", "2").chat("3")
    assert desk.core.next_deadline() is None
    desk.agent("ben")

    assert OfferMade in [event.__class__ for event in desk.last.events]


def test_14_nobody_at_the_head_blocks_those_behind():
    """RC 34192: one chat a line every few seconds, and one that could not be served came up again and again."""
    desk = given(decline_back_off="0 s").agent("ben").talks("ben", "0").chat("german", line=DE)
    desk.chat(*(str(number) for number in range(1, 31)))

    desk.agent("ann", capacity=20)
    assert [str(number) for number in range(1, 21)] == list(desk.offers())
    assert {OfferMade} == {event.__class__ for event in desk.last.events[1:]}
    when(desk).declines("ann", "1")
    assert [("21", "ann")] == desk.who(OfferMade)
    assert (["1", *(str(number) for number in range(22, 31))], ["german"]) == (desk.waiting(), desk.waiting(DE))
    desk.closes("ben", "0").finishes("ben", "0")

    assert "ben" == desk.offers()["1"]


def test_15_a_contact_is_in_exactly_one_place():
    """RC 22105, 23642: a chat was in nobody's list, and nobody could take it for it was "already taken"."""
    desk = given(quiet_warning="30 s", quiet_parking="60 s", wrap_up="0 s", callbacks={"retries": {"busy": ["60 s"]}})
    desk.agent("ann").status("ann", "break").connects("agent:ann").connects("asc:1")
    seen = []
    story: tuple[Callable[[], Story], ...] = (
        lambda: desk.chat("1"),
        lambda: desk.drops("asc:1"),
        lambda: desk.connects("asc:1"),
        lambda: desk.status("ann", "available"),
        lambda: desk.passes(RING),
        lambda: desk.passes(PAUSE),
        lambda: desk.accepts("ann", "1").replies("ann", "1"),
        lambda: desk.passes(MIN),
        lambda: desk.writes("1"),
        lambda: desk.accepts("ann", "1").drops("agent:ann"),
        lambda: desk.passes(AGENT_GRACE),
        lambda: desk.converts("1"),
        lambda: desk.connects("agent:ann").status("ann", "available"),
        lambda: desk.accepts("ann", "1").misses("ann", "1", "busy"),
        lambda: desk.passes(MIN),
        lambda: desk.accepts("ann", "1").reaches("ann", "1"),
    )

    for step in story:
        step()
        places = desk.whereabouts("1")
        assert 1 == len(places)
        seen += places

    assert [
        EN, "absent", EN, "ann", EN, "ann", "ann", "parked", "ann", "ann", EN, EN, "ann", "scheduled", "ann", "ann",
    ] == seen  # fmt: skip
    assert [] == desk.closes("ann", "1").whereabouts("1")


def test_15_what_is_taken_is_somebodys():
    """RC 18041: "inquiry already taken" for a chat that nobody has."""
    desk = given().agent("ann", "ben").chat("1").passes(RING)

    assert "offer_ended" == desk.refusal(desk.accepts_offer, "ann", 1)
    assert {"1": "ben"} == desk.offers()
    desk.passes(RING)
    assert "offer_ended" == desk.refusal(desk.accepts_offer, "ben", 2)

    assert {"1": "ann"} == desk.offers()


def test_16_somebody_who_is_away_does_not_stop_the_round():
    """FS 1221, 1641, 1062: an unavailable last agent halted the distribution; an agent was "receiving" for ever."""
    desk = given(max_no_answer=3).agent("ann", "ben", "cas").status("cas", "break").chat("1")

    desk.passes(2 * MIN)
    assert ["ann", "ben", "ann", "ben", "ann", "ben"] == [agent for _, agent in desk.who(OfferMade)]
    assert ({}, ["1"]) == (desk.offers(), desk.waiting())
    assert ["not_responding", "not_responding"] == [desk.agent_state("ann"), desk.agent_state("ben")]
    desk.status("cas", "available")

    assert {"1": "cas"} == desk.offers()


def test_17_when_the_contact_is_over_so_is_the_agents_part():
    """FS 1973: an agent was "answered" hours after the call had ended, for two threads had raced."""
    desk = given().agent("ann").talks("ann", "1")

    desk.leaves("1")
    assert "wrong_state" == desk.refusal(desk.closes, "ann", "1")
    assert "wrap_up" == desk.agent_state("ann")
    desk.passes(WRAP_UP)
    assert ("idle", [], "gone") == (desk.agent_state("ann"), desk.held("ann"), desk.state_of("1"))
    desk.passes(3 * HOUR)

    assert (1, "idle") == (len(desk.told(ContactEnded)), desk.agent_state("ann"))


def test_18_whoever_comes_in_at_the_head_stops_nobody():
    """AQ 1691: serving the longest wait first, offers came to a standstill when a call joined at the first place."""
    desk = given(triage_credit="15 min").agent("ann").chat("1").passes(S).chat("2").passes(S)

    desk.chat("everybody", everybody=True)
    assert ({"1": "ann"}, ["everybody", "2"]) == (desk.offers(), desk.waiting())
    desk.agent("ben", "cas")

    assert {"1": "ann", "everybody": "ben", "2": "cas"} == desk.offers()


def test_19_each_wrap_up_ends_for_itself():
    """OS 2679: wrap-up ended for everybody only when the last one's was over."""
    desk = given().agent("ann", "ben").talks("ann", "1").talks("ben", "2").chat("3", "4")

    desk.closes("ann", "1").passes(30 * S).closes("ben", "2").extends("ben", "2").passes(WRAP_UP - 30 * S)
    assert {"3": "ann"} == desk.offers()
    desk.accepts("ann", "3").passes(90 * S - 1)
    assert {} == desk.offers()
    desk.passes(1)

    assert {"4": "ben"} == desk.offers()


def test_19_the_turn_goes_round_and_a_decline_loses_nobody():
    """OS 2974, 2886: the same agent was always first, and a reject dropped the customer."""
    desk = given(wrap_up="0 s").agent("ann", "ben")
    for number in range(4):
        name = str(number)
        desk.passes(S).chat(name)
        agent = desk.offers()[name]
        desk.accepts(agent, name).closes(agent, name)
    assert ["ann", "ben", "ann", "ben"] == [agent for _, agent in desk.who(OfferMade)]

    desk.chat("4", "5", "6").declines("ann", "4")
    assert ({"5": "ben"}, ["4", "6"]) == (desk.offers(), desk.waiting())
    desk.passes(PAUSE).accepts("ben", "5").closes("ben", "5")

    assert {"4": "ben", "6": "ann"} == desk.offers()


def test_20_who_does_not_answer_is_back_with_one_word():
    """KZ 6609: an agent who did not answer three times was logged out for ever."""
    desk = given(max_no_answer=2).agent("ann").chat("1").passes(RING + PAUSE)

    desk.accepts("ann", "1").closes("ann", "1").finishes("ann", "1").chat("2").passes(RING)
    assert ("idle", []) == (desk.agent_state("ann"), desk.told(AgentNotResponding))
    desk.passes(PAUSE + RING)
    assert ("not_responding", ["2"]) == (desk.agent_state("ann"), desk.waiting())
    when(desk).passes(HOUR)
    assert [] == desk.told(OfferMade, OfferTimedOut)
    desk.status("ann", "available")

    assert {"2": "ann"} == desk.offers()
    assert {"2": "ann", "3": "ben"} == desk.agent("ben").chat("3").offers()
    assert [] == desk.waiting(TRAVEL)
