"""What telling the lessons as scenarios found in the desk itself: each of these was wrong once."""

from tests.lessons.desk import HOUR, MIN, given


def test_a_chat_that_waited_for_one_agent_leaves_nothing_behind():
    """Whoever gives up waiting for the agent of last time is gone, and so is the time set for that wait."""
    desk = given(routing={"preferred_agent": "60 s"}, wrap_up="0 s").agent("ann").talks("ann", "1").closes("ann", "1")
    desk.talks("ann", "2").chat("3", by="1")
    assert desk.id("agent", "ann") == desk.contact("3").for_agent

    desk.leaves("3", by="1").passes(HOUR)

    assert "gone" == desk.state_of("3")


def test_a_callback_that_waited_for_one_agent_leaves_nothing_behind():
    """A callback booked with an agent may be cancelled while it waits for that agent."""
    desk = given(wrap_up="0 s").agent("ann").talks("ann", "1").books("ann", "1", "call", (10 * MIN, 20 * MIN))
    desk.closes("ann", "1").talks("ann", "2").passes(11 * MIN)
    assert desk.id("agent", "ann") == desk.contact("call").for_agent

    desk.cancels("call", by="1").passes(HOUR)

    assert "gone" == desk.state_of("call")


def test_nobody_is_warned_for_keeping_quiet_on_the_phone():
    """Once the agent rings from the chat, the ASC owes no answer in writing any more."""
    desk = given(quiet_warning="5 min").agent("ann").talks("ann", "1").replies("ann", "1")

    desk.rings("ann", "1").reaches("ann", "1").passes(HOUR)

    assert "connected" == desk.state_of("1")


def test_who_passed_is_asked_again_when_the_others_serve_something_else():
    """A contact that waits for a colleague to be asked first is not forgotten when the colleague gets other skills."""
    desk = given(decline_back_off="0 s").agent("ann", "ben").talks("ann", "1").chat("2").declines("ben", "2")
    assert ({}, ["2"]) == (desk.offers(), desk.waiting())

    desk.agent("ann", products="travel")

    assert {"2": "ben"} == desk.offers()
