"""What staff are shown beside their own contacts, told as stories on the wire."""

import time

from router.service.auth import Person
from router.service.limits import Limits
from router.service.staff_views import LINE_SHOWN
from tests.service.desk import DANA, MINA, OMAR, SUE, THEO, Client, offered, open_chat, policy, running_desk, talk

ANN = Person(role="agent", id=10, name="Ann")


async def sign_in(agent: Client, **skills: object) -> None:
    fields = {"products": ["expense"], "languages": ["en"], "capacity": 1, **skills}
    assert "ack" == (await agent.ask("agent.sign_in", **fields))["t"]


async def test_an_agent_sees_to_whom_a_contact_could_go():
    """Colleagues who would be asked, those with room first, and the pools in which somebody is; never oneself."""
    async with running_desk() as desk:
        mina, theo, ann, dana = [await desk.join(each) for each in (MINA, THEO, ANN, DANA)]
        await sign_in(theo, pool="seniors")
        await open_chat(dana)
        await theo.take(lambda f: f["t"] == "st" and f["d"]["offers"])
        await sign_in(mina, pool="night")
        await sign_in(ann)

        await mina.say({"t": "colleagues"})
        shown = (await mina.hear("st", s="colleagues"))["d"]
        await ann.ask("agent.status", status="break", reason="lunch")
        await mina.say({"t": "colleagues"})
        again = (await mina.hear("st", s="colleagues"))["d"]

        assert [("Ann", "idle", 0), ("Theo", "offered", 1)] == [
            (agent["name"], agent["state"], agent["units"]) for agent in shown["agents"]
        ]
        assert (["night", "seniors"], 0) == (shown["pools"], shown["more"])
        assert ["Theo"] == [agent["name"] for agent in again["agents"]]


async def test_looks_of_staff_are_for_staff():
    """An ASC may not look at agents or lines, an agent not into lines, a supervisor needs no colleagues."""
    async with running_desk() as desk:
        for person, look in (
            (DANA, {"t": "colleagues"}),
            (OMAR, {"t": "watch", "line": "expense/en"}),
            (MINA, {"t": "watch", "line": None}),
            (SUE, {"t": "colleagues"}),
        ):
            client = await desk.join(person)
            await client.say(look)
            assert 4403 == await client.closed()


async def test_a_supervisor_sees_who_waits_and_why(monkeypatch):
    """A line that is watched shows who waits, why nobody serves them, and who holds what; until it is not watched."""
    monkeypatch.setattr("router.service.gateway.TICK_S", 0.02)
    async with running_desk() as desk:
        sue, dana, omar, mina, theo, ann = [await desk.join(each) for each in (SUE, DANA, OMAR, MINA, THEO, ANN)]
        held = await talk(dana, mina, capacity=1)
        await sign_in(theo, languages=["de"])
        await sign_in(ann)
        await ann.ask("agent.status", status="break", reason="lunch")
        waits = await open_chat(omar, "Hotel booked twice")
        await sue.say({"t": "watch", "line": "expense/en"})
        line = (await sue.hear("st", s="line:expense/en"))["d"]

        waiting, talking = line["waiting"][0], line["held"][0]
        assert (True, 0, 0) == (line["open"], line["more"], line["held_more"])
        assert (waits, "Omar", "Hotel booked twice") == (waiting["contact"], waiting["asc"]["name"], waiting["topic"])
        assert {"break": 1, "full": 1, "language": 1} == waiting["why_not"]
        assert (held, "Mina") == (talking["contact"], talking["agent"]["name"])

        await ann.ask("agent.status", status="available")
        ringing = (await sue.hear("st", s="line:expense/en"))["d"]["waiting"][0]
        assert ({"id": 10, "name": "Ann"}, None) == (ringing["offered_to"], ringing["why_not"])

        await sue.ask("line.open", line="expense/en", open=False)
        assert not (await sue.hear("st", s="line:expense/en"))["d"]["open"]
        await sue.say({"t": "watch", "line": None})
        await sue.ask("line.open", line="expense/en", open=True)
        await sue.take(lambda f: f["t"] == "st" and f["s"] == "desk" and f["d"]["lines"][0]["open"])
        assert not [f for f in sue.frames if f.get("s") == "line:expense/en"]


async def test_what_a_line_shows_is_bounded(monkeypatch):
    """However many wait, at most twenty are shown, the first ones, and how many more there are."""
    monkeypatch.setattr("router.service.gateway.TICK_S", 0.02)
    async with running_desk(limits=Limits(asc_burst=30)) as desk:
        sue, dana = await desk.join(SUE), await desk.join(DANA)
        cases = [await dana.ask("case.open", product="expense", language="en", topic=str(n)) for n in range(23)]
        await sue.say({"t": "watch", "line": "expense/en"})
        line = (await sue.hear("st", s="line:expense/en"))["d"]

        assert (LINE_SHOWN, 3) == (len(line["waiting"]), line["more"])
        assert [case["contact"] for case in cases[:LINE_SHOWN]] == [each["contact"] for each in line["waiting"]]
        assert {} == line["waiting"][0]["why_not"]


async def test_an_agent_sees_what_else_the_asc_has_open():
    """A callback booked for tomorrow is beside the chat it was booked from, with its promise, and goes when dropped."""
    async with running_desk(document=policy(callbacks={"slot_horizon": "48 h"})) as desk:
        dana, mina = await desk.join(DANA), await desk.join(MINA)
        contact = await talk(dana, mina)
        tomorrow = int(time.time() * 1000) + 86_400_000
        window = {"window_from": tomorrow, "window_to": tomorrow + 1_800_000}
        booked = await mina.ask("callback.book", contact=contact, number="030 901820", with_me=True, **window)
        await mina.say({"t": "sync", "contact": contact})
        other = (await mina.take(lambda f: f["t"] == "snap" and f["d"].get("others")))["d"]["others"][0]
        theirs = (await dana.take(lambda f: f["t"] == "snap" and f["d"]["contact"] == booked["contact"]))["d"]

        assert (booked["contact"], "scheduled", 7) == (other["contact"], other["state"], other["for_agent"])
        assert [tomorrow, tomorrow + 1_800_000] == other["promise"] == theirs["promise"]
        assert (tomorrow, "others" in theirs) == (theirs["dial_at"], False)
        await mina.ask("callback.drop", contact=booked["contact"], reason="settled")
        await mina.say({"t": "sync", "contact": contact})
        assert [] == (await mina.hear("snap"))["d"]["others"]


async def test_an_asc_is_told_from_when_on_a_number_may_be_left(monkeypatch):
    """By waiting long enough, or at once where so many wait."""
    monkeypatch.setattr("router.service.gateway.TICK_S", 0.02)
    rules = policy(callbacks={"offer_after": "5 min", "offer_queue_length": 2})
    async with running_desk(document=rules) as desk:
        dana, omar = await desk.join(DANA), await desk.join(OMAR)
        contact = await open_chat(dana)
        alone = (await dana.hear("snap"))["d"]
        await open_chat(omar)
        crowd = (await dana.take(lambda f: f["t"] == "st" and f["d"]["waiting"] == 2))["d"]
        await dana.ask("callback.request", contact=contact, number="030 901820")
        converted = await desk.join(DANA)

        assert 300_000 == alone["convertible_from"] - alone["waiting_since"]
        assert alone["waiting_since"] == crowd["convertible_from"]
        assert converted.ready["contacts"][0]["convertible_from"] is None


async def test_an_agent_is_told_what_becomes_of_status_and_pauses():
    """A break that waits, a pause after passing on an offer, the end of the shift and extensions are in the view."""
    async with running_desk(document=policy(shift_end_stop="1 h", max_extensions=2)) as desk:
        dana, omar, mina = await desk.join(DANA), await desk.join(OMAR), await desk.join(MINA)
        contact = await talk(dana, mina)
        passed = await offered(mina, await open_chat(omar))
        await mina.ask("offer.decline", offer=passed, reason="other")
        paused = await mina.take(lambda f: f["t"] == "st" and f["d"]["paused_until"])
        await mina.ask("agent.status", status="break", reason="lunch", when_free=True)
        waits = await mina.take(lambda f: f["t"] == "st" and f["d"]["next_status"] == "break")
        ends = int(time.time() * 1000) + 60_000
        skills = {"products": ["expense"], "languages": ["en"], "capacity": 3}
        await mina.ask("agent.sign_in", **skills, levels=[5], shift_ends=ends)
        ending = await mina.take(lambda f: f["t"] == "st" and f["d"]["hand_over_at"])
        await mina.ask("contact.close", contact=contact)
        await mina.ask("wrapup.extend", contact=contact)
        wrapping = await mina.take(
            lambda f: f["t"] == "st" and f["d"]["contacts"] and f["d"]["contacts"][0]["extensions_left"] == 1
        )

        assert paused["d"]["paused_until"] > int(time.time() * 1000) - 60_000
        assert "draining" == waits["d"]["state"]
        assert (ends, [5]) == (ending["d"]["shift_ends"], ending["d"]["levels"])
        assert wrapping["d"]["contacts"][0]["wrap_up_by"] > 0


async def test_everybody_reads_when_a_case_is_due(monkeypatch):
    """The ASC, the agent and the supervisor are shown the clock, and anew when a priority moves it."""
    monkeypatch.setattr("router.service.gateway.TICK_S", 0.02)
    targets = {"p1": "1 ms", "p2": "1 h", "p3": "8 h", "p4": "16 h"}
    async with running_desk(document=policy(response_target=targets)) as desk:
        dana, mina, sue = [await desk.join(each) for each in (DANA, MINA, SUE)]
        case = (await dana.ask("case.open", product="expense", language="en", topic="Export"))["contact"]
        opened = (await dana.take(lambda f: f["t"] == "snap" and f["d"]["contact"] == case))["d"]["clock"]
        board = await sue.take(lambda f: f.get("s") == "desk" and f["d"]["lines"][0]["cases"])
        line = board["d"]["lines"][0]
        assert (28_800_000, False) == (opened["target_ms"], opened["overdue"])
        assert (0, 1, 0, opened["due"]) == (line["waiting"], line["cases"], line["overdue"], line["response_due"])

        await sign_in(mina)
        offer = (await mina.take(lambda f: f["t"] == "st" and f["d"]["offers"]))["d"]["offers"][0]
        assert ("case_due", opened["due"]) == (offer["why"], offer["clock"]["due"])
        await mina.ask("offer.accept", offer=offer["offer"])
        await mina.ask("priority.confirm", contact=case, priority=1)

        late = (await mina.take(lambda f: f["t"] == "st" and f["d"].get("contacts") and _is_late(f)))["d"]
        assert 1 == late["contacts"][0]["clock"]["target_ms"]
        assert (await dana.take(lambda f: f["t"] == "snap" and f["d"]["clock"]["overdue"]))["d"]["contact"] == case
        await sue.take(lambda f: f.get("s") == "desk" and f["d"]["lines"][0]["overdue"] == 1)


def _is_late(frame):
    return frame["d"]["contacts"][0]["clock"]["overdue"]


async def test_the_board_says_how_right_the_told_waits_were(monkeypatch):
    """A range that was told and then met is counted in its line and in all, with the errors in ms."""
    monkeypatch.setattr("router.service.gateway.TICK_S", 0.02)
    async with running_desk() as desk:
        dana, omar, mina, sue = [await desk.join(each) for each in (DANA, OMAR, MINA, SUE)]
        held = await talk(dana, mina, capacity=1)
        waits = await open_chat(omar)
        await omar.take(lambda f: f["t"] == "st" and f["s"] == f"queue:{waits}" and f["d"]["wait"])
        await mina.ask("contact.close", contact=held)
        await mina.ask("wrapup.finish", contact=held)
        await mina.ask("offer.accept", offer=await offered(mina, waits))

        board = (await sue.take(lambda f: f.get("s") == "desk" and f["d"]["told"]["first"]["n"]))["d"]
        first = board["told"]["first"]
        assert (1, 0, 1, 0, 1) == tuple(first[name] for name in ("n", "inside", "kept", "dropped", "served"))
        assert first["mae_ms"] == -first["bias_ms"] > 0
        assert [board["told"], 0] == [board["lines"][0]["told"], board["lines"][1]["told"]["first"]["n"]]
