"""What people see and may do on the wire: the reference, told as stories."""

import asyncio
import json
import time

import pytest
import websockets

from router.journal.memory import MemoryStore
from router.service.auth import Tokens
from router.service.limits import Limits
from router.wire.frames import BEFORE, PROTOCOL
from tests.service.desk import (
    DANA,
    KEYS,
    MINA,
    OMAR,
    ORIGIN,
    SUE,
    THEO,
    TOKENS,
    Client,
    offered,
    open_chat,
    policy,
    real_clock,
    running_desk,
    talk,
    until,
)


async def test_a_chat_from_asking_to_closing():
    """Both sides see the whole of it, each event once and in order, and the agent's units come back."""
    async with running_desk() as desk:
        dana, mina = await desk.join(DANA), await desk.join(MINA)
        contact = await talk(dana, mina)

        asked = await dana.ask("msg.send", contact=contact, text="Grüße <b>&</b> 👋")
        heard = await mina.hear("ev", k="message")
        await mina.ask("msg.send", contact=contact, text="Hello")
        answered = await dana.hear("ev", k="message")
        await mina.ask("contact.close", contact=contact)
        ended = await dana.hear("ev", k="ended")
        await mina.ask("wrapup.finish", contact=contact)
        closed = await dana.hear("ev", k="closed")
        shown = await mina.take(lambda f: f["t"] == "st" and f["d"]["units"] == 0 and not f["d"]["contacts"])

        assert {"by": "asc", "name": "Dana", "text": "Grüße <b>&</b> 👋"} == heard["d"]
        assert (asked["o"], asked["at"]) == (heard["o"], heard["at"])
        assert {"by": "agent", "name": "Mina", "text": "Hello"} == answered["d"]
        assert "agent" == ended["d"]["by"]
        assert [3, 4, 5, 6] == [heard["o"], answered["o"], ended["o"], closed["o"]]
        assert "idle" == shown["d"]["state"]
        assert not [f for f in dana.frames if f["t"] == "ev" and f["k"] == "message"]


async def test_who_gains_sight_gets_the_whole_view():
    """The ASC is shown the contact with the ack, the agent once the offer is accepted, with all that was said."""
    async with running_desk() as desk:
        dana, mina = await desk.join(DANA), await desk.join(MINA)
        contact = await open_chat(dana, "Receipt missing")
        mine = await dana.hear("snap")
        await dana.ask("msg.send", contact=contact, text="Anybody here?")
        await mina.ask("agent.sign_in", products=["expense"], languages=["en"], capacity=1)
        offer = await offered(mina, contact)
        assert not [f for f in mina.frames if f["t"] in ("snap", "ev")]
        await mina.ask("offer.accept", offer=offer)
        view = (await mina.hear("snap"))["d"]
        connected = await dana.hear("ev", k="connected")

        assert ("waiting", 1, "Receipt missing") == (mine["d"]["state"], mine["d"]["position"], mine["d"]["topic"])
        assert {"id": 7, "name": "Mina"} == connected["d"]["agent"] == view["agent"]
        assert {"id": 1001, "name": "Dana", "company": "Acme"} == view["asc"]
        assert ["Anybody here?"] == [message["text"] for message in view["messages"]]
        assert (3, "connected", 0) == (view["o"], view["state"], view["position"])


async def test_events_and_views_tell_the_same():
    """Whoever follows the events from a view comes to the view that a new connection is shown."""
    async with running_desk() as desk:
        dana, mina = await desk.join(DANA), await desk.join(MINA)
        contact = await talk(dana, mina)
        for number in range(5):
            await (dana if number % 2 else mina).ask("msg.send", contact=contact, text=f"line {number}")
        await until(lambda: desk.transcripts.find(contact).contact.o == 7)
        again = await desk.join(DANA)
        view = again.ready["contacts"][0]
        told = [await dana.take(lambda f: f["t"] == "ev" and f["k"] == "message") for _ in range(3)]

        assert [f"line {number}" for number in range(5)] == [message["text"] for message in view["messages"]]
        heard = {message["o"]: message["text"] for message in view["messages"]}
        assert all(heard[frame["o"]] == frame["d"]["text"] for frame in told)
        assert 7 == view["o"]


async def test_two_tabs_of_one_person_see_the_same():
    """A second session of the same ASC is told everything, also what the first one wrote."""
    async with running_desk() as desk:
        one, two, mina = await desk.join(DANA), await desk.join(DANA), await desk.join(MINA)
        contact = await talk(one, mina)
        await one.ask("msg.send", contact=contact, text="from one")
        heard = await two.hear("ev", k="message")
        await two.hear("snap")

        assert one.session != two.session
        assert ("from one", 3) == (heard["d"]["text"], heard["o"])
        assert "already_open" == (await two.ask("chat.request", product="expense", language="en", topic=""))["code"]


async def test_a_session_on_a_new_socket_closes_the_old_one():
    """One session, one connection: the old socket is told 4409, operations go on where they were."""
    async with running_desk() as desk:
        old = await desk.join(DANA)
        contact = await open_chat(old)
        new = await desk.join(DANA, old.session)

        assert 4409 == await old.closed()
        assert (old.session, 2, [contact]) == (
            new.session, new.ready["next"], [view["contact"] for view in new.ready["contacts"]],
        )  # fmt: skip
        assert "ack" == (await new.ask("msg.send", contact=contact, text="still here"))["t"]
        assert "SessionDropped" not in desk.follower.events()


@pytest.mark.parametrize("whose", ["another person's", "nobody's"])
async def test_a_session_that_is_not_theirs_is_as_unknown_as_none(whose):
    """A stolen or expired session number gives a new session and no sight of the old one's contacts."""
    async with running_desk() as desk:
        dana = await desk.join(DANA)
        contact = await open_chat(dana)
        stolen = dana.session if whose == "another person's" else 4_711
        omar = await desk.join(OMAR, stolen)

        assert stolen != omar.session
        assert ([], 1) == (omar.ready["contacts"], omar.ready["next"])
        assert "ack" == (await dana.ask("chat.leave", contact=contact))["t"]


async def test_a_repeated_operation_is_answered_alike():
    """After a drop the same operation gets the same answer, and there is one contact and one message."""
    async with running_desk() as desk:
        dana = await desk.join(DANA)
        first = await dana.ask("chat.request", product="expense", language="en", topic="x")
        said = await dana.ask("msg.send", contact=first["contact"], text="once")
        await dana.leave()
        again = await desk.join(DANA, dana.session)
        await again.say({"t": "chat.request", "id": 1, "product": "expense", "language": "en", "topic": "x"})
        await again.say({"text": "once", "contact": first["contact"], "id": 2, "t": "msg.send"})

        assert first == await again.answer(1)
        assert said == await again.answer(2)
        assert 1 == len(desk.node.desk.state.contacts)
        assert 1 == desk.follower.events().count("MessagePosted")


async def test_numbers_may_not_be_left_out_or_used_for_something_else():
    """A gap is refused without counting; another content under an old number is a conflict."""
    async with running_desk() as desk:
        dana = await desk.join(DANA)
        await dana.say({"t": "chat.request", "id": 3, "product": "expense", "language": "en", "topic": ""})
        gap = await dana.answer(3)
        contact = await open_chat(dana)
        await dana.say({"t": "msg.send", "id": 1, "contact": contact, "text": "not a request"})
        conflict = await dana.answer(1)

        assert ("op_gap", False, 1) == (gap["code"], gap["final"], gap["next"])
        assert ("id_conflict", True) == (conflict["code"], conflict["final"])


async def test_an_offer_is_taken_once():
    """A second accept, a late accept and an accept by somebody else are refused alike."""
    async with running_desk(document=policy(offer_timeout="80 ms", max_no_answer=9, no_answer_back_off="10 s")) as desk:
        dana, mina, theo = await desk.join(DANA), await desk.join(MINA), await desk.join(THEO)
        await mina.ask("agent.sign_in", products=["expense"], languages=["en"], capacity=1)
        contact = await open_chat(dana)
        offer = await offered(mina, contact)
        await theo.ask("agent.sign_in", products=["expense"], languages=["en"], capacity=1)
        foreign = await theo.ask("offer.accept", offer=offer)
        later = await offered(theo, contact)
        late = await mina.ask("offer.accept", offer=offer)
        await theo.say({"t": "offer.accept", "id": theo.number + 1, "offer": later})
        await theo.say({"t": "offer.accept", "id": theo.number + 2, "offer": later})
        one, two = await theo.answer(theo.number + 1), await theo.answer(theo.number + 2)

        assert ["offer_ended"] * 3 == [foreign["code"], late["code"], two["code"]]
        assert "ack" == one["t"]
        assert 8 == desk.node.desk.state.contacts[contact].agent_id


async def test_other_peoples_contacts_and_absent_ones_answer_alike():
    """Nobody learns from an answer whether an id exists; nothing of another company is told."""
    async with running_desk() as desk:
        dana, omar, mina, theo = [await desk.join(person) for person in (DANA, OMAR, MINA, THEO)]
        contact = await talk(dana, mina)
        await theo.ask("agent.sign_in", products=["expense"], languages=["de"], capacity=1)
        answers = []
        for target in (contact, 4_711):
            for client, t in ((omar, "msg.send"), (omar, "chat.leave"), (theo, "msg.send"), (theo, "contact.close")):
                fields = {"text": "hi"} if t == "msg.send" else {}
                answer = await client.ask(t, contact=target, **fields)
                answers.append((t, answer["code"], answer["message"]))
            await omar.say({"t": "sync", "contact": target})
            await theo.say({"t": "sync", "contact": target})
        for client in (omar, theo):
            await client.say({"t": "beat"})
            await client.hear("beat")

        assert answers[:4] == answers[4:]
        assert not [f for f in omar.frames + theo.frames if str(contact) in json.dumps(f)]


async def test_sync_shows_the_view_also_after_the_end():
    """Both sides may look at a contact after it ended; the ASC finds it again after a reload."""
    async with running_desk() as desk:
        dana, mina = await desk.join(DANA), await desk.join(MINA)
        contact = await talk(dana, mina)
        await dana.ask("msg.send", contact=contact, text="thanks")
        await dana.ask("chat.leave", contact=contact)
        await mina.ask("wrapup.finish", contact=contact)
        views = []
        for client in (dana, mina):
            client.frames.clear()
            await client.say({"t": "sync", "contact": contact})
            views.append((await client.hear("snap"))["d"])
        again = await desk.join(DANA)

        assert [("closed", "thanks")] * 2 == [(view["state"], view["messages"][0]["text"]) for view in views]
        assert [views[0]] == again.ready["contacts"]


async def test_a_callback_shows_its_number_to_the_dialler_alone():
    """The number is masked for everybody but the agent who dials; the place is the one the chat had."""
    async with running_desk() as desk:
        dana, mina = await desk.join(DANA), await desk.join(MINA)
        contact = await open_chat(dana)
        bad = await dana.ask("callback.request", contact=contact, number="12", region="DE")
        ack = await dana.ask("callback.request", contact=contact, number="030 901820")
        told = await dana.hear("ev", k="converted")
        await mina.ask("agent.sign_in", products=["expense"], languages=["en"], capacity=2)
        await mina.ask("offer.accept", offer=await offered(mina, contact))
        view = (await mina.hear("snap"))["d"]
        await mina.ask("dial.reached", contact=contact, attempt=view["attempt"])
        reached = await dana.hear("ev", k="reached")
        await dana.say({"t": "sync", "contact": contact})
        hers = (await dana.take(lambda f: f["t"] == "snap" and f["d"]["state"] == "connected"))["d"]

        assert ("bad_value", True) == (bad["code"], bad["final"])
        assert "number" in bad["message"]
        assert ("ack", "+49 ••• ••20") == (ack["t"], told["d"]["number"])
        assert ("+4930901820", "dialling", "callback") == (view["number"], view["state"], view["channel"])
        assert (1, {"id": 7, "name": "Mina"}) == (reached["d"]["attempt"], reached["d"]["agent"])
        assert "+49 ••• ••20" == hers["number"]


def place(told):
    return told["d"]["position"], told["d"]["waiting"]


async def test_places_in_line_are_told(monkeypatch):
    """Whoever waits is told the place, and told again when it changes, not otherwise."""
    monkeypatch.setattr("router.service.gateway.TICK_S", 0.02)
    async with running_desk() as desk:
        dana, omar, mina = await desk.join(DANA), await desk.join(OMAR), await desk.join(MINA)
        first = await open_chat(dana)
        second = await open_chat(omar)
        behind = await omar.take(lambda f: f.get("s") == f"queue:{second}" and place(f) == (2, 2))
        await dana.take(lambda f: f.get("s") == f"queue:{first}" and place(f) == (1, 2))
        await dana.ask("chat.leave", contact=first)
        ahead = await omar.hear("st", s=f"queue:{second}")

        assert (1, 1) == place(ahead)
        assert behind["ver"] < ahead["ver"]
        await mina.leave()


async def test_the_supervisor_sees_the_board():
    """Lines, agents and what the application adds; told when it changes, and to supervisors only."""
    async with running_desk() as desk:
        desk.gateway.teller.board.extra = lambda: {"measures": {"sl": 80}}
        sue, dana, mina = await desk.join(SUE), await desk.join(DANA), await desk.join(MINA)
        contact = await talk(dana, mina)
        board = await sue.take(lambda f: f["t"] == "st" and f["d"]["lines"][0]["connected"] == 1)

        assert "desk" == board["s"]
        assert ("expense/en", 0, 0, None) == tuple(
            board["d"]["lines"][0][name] for name in ("line", "waiting", "callbacks", "waiting_since")
        )
        assert [(7, "Mina", "busy", 1, 3)] == [
            tuple(agent[name] for name in ("id", "name", "state", "units", "capacity"))
            for agent in board["d"]["agents"]
        ]
        assert {"sl": 80} == board["d"]["measures"]
        assert not [f for f in dana.frames + mina.frames if f.get("s") == "desk"]
        assert 4403 == await _after(sue, {"t": "chat.leave", "id": 1, "contact": contact})


async def test_an_agent_sees_when_the_asc_is_gone():
    """The agent's list says whether the ASC is there, and the agent keeps the chat meanwhile."""
    async with running_desk() as desk:
        dana, mina = await desk.join(DANA), await desk.join(MINA)
        contact = await talk(dana, mina)
        await dana.leave()
        gone = await mina.take(
            lambda f: f["t"] == "st" and f["d"]["contacts"] and not f["d"]["contacts"][0]["asc_here"]
        )
        back = await desk.join(DANA, dana.session)
        here = await mina.take(lambda f: f["t"] == "st" and f["d"]["contacts"] and f["d"]["contacts"][0]["asc_here"])

        assert [(contact, False), (contact, True)] == [
            (frame["d"]["contacts"][0]["contact"], frame["d"]["contacts"][0]["asc_here"]) for frame in (gone, here)
        ]
        assert "connected" == back.ready["contacts"][0]["state"]


async def test_a_waiting_asc_who_returns_keeps_the_place():
    """Leaving the page while waiting loses nothing but the sight of it."""
    async with running_desk() as desk:
        dana, omar = await desk.join(DANA), await desk.join(OMAR)
        contact = await open_chat(dana)
        await open_chat(omar)
        await dana.leave()
        await until(lambda: desk.node.desk.state.contacts[contact].state == "absent")
        back = await desk.join(DANA, dana.session)

        assert [("waiting", 1, 3, True)] == [
            (view["state"], view["position"], view["o"], view["asc_here"]) for view in back.ready["contacts"]
        ]


async def test_when_the_desk_loses_the_node_all_come_back():
    """A node that was thought lost closes its sockets with 1012, so that everybody binds anew."""
    shift = [0]
    store = MemoryStore(lambda: real_clock() + shift[0])
    async with running_desk(store) as desk:
        dana = await desk.join(DANA)
        await until(lambda: "NodeBeat" in desk.follower.commands())
        shift[0] = 60_000_000
        await dana.say({"t": "chat.request", "id": 1, "product": "expense", "language": "en", "topic": ""})

        assert 1012 == await dana.closed()
        back = await desk.join(DANA, dana.session)
        assert (dana.session, 2) == (back.session, back.ready["next"])


async def test_a_good_stop_sends_everybody_away():
    """Stopping closes every socket with 1012 and is the last word in the journal."""
    async with running_desk() as desk:
        dana = await desk.join(DANA)
    assert 1012 == await dana.closed()
    assert "NodeStopped" == desk.follower.commands()[-1]


async def test_three_tabs_at_once_open_one_chat():
    """However many ask at the same moment, one ASC has one open contact in a line."""
    async with running_desk() as desk:
        tabs = [await desk.join(DANA) for _ in range(3)]
        answers = await asyncio.gather(
            *(tab.ask("chat.request", product="expense", language="en", topic="") for tab in tabs)
        )

        assert ["ack", "nack", "nack"] == sorted(answer["t"] for answer in answers)
        assert {"already_open"} == {answer["code"] for answer in answers if answer["t"] == "nack"}


async def test_under_overload_new_contacts_are_refused_first(monkeypatch):
    """An opening is told to come back later and does not count; messages of contacts that are open go on."""
    async with running_desk() as desk:
        dana, omar = await desk.join(DANA), await desk.join(OMAR)
        contact = await open_chat(dana)
        await until(lambda: not desk.node._inbox and not desk.node._in_flight)
        monkeypatch.setattr("router.service.node.INBOX_LIMIT", 1)
        refused = await omar.ask("chat.request", product="expense", language="en", topic="")
        taken = await dana.ask("msg.send", contact=contact, text="still here")
        monkeypatch.undo()
        await omar.say({"t": "chat.request", "id": 1, "product": "expense", "language": "en", "topic": ""})
        later = await omar.answer(1)

        assert ("overloaded", False) == (refused["code"], refused["final"])
        assert refused["retry_ms"] > 0
        assert ("ack", "ack") == (taken["t"], later["t"])


async def test_one_person_has_a_bounded_number_of_connections():
    """One connection too many is told to wait: 4429; those that are there stay."""
    async with running_desk(document=policy(session_limit=1)) as desk:
        dana = await desk.join(DANA)
        client = Client(await desk.connect())
        await client.hear("hello")
        await client.say({"t": "auth", "token": TOKENS.issue(DANA, int(time.time()) + 60)})

        assert 4429 == await client.closed()
        assert await open_chat(dana)


# --- who gets in, and what is refused


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "https://desk.example.evil.com",
        "https://desk.example:444",
        "http://desk.example",
        "HTTPS://desk.example",
    ],
)
async def test_pages_of_other_origins_stay_outside(origin):
    """An origin must be exactly one of those allowed."""
    async with running_desk(machines=True) as desk:
        with pytest.raises(websockets.InvalidStatus) as refused:
            await desk.connect(origin=origin)

    assert 403 == refused.value.response.status_code


async def test_programs_get_in_only_where_they_may():
    """A client without an Origin is let in only if the application says so."""
    async with running_desk() as desk:
        with pytest.raises(websockets.InvalidStatus) as refused:
            await desk.connect(origin=None)
    async with running_desk(machines=True) as desk:
        socket = await desk.connect(origin=None)
        hello = json.loads(await socket.recv())
        await socket.close()

    assert 403 == refused.value.response.status_code
    assert {"t": "hello", "protocol": PROTOCOL, "hb_ms": 25_000} == hello


@pytest.mark.parametrize("options", [{"subprotocols": None}, {"subprotocols": ["chat", "ringback.v"]}])
async def test_another_protocol_is_refused(options):
    """Without one of the sub-protocols there is no connection."""
    async with running_desk() as desk:
        with pytest.raises(websockets.InvalidStatus) as refused:
            await desk.connect(**options)

    assert 400 == refused.value.response.status_code


@pytest.mark.parametrize(
    ("offered", "spoken"), [([PROTOCOL, BEFORE], PROTOCOL), ([BEFORE, "x", PROTOCOL], PROTOCOL), ([BEFORE], BEFORE)]
)
async def test_the_newest_version_of_both_is_spoken(offered, spoken):
    """The page of yesterday and the page of today are served side by side; `hello` says in which version."""
    async with running_desk() as desk:
        client = Client(await desk.connect(subprotocols=offered))
        hello = await client.hear("hello")

        assert spoken == client.socket.subprotocol == hello["protocol"]


@pytest.mark.parametrize("offered", ["ringback.v0", "ringback.v3", "ringback.v9999"])
async def test_a_client_too_old_or_too_new_is_told_so(offered):
    """It is let in only to hear 4426, for a browser tells a page nothing of a handshake that was refused."""
    async with running_desk() as desk:
        client = Client(await desk.connect(subprotocols=[offered, "chat"]))

        assert 4426 == await client.closed()
        assert [] == client.frames
        await until(lambda: not desk.gateway.sockets)


async def test_who_comes_back_is_told_what_is_missing():
    """`resume` names what the client has: the views in `ready` are whole but for the messages that were heard."""
    async with running_desk() as desk:
        dana, mina = await desk.join(DANA), await desk.join(MINA)
        contact = await talk(dana, mina)
        said = [await dana.ask("msg.send", contact=contact, text=f"line {number}") for number in range(3)]
        await mina.ask("msg.send", contact=contact, text="missed")
        resume = [[contact, said[1]["o"], said[1]["at"]], [4_711, 1, 1]]
        (view,) = (await desk.join(DANA, resume=resume)).ready["contacts"]
        (whole,) = (await desk.join(DANA)).ready["contacts"]

        assert ["line 2", "missed"] == [message["text"] for message in view["messages"]]
        assert said[1]["o"] == view.pop("messages_after")
        assert view == {**whole, "messages": whole["messages"][2:]}


@pytest.mark.parametrize("why", ["another time", "ahead", "erased"])
async def test_a_client_that_may_not_keep_what_it_has_is_told_everything(why):
    """A message that is not in this journal, or was erased meanwhile: never a part."""
    async with running_desk() as desk:
        dana, mina = await desk.join(DANA), await desk.join(MINA)
        contact = await talk(dana, mina)
        said = await dana.ask("msg.send", contact=contact, text="secret")
        if why == "erased":
            desk.transcripts.drop_key(contact)
        resume = [[contact, said["o"] + (why == "ahead"), said["at"] - (why == "another time")]]
        (view,) = (await desk.join(DANA, resume=resume)).ready["contacts"]

        assert "messages_after" not in view
        assert ["" if why == "erased" else "secret"] == [message["text"] for message in view["messages"]]


async def test_the_version_before_knows_no_resume():
    """A field of a later version is as unknown in this one as any."""
    async with running_desk() as desk:
        client = Client(await desk.connect(subprotocols=[BEFORE]))
        token = TOKENS.issue(DANA, int(time.time()) + 60)

        assert 4400 == await _after(client, {"t": "auth", "token": token, "resume": [[1, 1, 1]]})


async def test_no_token_travels_in_the_address():
    """A query string is refused, so that no token gets into a log by habit."""
    async with running_desk() as desk:
        with pytest.raises(websockets.InvalidStatus) as refused:
            await websockets.connect(
                f"ws://127.0.0.1:{desk.port}/ws?token=x", subprotocols=["ringback.v1"], origin=ORIGIN
            )

    assert 400 == refused.value.response.status_code


async def test_compression_is_not_negotiated():
    """A browser offers compression; it is declined."""
    async with running_desk() as desk:
        socket = await desk.connect(compression="deflate")

        assert "Sec-WebSocket-Extensions" not in socket.response.headers
        await socket.close()


async def test_who_says_nothing_is_sent_away():
    """Without a valid auth in time the socket closes with 4408."""
    async with running_desk(limits=Limits(auth_s=0.05)) as desk:
        client = Client(await desk.connect())

        assert 4408 == await client.closed()


async def _after(client, frame):
    await client.socket.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))
    return await client.closed()


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"t": "beat"}, 4400),
        ({"t": "msg.send", "id": 1, "contact": 1, "text": "x"}, 4400),
        ({"t": "auth", "token": "nonsense"}, 4401),
        ({"t": "auth", "token": TOKENS.issue(DANA, 1)}, 4401),
        ({"t": "auth", "token": Tokens(b"x" * 32).issue(DANA, int(time.time()) + 60)}, 4401),
        ({"t": "auth", "token": TOKENS.issue(DANA, int(time.time()) + 60), "session": -1}, 4400),
        ({"t": "auth", "token": TOKENS.issue(DANA, int(time.time()) + 60), "session": 2**63}, 4400),
        ({"t": "auth", "token": TOKENS.issue(DANA, int(time.time()) + 60), "role": "agent"}, 4400),
        ({"t": "auth", "token": "x" * 17_000}, 1009),
    ],
)
async def test_the_first_frame_must_be_a_good_auth(frame, code):
    """Anything else first, a forged or expired token, a wrong session number: closed, and the journal hears nothing."""
    async with running_desk() as desk:
        client = Client(await desk.connect())

        assert code == await _after(client, frame)
        assert "ConnectSession" not in desk.follower.commands()


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"t": "auth", "token": TOKENS.issue(DANA, int(time.time()) + 60)}, 4400),
        ({"t": "chat.request", "id": 1, "product": "expense", "language": "en", "topic": "", "asc": 1002}, 4400),
        ({"t": "chat.request", "id": "1", "product": "expense", "language": "en", "topic": ""}, 4400),
        ({"t": "agent.sign_in", "id": 1, "products": ["expense"], "languages": ["en"], "capacity": 1}, 4403),
        ({"t": "offer.accept", "id": 1, "offer": 1}, 4403),
        ("[" * 10_000, 4400),
        (b'{"t":"beat"}', 4400),
        ({"t": "msg.send", "id": 1, "contact": 1, "text": "x" * 17_000}, 1009),
        ("x" * 70_000, 1009),
    ],
)
async def test_what_is_not_of_the_protocol_ends_the_connection(frame, code):
    """Unknown fields, wrong types, other roles' operations and big frames close this socket and disturb nobody else."""
    async with running_desk() as desk:
        dana, omar = await desk.join(DANA), await desk.join(OMAR)

        assert code == await _after(dana, frame)
        assert await open_chat(omar)


async def test_an_agent_may_send_bigger_frames_than_a_widget():
    """64 KiB for agents; one byte more is too big."""
    async with running_desk() as desk:
        mina = await desk.join(MINA)
        frame = json.dumps({"t": "sync", "contact": 1})
        await mina.socket.send(frame + " " * (64 * 1024 - len(frame)))
        await mina.say({"t": "beat"})
        await mina.hear("beat")

        assert 1009 == await _after(mina, frame + " " * (64 * 1024 - len(frame) + 1))


async def test_reading_stops_while_too_much_is_unanswered():
    """At most 16 operations of a connection are under way; the rest waits in the client's own socket."""
    async with running_desk(limits=Limits(asc_rate=1e4, asc_burst=1_000)) as desk:
        dana = await desk.join(DANA)
        contact = await open_chat(dana)
        journal, gate = desk.node._journal, asyncio.Event()
        append = journal.append

        async def held(*arguments):
            await gate.wait()
            return await append(*arguments)

        journal.append = held
        for number in range(2, 42):
            await dana.say({"t": "msg.send", "id": number, "contact": contact, "text": f"line {number}"})

        def waiting():
            return len(desk.node._inbox) + len(desk.node._in_flight)

        await until(lambda: waiting() >= 16)
        await asyncio.sleep(0.05)
        most = waiting()
        gate.set()
        answers = [await dana.answer(number) for number in range(2, 42)]

        assert 16 <= most <= 17  # a beat of the node may be among them
        assert {"ack"} == {answer["t"] for answer in answers}


async def test_who_sends_too_fast_is_slowed_down_and_then_sent_away():
    """A burst is taken at the allowed rate, in order; a flood without end is 4429."""
    async with running_desk(limits=Limits(asc_rate=20, asc_burst=10, throttled_s=0.8)) as desk:
        dana, omar = await desk.join(DANA), await desk.join(OMAR)
        contact = await open_chat(dana)
        started = time.monotonic()
        for number in range(2, 22):
            await dana.say({"t": "msg.send", "id": number, "contact": contact, "text": "x"})
        answers = [await dana.answer(number) for number in range(2, 22)]
        took = time.monotonic() - started

        for _ in range(300):  # fifteen seconds' worth
            await omar.say({"t": "sync", "contact": 1})
        assert 4429 == await omar.closed()
        assert {"ack"} == {answer["t"] for answer in answers}
        assert took >= 0.3


async def test_who_does_not_read_is_cut_off_and_others_are_not():
    """A client that leaves too much unread is closed; nothing of the others waits for it."""
    limits = Limits(agent_rate=1e5, agent_burst=10_000, asc_rate=1e5, asc_burst=10_000, asc_minute=10_000)
    async with running_desk(limits=limits) as desk:
        dana, mina = await desk.join(DANA), await desk.join(MINA)
        contact = await talk(dana, mina)
        mina.socket.transport.pause_reading()
        text = "x" * 4_000
        sent = 0
        while desk.gateway.sockets == 2 and sent < 2_000:
            await dana.ask("msg.send", contact=contact, text=text)
            sent += 1

        await until(lambda: desk.gateway.sockets == 1)
        assert sent < 2_000
        assert "ack" == (await dana.ask("msg.send", contact=contact, text="still here"))["t"]


async def test_silence_is_noticed(monkeypatch):
    """A client that does not answer a ping is given up; one that answers stays."""
    monkeypatch.setattr("router.service.gateway.TICK_S", 0.02)
    async with running_desk(limits=Limits(ping_s=0.2)) as desk:
        dana, omar = await desk.join(DANA), await desk.join(OMAR)
        dana.socket.transport.pause_reading()
        await until(lambda: desk.gateway.sockets == 1)
        await omar.say({"t": "beat"})

        assert "beat" == (await omar.hear("beat"))["t"]


async def test_an_erased_contact_shows_nothing():
    """Once the key is gone, so are words, names and numbers; what happened when stays."""
    async with running_desk() as desk:
        dana, mina = await desk.join(DANA), await desk.join(MINA)
        contact = await talk(dana, mina)
        await dana.ask("msg.send", contact=contact, text="secret")
        desk.transcripts.drop_key(contact)
        again = await desk.join(DANA)
        view = again.ready["contacts"][0]

        assert ("", "", "", "") == (
            view["messages"][0]["text"], view["messages"][0]["name"], view["asc"]["name"], view["topic"],
        )  # fmt: skip
        assert 3 == view["o"]


async def test_nothing_readable_of_people_is_in_the_journal():
    """Text, names and numbers lie sealed in every entry; the keys beside them are wrapped."""
    async with running_desk() as desk:
        dana, mina = await desk.join(DANA), await desk.join(MINA)
        contact = await talk(dana, mina)
        await dana.ask("msg.send", contact=contact, text="canary-text")
        omar = await desk.join(OMAR)
        other = await open_chat(omar, "canary-topic", "de")
        await omar.ask("callback.request", contact=other, number="+49 30 901820")
        raw = repr(desk.store.entries) + repr(desk.store.keys)

        for word in ("canary", "Dana", "Acme", "Mina", "Omar", "901820"):
            assert word not in raw
        assert KEYS.number_ref("+4930901820") in raw


async def test_whoever_is_let_in_and_sent_away_at_once_is_told_so() -> None:
    """A line that is empty by its own rule keeps nobody waiting; the desk goes on, and so does the next that starts."""
    store = MemoryStore(real_clock)
    document = policy(routing={"leave_empty": "signed_out"})
    async with running_desk(store, document=document) as desk:
        dana = await desk.join(DANA)
        answer = await dana.ask("chat.request", product="expense", language="en", topic="x")
        assert "ack" == answer["t"]
        assert "blocked" == (await dana.hear("snap"))["d"]["state"]
        transcript = desk.transcripts.find(answer["contact"])
        assert transcript is not None
        assert ("blocked", 2) == (transcript.contact.state, transcript.contact.o)
        assert desk.node.running
    async with running_desk(store, document=document) as desk:
        dana = await desk.join(DANA)
        assert [("blocked", "x")] == [(each["state"], each["topic"]) for each in dana.ready["contacts"]]
