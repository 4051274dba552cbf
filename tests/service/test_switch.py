"""What a telephone switch is told of its calls, so that it can announce it to the callers; told on the wire."""

import time

from router.service.auth import Person
from tests.service.desk import DANA, MINA, Client, offered, policy, running_desk

EXCHANGE = Person(role="switch", id=50, name="Exchange")
OTHER = Person(role="switch", id=51, name="Other exchange")
CALLER = {
    "product": "expense", "language": "en", "asc": DANA.id, "name": "Dana", "company": "Acme",
    "company_id": DANA.company_id, "topic": "",
}  # fmt: skip


async def sign_in(agent: Client) -> None:
    await agent.ask("agent.sign_in", products=["expense"], languages=["en"], capacity=1)


async def call(switch: Client, asc: int = DANA.id) -> int:
    """A call is reported; its contact."""
    return int((await switch.ask("call.report", **{**CALLER, "asc": asc}))["contact"])


async def test_a_switch_hears_of_its_own_calls(monkeypatch):
    """Place, wait and whether a number may be left; then who talks, and the end. Other switches hear nothing."""
    monkeypatch.setattr("router.service.gateway.TICK_S", 0.02)
    async with running_desk() as desk:
        mina, switch, other = [await desk.join(each) for each in (MINA, EXCHANGE, OTHER)]
        await sign_in(mina)
        held = await call(switch)
        await mina.ask("offer.accept", offer=await offered(mina, held))
        waits = await call(switch, 2_001)
        view = (await switch.take(lambda f: f["t"] == "snap" and f["d"]["contact"] == waits))["d"]
        place = (await switch.hear("st", s=f"queue:{waits}"))["d"]

        assert ("call", "waiting", 1, "range") == (
            view["channel"], view["state"], view["position"], view["wait"]["kind"],
        )  # fmt: skip
        assert (1, 1, view["wait"]) == (place["position"], place["waiting"], place["wait"])
        assert view["convertible_from"] == view["waiting_since"] == place["convertible_from"]
        connected = await switch.take(lambda f: f["t"] == "ev" and f["s"] == f"chat:{held}" and f["k"] == "connected")
        assert "Mina" == connected["d"]["agent"]["name"]
        await mina.ask("contact.close", contact=held)
        assert {"by": "agent"} == (await switch.take(lambda f: f["t"] == "ev" and f["k"] == "ended"))["d"]
        assert [] == [f for f in other.frames if f["t"] in ("ev", "snap") or f.get("s", "").startswith("queue")]


async def test_a_caller_leaves_a_number_by_the_switch():
    """The switch takes the number for the caller; of the callback it hears no more than that it was promised."""
    async with running_desk() as desk:
        switch = await desk.join(EXCHANGE)
        contact = await call(switch)

        bad = await switch.ask("call.callback", contact=contact, number="12")
        taken = await switch.ask("call.callback", contact=contact, number="+4930901820")
        told = await switch.take(lambda f: f["t"] == "ev" and f["k"] == "converted")
        gone = await switch.ask("call.end", contact=contact)

        assert ("bad_value", "ack", "unknown_contact") == (bad["code"], taken["t"], gone["code"])
        assert contact == taken["contact"]
        assert told["d"]["promise"][0] < told["d"]["promise"][1]
        assert "callback" == desk.node.desk.state.contacts[contact].channel


async def test_a_refused_caller_is_told_what_is_possible():
    """Where the line is full a number can be left all the same, and the desk takes it."""
    async with running_desk(document=policy(routing={"queue_limit": 5})) as desk:
        switch = await desk.join(EXCHANGE)
        for asc in range(2_001, 2_006):
            await call(switch, asc)

        refused = await switch.ask("call.report", **CALLER)
        asked = await switch.ask("call.ask_callback", **CALLER, number="+4930901820")

        assert ("queue_full", ["callback", "case", "language:de"]) == (refused["code"], refused["instead"])
        told = await switch.take(lambda f: f["t"] == "ev" and f["k"] == "callback_requested")
        assert ("ack", f"chat:{asked['contact']}", True) == (asked["t"], told["s"], told["d"]["promise"][1] > 0)
        assert DANA.id == desk.node.desk.state.contacts[asked["contact"]].asc_id


async def test_a_caller_hears_when_the_phone_is_answered_again():
    """It is the hours of the phone that count, not those of the chat."""
    other_day = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[(int(time.time()) // 86_400 + 3 + 3) % 7]
    hours = {"contact": {"chat": "always", "phone": {"days": {other_day: "09:00-10:00"}}}}
    async with running_desk(document=policy(hours=hours)) as desk:
        switch = await desk.join(EXCHANGE)

        refused = await switch.ask("call.report", **CALLER)

        assert ("outside_hours", "09:00") == (refused["code"], refused["opens"]["clock"])


async def test_a_switch_that_comes_back_finds_its_calls():
    """After a drop it is shown the calls that wait or talk, and no others."""
    async with running_desk() as desk:
        switch, other = await desk.join(EXCHANGE), await desk.join(OTHER)
        mine, theirs = await call(switch), await call(other, 2_001)
        await switch.leave()

        again = await desk.join(EXCHANGE)
        await again.say({"t": "sync", "contact": theirs})
        await again.say({"t": "sync", "contact": mine})

        assert [mine] == [view["contact"] for view in again.ready["contacts"]]
        assert mine == (await again.hear("snap"))["d"]["contact"]
