"""
Order, priority and the place that people are told.

There is one key, `rank = waiting_since - credit(priority)`. It is set when a contact begins, changes only with its
priority, and everything that orders contacts reads it: the line, the offer, the place that is told.
"""

from itertools import permutations

from router.core.events import OfferMade
from router.core.ids import LineKey
from router.service.board import Places
from router.service.transcripts import Transcripts
from router.service.views import Views
from tests.lessons.desk import EN, HOUR, MIN, TRAVEL, S, Story, given, when
from tests.service.desk import DANA, KEYS, OMAR, open_chat, running_desk

CREDIT = {"priority_credit": {"p1": "10 min", "p2": "5 min"}}


def test_21_the_higher_priority_is_served_first():
    """FS 2511: a call with a score of 53 was connected before one with 303."""
    desk = given(**CREDIT).chat("53").passes(MIN).chat("303", line=TRAVEL).passes(MIN).chat("304", line=TRAVEL)
    desk.raises("303", 1).raises("304", 1)

    desk.agent("ann", products="expense travel", capacity=3)

    assert ["303", "304", "53"] == list(desk.offers())


def test_21_nobody_is_overtaken_for_ever():
    """FS 2511: with priorities whoever has none must not wait without end; the credit bounds the overtaking."""
    desk = given(**CREDIT).chat("old").passes(10 * MIN - 1).chat("urgent").raises("urgent", 1)
    assert ["urgent", "old"] == desk.waiting()

    desk.passes(2).chat("later").raises("later", 1)

    assert ["urgent", "old", "later"] == desk.waiting()


def test_22_the_order_is_nobodys_doing():
    """LH 1260: each visitor's poll assigned the next chat, so the order was that of the polls."""
    for order in permutations("123"):
        desk = given().connects("asc:1").connects("asc:2").connects("asc:3").chat("1", "2", "3")

        for name in order:
            desk.writes(name).connects(f"asc:{name}").drops(f"asc:{name}").connects(f"asc:{name}")
        desk.agent("ann", capacity=3)

        assert ["1", "2", "3"] == list(desk.offers())


def test_23_the_place_is_the_place():
    """LH number_in_queue: later chats of a higher priority were not counted, so the place told was too good."""
    desk = given(**CREDIT)
    for name in "1234":
        desk.chat(name).passes(MIN)
    assert {"1": 1, "2": 2, "3": 3, "4": 4} == desk.places()

    desk.raises("4", 1).raises("3", 2)
    told = desk.places()
    assert {"4": 1, "3": 2, "1": 3, "2": 4} == told
    desk.agent("ann", capacity=4)

    assert sorted(told, key=lambda name: told[name]) == list(desk.offers())


def test_24_callbacks_stand_where_they_stood():
    """TR 9, FreePBX 621: callbacks were called before people who had waited longer, and live callers starved."""
    desk = given(wrap_up="0 s").chat("1").passes(S).chat("2").passes(S).call("3").passes(S).callback("4").passes(S)
    desk.chat("5").passes(MIN).converts("2").converts("1")
    served = []

    desk.agent("ann")
    while offers := desk.offers():
        contact = next(iter(offers))
        served.append(contact)
        desk.accepts("ann", contact)
        if desk.state_of(contact) == "dialling":
            desk.reaches("ann", contact)
        desk.closes("ann", contact)

    assert ["1", "2", "3", "4", "5"] == served


def test_24_a_crowd_of_callbacks_does_not_starve_who_waits_live():
    """FreePBX 621: callbacks flooded the queue while people were on hold."""
    idle = given(callbacks={"mode": "idle_only", "reserve": 1}).callback(*"abcde").passes(MIN).chat("live")

    idle.agent("ann", "ben", "cas")

    assert ({"live": "ann", "a": "ben"}, list("bcde")) == (idle.offers(), idle.waiting())


def _places(desk: Story) -> Places:
    """What tells the places in line, over this desk."""
    return Places(Views(desk.state, Transcripts(desk.state, KEYS), lambda _: ""))


def _news(desk: Story, places: Places) -> dict[str, int]:
    """The places that are told now, after something has changed in the line."""
    places.changed(LineKey(EN))
    told = places.news(lambda _: True)
    return {desk.name("contact", contact.id): place["position"] for contact, place in told}


def test_25_the_first_place_is_told_and_telling_keeps_nobody_waiting():
    """AQ 1386, 1568: "announce only if improved" never announced; the announcement kept the head from being served."""
    desk = given(**CREDIT).chat("1").chat("2")
    places = _places(desk)
    before = desk.core.snapshot()

    assert {"1": 1, "2": 2} == _news(desk, places)
    assert {} == _news(desk, places)
    assert before == desk.core.snapshot()
    assert {"3": 1, "1": 2, "2": 3} == _news(desk.chat("3").raises("3", 1), places)
    when(desk).agent("ann")
    assert [("3", "ann")] == desk.who(OfferMade)

    assert {"1": 1, "2": 2} == _news(desk.accepts("ann", "3"), places)


async def test_27_the_place_is_told_again_whenever_it_changes(monkeypatch):
    """LH 635, CW 10059: visitors want their place and its updates; several products tell it once."""
    monkeypatch.setattr("router.service.gateway.TICK_S", 0.02)
    async with running_desk() as desk:
        dana, omar = await desk.join(DANA), await desk.join(OMAR)
        first, second = await open_chat(dana), await open_chat(omar)
        stream = f"queue:{second}"
        behind = await omar.hear("st", s=stream, d={"position": 2, "waiting": 2})

        await dana.ask("callback.request", contact=first, number="+49 30 901820")
        await dana.ask("callback.cancel", contact=first)
        ahead = await omar.hear("st", s=stream, d={"position": 1, "waiting": 1})
        again = await desk.join(OMAR, omar.session)
        await again.hear("st", s=stream, d={"position": 1, "waiting": 1})

        assert behind["ver"] < ahead["ver"]
        assert [] == [frame for frame in omar.frames if frame.get("s") == stream]


def test_27_who_is_away_for_a_moment_finds_the_place_kept():
    """zopim 3: the place in line was known at the start only."""
    desk = given().connects("asc:2").chat("1", "2", "3").drops("asc:2")
    assert {"1": 1, "3": 2} == desk.places()

    desk.passes(MIN).connects("asc:2")

    assert {"1": 1, "2": 2, "3": 3} == desk.places()
    assert "abandoned" not in desk.drops("asc:2").passes(HOUR).places()
