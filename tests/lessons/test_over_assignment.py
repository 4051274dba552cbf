"""
Double assignment, over-assignment and counters that drift.

Taking is one step here: the event that makes an offer uses the agent's unit, and what an agent holds is a list of
contacts, never a number that is counted up and down beside it.
"""

from collections import Counter
from collections.abc import Callable

import pytest

from router.core.events import ContactClosed, ContactConnected, OfferMade, OfferTimedOut, OfferWithdrawn
from router.core.policy import STRATEGIES
from tests.lessons.desk import AGENT_GRACE, EN, HOUR, MIN, PAUSE, RING, TRAVEL, WRAP_UP, S, Story, given, when


def test_01_no_agent_gets_more_than_capacity():
    """RC 37776: several servers read the same count, and an agent with a limit of three had four chats."""
    desk = given().node("desk-2").agent("ann", capacity=3)
    for number in range(1, 7):
        desk.connects(f"asc:{number}", node=f"desk-{1 + number % 2}")

    for number in range(1, 7):
        desk.sends((f"asc:{number}", 1), desk.request(str(number)))
    desk.accepts("ann", "1", "2", "3")

    assert (["1", "2", "3"], ["4", "5", "6"]) == (desk.held("ann"), desk.waiting())
    assert {} == when(desk).closes("ann", "2").offers()
    assert {"4": "ann"} == desk.finishes("ann", "2").offers()


def test_02_a_rush_fills_everybody_exactly():
    """RC 19352: balancing the load gave more chats than the limit when many came at once."""
    names = ["ann", "ben", "cas", "dee", "eve"]
    desk, most = given(routing={"strategy": "least_loaded"}).agent(*names, capacity=4), 0

    for number in range(40):
        desk.chat(str(number))
        if number % 3 == 0:
            contact, agent = next(iter(desk.offers().items()), ("", ""))
            if contact:
                desk.accepts(agent, contact)
        most = max(most, *(len(desk.held(name)) for name in names))

    assert 4 == most
    assert dict.fromkeys(names, 4) == {name: desk.the_agent(name).units for name in names}
    assert [str(number) for number in range(20, 40)] == desk.waiting()


def test_03_no_way_to_an_agent_goes_past_the_limit():
    """RC 18217: requests at the same moment were given to one agent beyond what is allowed."""
    desk = (
        given(quiet_warning="30 s", quiet_parking="60 s").agent("ann").talks("ann", "parked").replies("ann", "parked")
    )
    desk.passes(MIN).talks("ann", "0").agent("ben", capacity=3).talks("ben", "1", "2")
    assert "parked" == desk.state_of("parked")

    desk.transfers("ben", "1", to="ann").transfers("ben", "2", to="ann").writes("parked").chat("3", "4", "5", "6")

    assert (["0"], ["parked", "3", "4"]) == (desk.held("ann"), desk.held("ben"))
    assert ["1"] == desk.closes("ann", "0").finishes("ann", "0").held("ann")
    assert ["2", "5", "6"] == desk.waiting()


def test_04_there_is_one_limit_and_the_latest_word_counts():
    """RC 35722: which of several limits holds (agent, department, global) was worked out wrongly three times."""
    desk = given().agent("ann", products="expense travel", capacity=2)
    desk.chat("1").chat("2", line=TRAVEL).chat("3").chat("4", line=TRAVEL).accepts("ann", "1", "2")
    assert (["3"], ["4"]) == (desk.waiting(), desk.waiting(TRAVEL))

    desk.agent("ann", products="expense travel", capacity=1)
    assert (["1", "2"], {}) == (desk.held("ann"), desk.closes("ann", "1").finishes("ann", "1").offers())
    assert {"3": "ann"} == desk.closes("ann", "2").finishes("ann", "2").offers()
    desk.agent("ann", products="expense travel", capacity=3)

    assert {"3": "ann", "4": "ann"} == desk.offers()


def test_05_a_contact_has_one_owner_however_many_hands_reach_for_it():
    """CW 15275: automation, a click and auto-assignment raced, and a conversation bounced between agents."""
    desk = given().agent("ann", "ben").chat("1")
    anns = desk.offer_id("1")

    desk.sleeps(RING)
    assert "offer_ended" == desk.refusal(desk.accepts_offer, "ann", anns)
    assert "offer_ended" == desk.refusal(desk.accepts_offer, "ann", desk.offer_id("1"))
    desk.accepts("ben", "1")
    desk.passes(PAUSE).transfers("ben", "1", to="ann")
    assert "unknown_contact" == desk.refusal(desk.transfers, "ben", "1", line=TRAVEL)
    assert "unknown_contact" == desk.refusal(desk.closes, "ben", "1")
    desk.accepts("ann", "1")

    assert [("1", "ann"), ("1", "ben"), ("1", "ann")] == desk.who(OfferMade)
    assert [("1", "ben"), ("1", "ann")] == desk.who(ContactConnected)
    assert (["1"], []) == (desk.held("ann"), desk.held("ben"))


def test_06_two_chats_at_once_go_to_two_agents():
    """CW 15694: two conversations on an empty queue both saw the same agent free, and both took that agent."""
    desk = given().node("desk-2").agent("ann", "ben").connects("asc:1").connects("asc:2", node="desk-2")

    desk.sends(("asc:1", 1), desk.request("1"))
    desk.sends(("asc:2", 1), desk.request("2"))
    desk.chat("3")

    assert ({"1": "ann", "2": "ben"}, ["3"]) == (desk.offers(), desk.waiting())


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_07_nobody_gets_more_than_the_others(strategy):
    """CW 11034: one agent gets more than the others although a limit is set."""
    desk = given(wrap_up="0 s", routing={"strategy": strategy}).agent("ann", "ben", "cas", capacity=3)
    served: Counter[str] = Counter()

    for number in range(31):
        name = str(number)
        desk.chat(name)
        agent = desk.offers()[name]
        served[agent] += 1
        desk.accepts(agent, name).passes(10 * S).closes(agent, name)
    desk.chat(*"abcdefg")

    assert {10, 11} == set(served.values())
    assert [3, 2, 2] == sorted((len(desk.held(name)) for name in ("ann", "ben", "cas")), reverse=True)


def test_08_an_end_counts_once():
    """AQ 1736: under load a call was counted twice, so the agent with the fewest calls was the wrong one."""
    desk = given(routing={"strategy": "round_robin"}).agent("ann", "ben", "cas").connects("agent:ann").talks("ann", "1")
    ends = desk.contact("1").id
    desk.closes("ann", "1").sleeps(WRAP_UP)

    assert "unknown_contact" == desk.refusal(desk.finishes, "ann", "1")
    assert [ends] == [event.contact_id for event in desk.told(ContactClosed)]
    assert (0, "idle") == (desk.the_agent("ann").units, desk.agent_state("ann"))
    desk.chat("2", "3", "4", "5")

    assert ({"2": "ben", "3": "cas", "4": "ann"}, ["5"]) == (desk.offers(), desk.waiting())


def test_09_a_contact_rings_at_one_agent_and_outlives_whoever_takes_it():
    """AQ 176, 1557: two agents answered one call; when the first to answer hung up at once, everybody was dropped."""
    desk = given().agent("ann", "ben").connects("agent:ann").chat("1")
    assert {"1": "ann"} == desk.offers()
    assert "offer_ended" == desk.refusal(desk.accepts_offer, "ben", desk.offer_id("1"))

    desk.accepts("ann", "1").chat("2", "3").drops("agent:ann")
    assert ({"2": "ben"}, ["3"]) == (desk.offers(), desk.waiting())
    desk.accepts("ben", "2").passes(AGENT_GRACE)

    assert (["1", "3"], ["2"]) == (desk.waiting(), desk.held("ben"))
    assert "offer_ended" == desk.refusal(desk.accepts_offer, "ann", 1)


def _finished(desk: Story) -> None:
    desk.talks("ann", "1").closes("ann", "1").finishes("ann", "1")


def _wrapped_up(desk: Story) -> None:
    desk.talks("ann", "1").leaves("1").passes(WRAP_UP)


def _declined(desk: Story) -> None:
    desk.chat("1").declines("ann", "1").leaves("1").passes(PAUSE)


def _ignored(desk: Story) -> None:
    desk.chat("1").passes(RING).leaves("1").passes(PAUSE)


def _left_while_ringing(desk: Story) -> None:
    desk.chat("1").leaves("1")


def _asc_lost_while_ringing(desk: Story) -> None:
    desk.connects("asc:1").chat("1").drops("asc:1").passes(HOUR)


def _converted_while_ringing(desk: Story) -> None:
    desk.chat("1").converts("1", window=(10 * MIN, 20 * MIN)).cancels("1")


def _callback_cancelled(desk: Story) -> None:
    desk.callback("1").cancels("1")


def _callback_unreachable(desk: Story) -> None:
    desk.callback("1").accepts("ann", "1").misses("ann", "1", "invalid")


def _callback_to_be_tried_again(desk: Story) -> None:
    desk.callback("1").accepts("ann", "1").misses("ann", "1").cancels("1")


def _callback_served(desk: Story) -> None:
    desk.callback("1").accepts("ann", "1").reaches("ann", "1").closes("ann", "1").finishes("ann", "1")


def _rung_from_the_chat_in_vain(desk: Story) -> None:
    desk.talks("ann", "1").rings("ann", "1").misses("ann", "1").closes("ann", "1").finishes("ann", "1")


def _agent_lost(desk: Story) -> None:
    desk.connects("agent:ann").talks("ann", "1").drops("agent:ann").passes(AGENT_GRACE)
    desk.leaves("1").connects("agent:ann").status("ann", "available")


def _pulled(desk: Story) -> None:
    desk.talks("ann", "1").status("ann", "break").pulls("1").leaves("1").status("ann", "available")


def _transferred(desk: Story) -> None:
    desk.talks("ann", "1").transfers("ann", "1", line=TRAVEL).leaves("1")


def _parked(desk: Story) -> None:
    desk.talks("ann", "1").replies("ann", "1").passes(8 * MIN)
    assert "parked" == desk.state_of("1")


def _on_break_while_ringing(desk: Story) -> None:
    desk.chat("1").status("ann", "break").leaves("1").status("ann", "available")


ENDS: tuple[Callable[[Story], None], ...] = (
    _finished, _wrapped_up, _declined, _ignored, _left_while_ringing, _asc_lost_while_ringing, _converted_while_ringing,
    _callback_cancelled, _callback_unreachable, _callback_to_be_tried_again, _callback_served,
    _rung_from_the_chat_in_vain, _agent_lost, _pulled, _transferred, _parked, _on_break_while_ringing,
)  # fmt: skip


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__.strip("_"))
def test_10_every_unit_comes_back_once(end):
    """TD listenerQueued: the number of assigned requests was counted up and down, drifted, and fell below zero."""
    desk = given(quiet_warning="5 min", max_no_answer=5).agent("ann", capacity=2)

    for _ in range(2):
        end(desk)
        assert ([], 0, "idle") == (desk.held("ann"), desk.the_agent("ann").units, desk.agent_state("ann"))
        if desk.state_of("1") == "parked":
            desk.passes(HOUR)
    desk.chat("x", "y", "z")

    assert ({"x": "ann", "y": "ann"}, ["z"]) == (desk.offers(), desk.waiting())


def test_11_status_and_offer_cannot_chase_each_other():
    """FS 800, 2540: a status change during an offer looped fast; agents stayed reserved when another one answered."""
    desk = given().agent("ann").chat("1")

    for _ in range(20):
        desk.status("ann", "break").status("ann", "available")
    assert (21, 20) == (len(desk.told(OfferMade)), len(desk.told(OfferWithdrawn)))
    when(desk).status("ann", "available").status("ann", "available")
    assert ([], {"1": "ann"}) == (desk.told(OfferMade, OfferWithdrawn), desk.offers())
    desk.passes(RING).agent("ben").accepts("ben", "1").passes(PAUSE)

    assert [("1", "ann")] == desk.who(OfferTimedOut)
    assert ("idle", 0, "busy") == (desk.agent_state("ann"), desk.the_agent("ann").units, desk.agent_state("ben"))
    assert {"2": "ann"} == desk.chat("2", line=EN).offers()
