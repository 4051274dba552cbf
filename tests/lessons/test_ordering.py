"""
Order, priority and the place that people are told.

There is one key, `rank = waiting_since - credit(priority)`. It is set when a contact begins, changes only with its
priority, and everything that orders contacts reads it: the line, the offer, the place that is told.
"""

from itertools import permutations
from typing import Any

from router.core.estimates.announcements import OVERDUE, RANGE, SERVERS_LEFT, Announced
from router.core.events import OfferMade, WaitTold
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


def test_23_whoever_comes_in_front_is_counted_in_what_is_told():
    """LH number_in_queue: the place that was told did not know of those who came later and went ahead."""
    desk = given(**CREDIT).online("1", "2").chat("1").chat("2")
    assert {"1": [(0, False)], "2": [(1, False)]} == {name: [said.place for said in _told(desk, name)] for name in "12"}

    when(desk).chat("3").raises("3", 1).passes(MIN)

    assert [(1, False)] == [said.place for said in _told(desk, "1")]
    assert [(2, False)] == [said.place for said in _told(desk, "2")]


def test_24_callbacks_stand_where_they_stood():
    """TR 9, FP 621: callbacks were called before people who had waited longer, and live callers starved."""
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
    """FP 621: callbacks flooded the queue while people were on hold."""
    idle = given(callbacks={"mode": "idle_only", "reserve": 1}).callback(*"abcde").passes(MIN).chat("live")

    idle.agent("ann", "ben", "cas")

    assert ({"live": "ann", "a": "ben"}, list("bcde")) == (idle.offers(), idle.waiting())


def _told(desk: Story, name: str) -> list[Announced]:
    """What the ASC of a contact was told about the wait since the last `when`."""
    return [event.said for event in desk.told(WaitTold) if event.contact_id == desk.id("contact", name)]


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


def test_25_the_first_announcement_is_always_made_and_none_without_news():
    """AQ 1386: an announcement that is made only when the wait got shorter was never made, for nothing was first."""
    desk = given().online(*"123").agent("ann", "ben").talks("ann", "a").talks("ben", "b").chat("1", "2", "3")
    assert [1, 1, 1] == [len(_told(desk, name)) for name in "123"]

    when(desk).passes(MIN)
    assert [] == desk.told(WaitTold)
    desk.leaves("1").passes(MIN)

    assert [[(0, False)], [(1, False)]] == [[said.place for said in _told(desk, name)] for name in "23"]


def test_26_the_wait_depends_on_who_is_ahead_and_who_serves():
    """RC EWT constant: about one duration of a chat was told at every place, however many served."""
    few = given().online(*"123").agent("ann").talks("ann", "a").chat("1", "2", "3")
    many = given().online(*"123").agent("ann", "ben").talks("ann", "a").talks("ben", "b").chat("1", "2", "3")

    waits = [[(said.low_ms, said.high_ms) for name in "123" for said in _told(desk, name)] for desk in (few, many)]

    assert [3, 3] == [len(told) for told in waits]
    for told in waits:
        assert sorted(told) == told == list(dict.fromkeys(told))
        assert all(0 < low < high for low, high in told)
    assert all(less[0] < more[0] and less[1] < more[1] for less, more in zip(waits[1], waits[0], strict=True))


def test_26_what_was_told_does_not_grow_by_waiting():
    """AQ EWT: whoever had waited longer than the mean was told an ever longer wait."""
    desk = given().online(*"123").agent("ann").talks("ann", "0").chat("1", "2", "3")

    desk.passes(HOUR)
    told = _told(desk, "3")
    ends = [said.at + said.high_ms for said in told if said.kind == RANGE]

    assert len(ends) > 3
    assert sorted(ends, reverse=True) == ends
    assert [""] * len(told) == [said.cause for said in told]
    assert [(OVERDUE, 0)] == [(said.kind, said.high_ms) for said in told[len(ends) :]]
    assert ends[-1] <= told[-1].at < ends[-1] + 30 * S


def test_26_a_longer_wait_is_told_with_its_cause():
    """AQ EWT: the number that was announced rose, and nobody could say why."""
    desk = given().online("1").agent("ann", "ben").talks("ann", "a").talks("ben", "b").chat("1")
    before = _told(desk, "1")[0]

    when(desk).passes(MIN).status("ben", "break").passes(MIN)

    assert [(RANGE, SERVERS_LEFT)] == [(said.kind, said.cause) for said in _told(desk, "1")]
    assert _told(desk, "1")[0].at + _told(desk, "1")[0].high_ms > before.high_ms


async def test_27_the_place_is_told_again_whenever_it_changes(monkeypatch):
    """LH 635, CW 10059: visitors want their place and its updates; several products tell it once."""
    monkeypatch.setattr("router.service.gateway.TICK_S", 0.02)
    async with running_desk() as desk:
        dana, omar = await desk.join(DANA), await desk.join(OMAR)
        first, second = await open_chat(dana), await open_chat(omar)
        stream = f"queue:{second}"

        def place(frame: dict[str, Any]) -> tuple[int, int] | None:
            return (frame["d"]["position"], frame["d"]["waiting"]) if frame.get("s") == stream else None

        behind = await omar.take(lambda frame: place(frame) == (2, 2))

        await dana.ask("callback.request", contact=first, number="+49 30 901820")
        await dana.ask("callback.cancel", contact=first)
        ahead = await omar.take(lambda frame: place(frame) == (1, 1))
        again = await desk.join(OMAR, omar.session)
        await again.take(lambda frame: place(frame) == (1, 1))

        assert behind["ver"] < ahead["ver"]
        assert [] == [place(frame) for frame in omar.frames if place(frame) not in (None, (2, 2))]


def test_27_who_is_away_for_a_moment_finds_the_place_kept():
    """ZD 3: the place in line was known at the start only."""
    desk = given().connects("asc:2").chat("1", "2", "3").drops("asc:2")
    assert {"1": 1, "3": 2} == desk.places()

    desk.passes(MIN).connects("asc:2")

    assert {"1": 1, "2": 2, "3": 3} == desk.places()
    assert {"1": 1, "3": 2} == desk.drops("asc:2").passes(HOUR).places()
