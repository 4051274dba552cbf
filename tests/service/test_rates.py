"""What one person and one address may do: each limit has its own answer, and nothing is lost by it."""

import asyncio
import random

import pytest
import websockets

from router.service.auth import Person
from router.service.limits import Limits
from router.service.rates import Addresses, Buckets, network_of
from sim.client.client import Client as Program
from tests.service.desk import DANA, MINA, OMAR, ORIGIN, PATIENCE_S, TOKENS, Client, open_chat, running_desk, until

FOREVER = 4_000_000_000
SWIFT = {"asc_rate": 1e4, "asc_burst": 1_000}


async def test_too_much_in_a_minute_is_refused_for_now():
    """The operation does not count and may be sent again when the time that is told is up; others are not touched."""
    async with running_desk(limits=Limits(asc_minute=2, **SWIFT)) as desk:
        dana, omar = await desk.join(DANA), await desk.join(OMAR)
        contact = await open_chat(dana)
        taken = await dana.ask("msg.send", contact=contact, text="one")
        refused = await dana.ask("msg.send", contact=contact, text="two")
        elsewhere = await desk.join(DANA)
        also = await elsewhere.ask("chat.leave", contact=contact)

        assert "ack" == taken["t"]
        assert ("rate_limited", False, "rate_limited", False) == (
            refused["code"], refused["final"], also["code"], also["final"],
        )  # fmt: skip
        assert 120_000 < refused["retry_ms"] <= 150_000  # five at thirty seconds each, and a little has passed
        assert "ack" == (await omar.ask("chat.request", product="expense", language="en", topic=""))["t"]
        assert 2 == (await desk.join(DANA, dana.session)).ready["next"] - 1


async def test_a_company_waits_for_itself_alone():
    """What all of one company send too much is refused for now, whoever sends it; another company is served."""
    ruth = Person(role="asc", id=1003, name="Ruth", company="Acme", company_id=DANA.company_id)
    async with running_desk(limits=Limits(company_minute=2, **SWIFT)) as desk:
        dana, also, omar = [await desk.join(each) for each in (DANA, ruth, OMAR)]
        opening = {"product": "expense", "language": "en", "topic": ""}
        first, second = [await each.ask("chat.request", **opening) for each in (dana, also)]
        third = await dana.ask("msg.send", contact=first["contact"], text="one")
        another = await omar.ask("chat.request", **opening)

        assert ["ack", "ack", "nack", "ack"] == [answer["t"] for answer in (first, second, third, another)]
        assert ("rate_limited", False) == (third["code"], third["final"])
        assert third["retry_ms"] > 60_000


async def test_a_company_has_so_many_connections():
    """One more is closed with 4429; a session that comes again takes its own place, and others have theirs."""
    async with running_desk(limits=Limits(company_sockets=1)) as desk:
        dana, ruth = await desk.join(DANA), Client(await desk.connect())
        colleague = Person(role="asc", id=1003, name="Ruth", company="Acme", company_id=DANA.company_id)
        await ruth.hear("hello")
        await ruth.say({"t": "auth", "token": TOKENS.issue(colleague, FOREVER)})
        refused = await ruth.closed()
        again = await desk.join(DANA, dana.session)

        assert 4429 == refused
        assert dana.session == again.session
        assert (await desk.join(OMAR)).ready["next"] == 1


async def test_agents_have_no_such_limit():
    """Whoever works here is as fast as the connection allows."""
    async with running_desk(limits=Limits(asc_minute=1)) as desk:
        mina = await desk.join(MINA)
        answers = [
            await mina.ask("agent.sign_in", products=["expense"], languages=["en"], capacity=1) for _ in range(3)
        ]

        assert ["ack"] * 3 == [answer["t"] for answer in answers]


async def test_what_was_refused_is_sent_later_by_the_client():
    """A program's operations wait in its outbox until there is room, and arrive once each, in order."""
    async with running_desk(limits=Limits(asc_minute=600, **SWIFT)) as desk:
        for _ in range(595):
            desk.gateway._quotas.take(DANA.actor, DANA.company_id, desk.gateway._loop.time())
        program = Program(
            f"ws://127.0.0.1:{desk.port}/ws", ORIGIN, lambda: TOKENS.issue(DANA, FOREVER), random.Random(1)
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(program.run())
            ack = await program.send({"t": "chat.request", "product": "expense", "language": "en", "topic": ""})
            sent = [
                group.create_task(program.send({"t": "msg.send", "contact": ack["contact"], "text": str(number)}))
                for number in range(10)
            ]
            async with asyncio.timeout(PATIENCE_S):
                await asyncio.wait(sent)
            program.stop()

        transcript = desk.transcripts.find(ack["contact"])
        assert 10 == len(transcript.messages)
        assert list(range(2, 12)) == [task.result()["o"] for task in sent]


async def test_an_asc_has_five_connections():
    """The sixth is told to wait: 4429; one that takes over an own session is none more."""
    async with running_desk() as desk:
        clients = [await desk.join(DANA) for _ in range(5)]
        sixth = Client(await desk.connect())
        await sixth.hear("hello")
        await sixth.say({"t": "auth", "token": TOKENS.issue(DANA, FOREVER)})

        assert 4429 == await sixth.closed()
        again = await desk.join(DANA, clients[0].session)
        assert clients[0].session == again.session
        assert 4409 == await clients[0].closed()


async def test_an_address_has_so_many_connections_that_are_not_staffs():
    """One more is answered with 429 and when to try again; an agent's does not count once there is a sign-in."""
    async with running_desk(limits=Limits(address_sockets=2), uncounted=()) as desk:
        await desk.join(MINA)
        await desk.join(DANA)
        omar = await desk.join(OMAR)
        with pytest.raises(websockets.InvalidStatus) as refused:
            await desk.connect()
        await omar.leave()
        await until(lambda: desk.gateway.sockets == 2)
        await desk.join(OMAR)

    assert (429, "5") == (refused.value.response.status_code, refused.value.response.headers["Retry-After"])


async def test_an_address_cannot_try_for_ever():
    """Connections on which nobody signs in are few a minute; those that are signed in on cost nothing."""
    async with running_desk(limits=Limits(address_unknown=2), uncounted=()) as desk:
        for _ in range(4):
            await (await desk.join(DANA)).leave()
        for _ in range(2):
            client = Client(await desk.connect())
            await client.say({"t": "auth", "token": "a guess"})
            assert 4401 == await client.closed()
        with pytest.raises(websockets.InvalidStatus) as refused:
            await desk.connect()

    assert 429 == refused.value.response.status_code
    assert 20 < int(refused.value.response.headers["Retry-After"]) <= 30


def test_a_bucket_fills_with_time():
    """Never above its size; who gives back has it again."""
    buckets = Buckets(2, 60.0)

    assert [True, True, False] == [buckets.take("a", 0.0) for _ in range(3)]
    assert (30.0, 60.0) == (buckets.wait_s("a", 0.0), buckets.wait_s("a", 0.0, pieces=2))
    assert (True, False) == (buckets.take("a", 31.0), buckets.take("a", 31.0))
    buckets.give_back("a", 31.0)
    assert buckets.take("a", 31.0)
    assert [True, True, False] == [buckets.take("a", 1e6) for _ in range(3)]


def test_buckets_are_bounded(monkeypatch):
    """Full ones are forgotten first, for they say nothing."""
    monkeypatch.setattr("router.service.rates.MOST_KEPT", 3)
    buckets = Buckets(1, 10.0)
    for number in range(3):
        assert buckets.take(str(number), float(number) * 5)
    assert buckets.take("new", 12.0)  # the first is full again
    assert not buckets.take("2", 12.0)
    for number in range(10):
        assert buckets.take(f"crowd {number}", 12.0)
    assert len(buckets._buckets) <= 3


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False), ("::ffff:192.0.2.1", "192.0.2.1", True), ("None", "None", True),
        ("2001:db8::1", "2001:db8::2:1", True), ("2001:db8::1", "2001:db8:0:1::1", False),
        ("fe80::1%eth0", "fe80::2", True),
    ],
)  # fmt: skip
def test_who_has_one_ipv6_address_has_its_network(one, other, same):
    """Otherwise such a limit is none."""
    assert same == (network_of(one) == network_of(other))


def test_proxies_are_not_counted():
    """Everybody comes from the proxy's address, so it counts nobody, and the proxy must."""
    addresses = Addresses(1, 1, frozenset({"10.0.0.1"}))
    for _ in range(3):
        assert not addresses.wait_s("10.0.0.1", 0.0)
        addresses.opened("10.0.0.1")
        addresses.known("10.0.0.1", 0.0)
    assert not addresses.wait_s("10.0.0.2", 0.0)
    assert addresses.wait_s("10.0.0.2", 0.0)
