"""What telling the lessons as scenarios found in the desk itself: each of these was wrong once."""

import pytest

from router.core.events import OfferMade
from tests.lessons.desk import AGENT_GRACE, EN, HOUR, MIN, S, given


def test_a_chat_that_waited_for_one_agent_leaves_nothing_behind():
    """Whoever gives up waiting for the agent of last time is gone, and so is the time set for that wait."""
    desk = given(routing={"preferred_agent": "60 s"}, wrap_up="0 s").agent("ann").talks("ann", "1").closes("ann", "1")
    desk.talks("ann", "2").chat("3", by="1")
    assert desk.id("agent", "ann") == desk.contact("3").for_agent

    desk.leaves("3").passes(HOUR)

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


@pytest.mark.parametrize("status", ["available", "break", "offline"])
def test_a_supervisor_cannot_keep_a_lost_agents_contacts(status):
    """A status that somebody else sets brings nobody back: after the grace the contacts are in line again."""
    desk = given().agent("ann").connects("agent:ann").talks("ann", "1").drops("agent:ann")

    desk.forces("ann", status).chat("2").passes(AGENT_GRACE)

    assert ("offline", ["1", "2"], {}) == (desk.the_agent("ann").status, desk.waiting(), desk.offers())


def test_a_status_that_follows_by_itself_brings_nobody_back():
    """The break that an agent asked for comes when the contact ends, but an agent who is gone goes offline."""
    desk = given(wrap_up="0 s").agent("ann").connects("agent:ann").talks("ann", "1").status("ann", "break", True)

    desk.drops("agent:ann").leaves("1")
    assert "break" == desk.the_agent("ann").status
    desk.passes(AGENT_GRACE)

    assert "offline" == desk.the_agent("ann").status


def test_nothing_rings_before_an_empty_chair():
    """An agent who has been gone for long is not made available by a supervisor, and goes offline again."""
    desk = given().agent("ann").connects("agent:ann").drops("agent:ann").passes(AGENT_GRACE).chat("1")

    desk.forces("ann", "available").passes(AGENT_GRACE)

    assert ([], "offline", ["1"]) == (desk.told(OfferMade), desk.the_agent("ann").status, desk.waiting())


STEPS = {"routing": {"steps": [{"pools": ["first"]}, {"after": "30 s"}]}, "offer_timeout": "60 s"}


@pytest.mark.parametrize("how", ["declined", "withdrawn", "returned"])
def test_a_step_whose_time_came_meanwhile_is_taken_at_once(how):
    """A contact that rang, or whose ASC was away, when a step's time came is at that step when it waits again."""
    desk = given(**STEPS).agent("ann", pool="first").connects("asc:1")
    if how == "returned":
        desk.chat("0").chat("1").drops("asc:1").passes(30 * S).agent("ben").connects("asc:1")
    else:
        desk.chat("1").passes(30 * S).agent("ben")
        desk.declines("ann", "1") if how == "declined" else desk.status("ann", "break")

    desk.passes(0)

    assert "ben" == desk.offers()["1"]


def test_nothing_is_handed_to_a_pool_that_cannot_serve_it():
    """A pool whose agents have other skills is as good as empty."""
    desk = given().agent("ann").agent("tom", products="travel", pool="seniors").talks("ann", "1")

    assert "nobody_there" == desk.refusal(desk.transfers, "ann", "1", pool="seniors")


@pytest.mark.parametrize("meanwhile", ["waits", "rings", "is away"])
def test_nobody_waits_for_a_pool_that_has_gone_home(meanwhile):
    """When the last of a pool signs out, whoever was handed to it waits with everybody again."""
    desk = given().agent("ann", "ben").agent("tom", pool="seniors").connects("asc:1").talks("ann", "1")
    if meanwhile != "rings":
        desk.status("tom", "break")
    desk.passes(S).transfers("ann", "1", pool="seniors")
    if meanwhile == "is away":
        desk.drops("asc:1")

    desk.status("tom", "offline").connects("asc:1")

    assert {"1": "ben"} == desk.offers()


def test_new_rules_leave_nobody_with_a_step_that_nobody_serves():
    """When the rules change, whoever waits is at a step for which somebody is signed in."""
    desk = given().chat("1").agent("ann", pool="second").status("ann", "break")

    desk.policy(routing={"steps": [{"pools": ["first"]}, {"after": "5 min"}]}).status("ann", "available")

    assert {"1": "ann"} == desk.offers()


@pytest.mark.parametrize("status", ["break", "offline"])
def test_a_booked_callback_does_not_wait_for_an_agent_who_is_away(status):
    """When the time comes and the agent of the booking is not there, a colleague calls."""
    desk = given(wrap_up="0 s").agent("ann", "ben").talks("ann", "1").books("ann", "1", "call", (10 * MIN, 20 * MIN))

    desk.closes("ann", "1").status("ann", status).passes(10 * MIN)

    assert {"call": "ben"} == desk.offers()


def test_what_was_handed_on_does_not_come_back_at_once():
    """Whoever hands a contact to a line passes on it: the others who may serve it are asked first."""
    desk = given().agent("ann", capacity=2).agent("ben").talks("ann", "1").talks("ben", "2")
    desk.transfers("ann", "1", line=EN)
    assert ({}, ["1"]) == (desk.offers(), desk.waiting())

    desk.closes("ben", "2").finishes("ben", "2")

    assert {"1": "ben"} == desk.offers()


def test_work_that_can_wait_does_not_keep_callbacks_waiting():
    """Where callbacks come when nobody waits live, a pile of cases is no reason not to call."""
    desk = given(callbacks={"mode": "idle_only"}).case("1", "2").callback("call")

    desk.agent("ann")

    assert {"call": "ann"} == desk.offers()
