"""
Agents and ASCs who are gone, come back, or reload.

What a person holds belongs to the person, not to a connection: a lost connection starts a grace and changes nothing
else, except that nothing rings where nobody is.
"""

import pytest

from router.core.events import (
    AgentNotResponding,
    AscLeft,
    ContactConnected,
    ContactQueued,
    ContactRequeued,
    OfferDeclined,
    OfferMade,
    OfferTimedOut,
    OfferWithdrawn,
)
from tests.lessons.desk import AGENT_GRACE, ASC_GRACE, DE, EN, HOUR, MIN, RING, S, Story, given, when
from tests.service.desk import DANA, MINA, open_chat, running_desk, talk


def _served_before(**rules: str) -> Story:
    """Ann has served the ASC of chat 1 and is free; a chat that comes back waits for her for a minute."""
    desk = given(wrap_up="0 s", routing={"preferred_agent": "60 s"}, **rules).agent("ann", "ben")
    return desk.talks("ann", "1").closes("ann", "1").passes(S)


@pytest.mark.parametrize("away", ["offline", "break", "lost"])
def test_28_a_chat_that_comes_back_goes_to_somebody_who_is_there(away):
    """CW 4158, 7204: a chat that was opened again went back to an agent who was offline."""
    desk = _served_before().connects("agent:ann")
    desk.drops("agent:ann") if away == "lost" else desk.status("ann", away)

    assert {"2": "ben"} == desk.chat("2", by="1").offers()


def test_28_it_waits_for_the_same_agent_only_while_that_helps():
    """CW 9587, 5672: a chat was kept for one agent who had gone home or had no time."""
    desk = _served_before()
    assert {"2": "ann"} == desk.chat("2", by="1").offers()
    desk.accepts("ann", "2").leaves("2").status("ben", "break").talks("ann", "3").status("ben", "available")
    assert ({}, ["4"]) == (desk.chat("4", by="1").offers(), desk.waiting())

    desk.passes(MIN)
    assert {"4": "ben"} == desk.offers()
    desk.leaves("4").chat("5", by="1")
    assert {} == desk.offers()
    desk.status("ann", "break")

    assert {"5": "ben"} == desk.offers()


def test_29_an_offer_that_is_not_answered_moves_on():
    """CW 14508, LH 1073: the assigned agent never answers, and nothing takes the chat back."""
    desk = given().agent("ann", "ben").chat("1")

    desk.passes(RING - 1)
    assert {"1": "ann"} == desk.offers()
    desk.passes(1)
    assert {"1": "ben"} == desk.offers()
    desk.accepts("ben", "1").passes(HOUR)
    when(desk).pulls("1")

    assert [("1", "ann")] == desk.who(OfferMade)


def test_30_when_the_agent_drops_the_asc_is_told_and_is_next():
    """CW 5362, RC 9278: what becomes of chats when the agent's connection drops, and the customer is not told."""
    desk = given().agent("ann").connects("agent:ann").talks("ann", "1").chat("2")
    o = desk.contact("1").o

    when(desk).drops("agent:ann").passes(AGENT_GRACE - 1)
    assert ("connected", ["2"], []) == (desk.state_of("1"), desk.waiting(), desk.told(ContactRequeued))
    desk.passes(1)
    assert [(o + 1, "agent_lost")] == [(event.o, event.cause) for event in desk.told(ContactRequeued)]
    desk.agent("ben")

    assert ({"1": "ben"}, ["2"]) == (desk.offers(), desk.waiting())


def test_31_who_closes_the_browser_is_not_available():
    """ZM 1075: the browser was closed, and the agent was available for two more minutes."""
    desk = given().agent("ann", "ben").connects("agent:ann").chat("1")
    assert {"1": "ann"} == desk.offers()

    when(desk).drops("agent:ann")
    assert ([("1", "ann")], {"1": "ben"}) == (desk.who(OfferWithdrawn), desk.offers())
    desk.chat("2", "3")
    assert (["2", "3"], [("1", "ben")]) == (desk.waiting(), desk.who(OfferMade))
    desk.connects("agent:ann")

    assert {"1": "ben", "2": "ann"} == desk.offers()


def test_31_where_nobody_will_come_nobody_is_let_in():
    """ZM 4970: the widget let a visitor start although nobody was there any more."""
    days = {"en": {"daily": "00:00-02:00"}, "de": {"daily": "00:00-01:00"}}
    hours = {"contact": {"chat": {"days": days["en"]}}, "languages": {"de": {"days": days["de"]}}}
    desk = given(hours=hours).chat("1").chat("2", line=DE).opens(EN, False)

    assert ("line_closed", "line_closed") == (desk.refusal(desk.chat, "3"), desk.refusal(desk.call, "4"))
    assert {"1": "ann"} == desk.agent("ann").offers()
    desk.opens(EN, True).passes(HOUR)
    assert ("language_closed", "") == (desk.refusal(desk.chat, "5", line=DE), desk.refusal(desk.chat, "6"))
    desk.passes(HOUR)

    assert "outside_hours" == desk.refusal(desk.chat, "7")


async def test_32_who_comes_back_is_shown_everything():
    """CW 14934: after a reconnect the screen read a window of 26 s again, and a colleague's reply was missed."""
    async with running_desk() as desk:
        dana, mina = await desk.join(DANA), await desk.join(MINA)
        contact = await talk(dana, mina)
        await mina.leave()
        for number in range(8):
            await dana.ask("msg.send", contact=contact, text=f"line {number}")
        other = await desk.join(MINA)
        await other.ask("msg.send", contact=contact, text="from the other screen")

        back = await desk.join(MINA, mina.session)
        view = back.ready["contacts"][0]

        said = [*(f"line {number}" for number in range(8)), "from the other screen"]
        assert said == [message["text"] for message in view["messages"]]
        assert list(range(3, 12)) == [message["o"] for message in view["messages"]]
        assert 11 == view["o"]


def test_33_a_reload_ends_nothing():
    """AC 102, 125, 254: a reload of more than 20 s ended the session; after 10 s offline messages were lost."""
    desk = given().agent("ann").connects("agent:ann").connects("asc:1").talks("ann", "1")

    desk.drops("agent:ann").drops("asc:1").passes(25 * S).connects("agent:ann").connects("asc:1")
    assert "connected" == desk.writes("1").replies("ann", "1").state_of("1")
    desk.drops("asc:1").closes("ann", "1").connects("asc:1")

    assert "not_connected" == desk.refusal(desk.writes, "1")


def test_33_who_waits_and_reloads_keeps_the_place():
    """AC 252: a chat ended in the background, and the screen thought that it was alive."""
    desk = given().connects("asc:1").chat("1").passes(S).chat("2").drops("asc:1")
    assert (["2"], [("absent", ASC_GRACE + S)]) == (
        desk.waiting(), [(desk.state_of("1"), event.resume_by) for event in desk.told(AscLeft)],
    )  # fmt: skip

    desk.passes(ASC_GRACE - 1).connects("asc:1")
    assert ["1", "2"] == desk.waiting()
    desk.drops("asc:1").passes(ASC_GRACE).connects("asc:1")

    assert ("gone", "unknown_contact") == (desk.state_of("1"), desk.refusal(desk.writes, "1"))


def test_34_a_double_click_opens_one_chat():
    """CW 5080: a double click opened two sessions."""
    desk = given().connects("asc:1")
    request = desk.request("1")

    first = desk.sends(("asc:1", 1), request)
    again = desk.sends(("asc:1", 1), request)

    assert (False, True) == (first.repeated, again.repeated)
    assert ("", first.contact_id, first.o) == (again.code, again.contact_id, again.o)
    assert (["1"], 1, []) == (desk.waiting(), len(desk.told(ContactQueued)), again.events)


def test_34_a_reload_opens_no_second_chat():
    """CW 4578, AC 52, LH 1362: after a reload, or in a second tab, the same visitor had two chats."""
    desk = given().connects("asc:1", "tab one").connects("asc:1", "tab two")
    desk.sends(("tab one", 1), desk.request("1"))

    second = desk.sends(("tab two", 1), desk.request("2", by="1"))
    assert ("already_open", ["1"]) == (second.code, desk.waiting())
    desk.drops("tab one").drops("tab two").connects("asc:1", "after the reload")

    assert "already_open" == desk.sends(("after the reload", 1), desk.request("3", by="1")).code
    assert (["1"], "id_conflict") == (desk.waiting(), desk.sends(("tab two", 1), desk.request("4", by="1")).code)


def test_35_what_was_missed_is_called_missed():
    """AC 272, 391: a missed chat was reported as an error and not as missed."""
    desk = given(max_no_answer=1).agent("ann").chat("1")

    desk.passes(RING)

    assert [("1", "ann")] == desk.who(OfferTimedOut)
    assert ([], 1) == (desk.told(OfferDeclined, OfferWithdrawn), len(desk.told(AgentNotResponding)))


def test_35_what_is_over_holds_no_slot():
    """AC 1013: a closed chat held the slot for seconds, and the next one was missed."""
    desk = given(wrap_up="0 s").agent("ann").talks("ann", "1").chat("2")

    desk.closes("ann", "1")

    assert (("gone", {"2": "ann"}), 2 * [RING]) == (
        (desk.state_of("1"), desk.offers()), [event.due for event in desk.told(OfferMade)],
    )  # fmt: skip


def test_35_the_latest_word_about_the_next_status_counts():
    """AC 613: a next status that was queued won over the agent's later "available"."""
    desk = given(wrap_up="0 s").agent("ann", capacity=2).talks("ann", "1")
    desk.status("ann", "break", when_free=True).chat("2")
    assert ({}, "draining") == (desk.offers(), desk.agent_state("ann"))

    desk.status("ann", "available")
    assert {"2": "ann"} == desk.offers()
    desk.accepts("ann", "2").closes("ann", "1", "2")

    assert ("available", {"3": "ann"}) == (desk.the_agent("ann").status, desk.chat("3").offers())


def test_36_a_phone_in_the_pocket_is_not_the_end_of_the_shift():
    """CW 5436: with the app in the background the agent is offline, and there is no work."""
    desk = given().agent("ann").connects("agent:ann", "desk").connects("agent:ann", "phone")

    assert {"1": "ann"} == desk.drops("phone").chat("1").offers()
    desk.accepts("ann", "1").closes("ann", "1").finishes("ann", "1").drops("desk").passes(AGENT_GRACE - 1)
    assert ({}, "available") == (desk.chat("2").offers(), desk.the_agent("ann").status)
    when(desk).connects("agent:ann", "phone")

    assert {"2": "ann"} == desk.offers()
    assert [("2", "ann")] == desk.accepts("ann", "2").who(ContactConnected)


async def test_36_a_waiting_chat_outlives_the_screen():
    """CW 5436: whoever looks away from the screen for a moment loses the chat."""
    async with running_desk() as desk:
        dana = await desk.join(DANA)
        contact = await open_chat(dana)
        await dana.leave()

        back = await desk.join(DANA, dana.session)

        assert [(contact, "waiting", 1)] == [
            (view["contact"], view["state"], view["position"]) for view in back.ready["contacts"]
        ]
