"""What was acknowledged survives the death of any process; what was not is not told as done."""

import asyncio
import os
import signal
import time

import pytest

from router.core.desk import Desk
from router.core.events import OfferTimedOut, OfferWithdrawn
from router.journal.embedded import EmbeddedServer
from router.journal.port import NewEntry
from router.journal.redis import RedisJournal
from router.service.entries import read_entry
from router.service.replay import load
from tests.service.desk import DANA, MINA, OMAR, offered, open_chat, talk
from tests.service.process import DeskProcess


@pytest.fixture
async def desk(tmp_path):
    process = DeskProcess(tmp_path)
    await process.start()
    yield process
    await process.tidy()


async def hashes(desk: DeskProcess, name: str, **environment: str) -> str:
    """Export the journal and fold it elsewhere; what the replay prints."""
    file = desk.data.parent / name
    code, _ = await desk.run("export", "--data", str(desk.data), str(file))
    assert code == 0, desk.log.read_text()
    return await folded(desk, name, **environment)


async def folded(desk: DeskProcess, name: str, **environment: str) -> str:
    desk.environment |= environment
    code, output = await desk.run("replay", str(desk.data.parent / name))
    assert code == 0, desk.log.read_text()
    return output


def events_of(desk: DeskProcess, name: str):
    fresh = Desk()
    return [e for stored in load(desk.data.parent / name) for e in fresh.fold(read_entry(stored)).events]


@pytest.mark.parametrize("victim", ["server", "store", "both"])
async def test_nothing_acknowledged_is_lost(desk, victim):
    """Kill -9 of the server, of the store or of both: chats go on, offers are withdrawn without blame, acks hold."""
    dana, omar, mina = await desk.join(DANA), await desk.join(OMAR), await desk.join(MINA)
    contact = await talk(dana, mina, capacity=2)
    said = await dana.ask("msg.send", contact=contact, text="before")
    ringing = await open_chat(omar)
    offer = await offered(mina, ringing)
    lock = desk.store_pid()

    if victim != "server":
        os.kill(lock, signal.SIGKILL)
    if victim != "store":
        await desk.end(signal.SIGKILL)
        await desk.start()
    else:
        # The sockets stay; what is asked meanwhile is answered once the store is back.
        asked = time.monotonic()
        answer = await dana.ask("msg.send", contact=contact, text="meanwhile")
        assert ("ack", said["o"] + 1) == (answer["t"], answer["o"])
        assert time.monotonic() - asked < 10
    back = {
        person.name: await desk.join(person, client.session)
        for person, client in ((DANA, dana), (OMAR, omar), (MINA, mina))
    }
    view = next(view for view in back["Dana"].ready["contacts"] if view["contact"] == contact)

    assert ("connected", 7) == (view["state"], view["agent"]["id"])
    assert "before" == view["messages"][0]["text"]
    assert (said["o"], said["at"]) == (view["messages"][0]["o"], view["messages"][0]["at"])
    await back["Dana"].say({"t": "msg.send", "id": 2, "contact": contact, "text": "before"})
    assert said == await back["Dana"].answer(2)
    assert "ack" == (await back["Mina"].ask("msg.send", contact=contact, text="after"))["t"]
    if victim != "store":
        late = await back["Mina"].ask("offer.accept", offer=offer)
        assert "offer_ended" == late["code"]
        again = back["Mina"].ready["agent"]["offers"]
        new = again[0]["offer"] if again else await offered(back["Mina"], ringing)
        assert "ack" == (await back["Mina"].ask("offer.accept", offer=new))["t"]
    first = await hashes(desk, "one.jsonl", PYTHONHASHSEED="1")
    assert first == await folded(desk, "one.jsonl", PYTHONHASHSEED="77")
    ends = [type(event) for event in events_of(desk, "one.jsonl") if type(event) in (OfferWithdrawn, OfferTimedOut)]
    assert ([] if victim == "store" else [OfferWithdrawn]) == ends


async def test_a_restart_folds_to_the_same_state(desk, tmp_path):
    """A killed server comes back to exactly the state that the journal says, and goes on from there."""
    dana, mina = await desk.join(DANA), await desk.join(MINA)
    contact = await talk(dana, mina)
    await dana.ask("msg.send", contact=contact, text="one")
    await desk.end(signal.SIGKILL)
    before = await hashes(desk, "before.jsonl")
    await desk.start()
    again = await desk.join(DANA, dana.session)
    await again.ask("msg.send", contact=contact, text="two")
    await desk.end(signal.SIGTERM)
    after = (desk.data.parent / "before.jsonl").read_text().splitlines()
    await hashes(desk, "after.jsonl")
    whole = (desk.data.parent / "after.jsonl").read_text().splitlines()

    assert before.startswith(f"entries {len(after)}\nstate ")
    assert after == whole[: len(after)]
    assert '"NodeStopped"' in whole[-1]


async def test_a_good_stop_lets_everybody_know(desk):
    """SIGTERM closes the sockets with 1012, stops the store and exits with 0."""
    dana = await desk.join(DANA)
    store = desk.store_pid()
    code = await desk.end(signal.SIGTERM)

    assert (0, 1012) == (code, await dana.closed())
    with pytest.raises(ProcessLookupError):
        os.kill(store, 0)


async def test_while_the_store_is_gone_health_says_so(desk):
    """Degraded while nothing can be acknowledged, ok again afterwards; the store is started again by itself."""
    assert "ok" == (await desk.health())["status"]
    os.kill(desk.store_pid(), signal.SIGSTOP)
    await until_health(desk, "degraded")
    os.kill(desk.store_pid(), signal.SIGKILL)
    found = await until_health(desk, "ok")

    assert found["store_restarts"] >= 1


async def until_health(desk: DeskProcess, status: str):
    async with asyncio.timeout(15):
        while (found := await desk.health())["status"] != status:
            await asyncio.sleep(0.05)
    return found


async def test_a_taken_port_is_a_clear_error(desk, tmp_path):
    """The second server on a port says so and exits with 2; the first one goes on."""
    (tmp_path / "other").mkdir()
    other = DeskProcess(tmp_path / "other")
    code, _ = await other.run(
        "serve", "--data", str(other.data), "--policy", str(other.policy), "--port", str(desk.port)
    )

    assert 2 == code
    assert f"port {desk.port} of 127.0.0.1 is taken" in other.log.read_text().splitlines()[-1]
    assert "ok" == (await desk.health())["status"]


async def test_a_second_server_on_the_same_folder_is_a_clear_error(desk):
    """One folder, one server."""
    code, _ = await desk.run("serve", "--data", str(desk.data), "--policy", str(desk.policy))

    assert 2 == code
    assert "the store cannot be started: the data in" in desk.log.read_text().splitlines()[-1]


async def test_a_journal_that_cannot_be_read_is_a_clear_error(desk):
    """An entry of an unknown kind: the server does not start, names the offset and exits with 2."""
    await desk.end(signal.SIGTERM)
    async with EmbeddedServer(desk.data / "store") as server:
        journal = RedisJournal(server.url, "desk")
        opened = await journal.open("stranger")
        await journal.append(1, opened.last, [NewEntry("", b"", "", b'["FromTheFuture",1]', b"", 0)], [])
        await journal.close()
    code, _ = await desk.run("serve", "--data", str(desk.data), "--policy", str(desk.policy))

    assert 2 == code
    last = desk.log.read_text().splitlines()[-1]
    assert f"entry {opened.last + 1} of the journal" in last
    assert "FromTheFuture" in last


async def test_lost_keys_are_a_clear_error(desk):
    """Without the key file what was sealed cannot be opened: the server says so instead of drawing new keys."""
    await desk.end(signal.SIGTERM)
    (desk.data / "desk.keys").unlink()
    code, _ = await desk.run("serve", "--data", str(desk.data), "--policy", str(desk.policy))

    assert 2 == code
    assert "restore it from your copy" in desk.log.read_text().splitlines()[-1]


async def test_logs_hold_nothing_about_people(desk):
    """Names, texts, numbers and tokens never reach the log, whatever happens."""
    dana = await desk.join(DANA)
    contact = await open_chat(dana, "canary-topic")
    await dana.ask("callback.request", contact=contact, number="+49 30 901820")
    await dana.say({"t": "msg.send", "id": 99, "contact": contact, "text": "canary-text", "x": "canary-field"})
    await dana.closed()
    await desk.end(signal.SIGTERM)
    text = desk.log.read_text()

    assert "connection closed" in text
    for word in ("canary", "Dana", "Acme", "901820", "eyJ"):
        assert word not in text


async def test_killed_over_and_over(desk):
    """Five kills under load: every acknowledged message is there once, in order, in the end."""
    dana, mina = await desk.join(DANA), await desk.join(MINA)
    contact = await talk(dana, mina)
    acked: list[str] = []
    for round_number in range(5):
        for number in range(20):
            text = f"{round_number}/{number}"
            answer = await dana.ask("msg.send", contact=contact, text=text)
            assert answer["t"] == "ack"
            acked.append(text)
        last = {"t": "msg.send", "id": dana.number + 1, "contact": contact, "text": f"{round_number}/last"}
        await dana.say(last)
        if round_number % 2:
            os.kill(desk.store_pid(), signal.SIGKILL)
        await desk.end(signal.SIGKILL)
        await desk.start()
        dana = await desk.join(DANA, dana.session)
        await dana.say(last)
        dana.number = last["id"]
        assert "ack" == (await dana.answer(last["id"]))["t"]
        acked.append(last["text"])
    await dana.say({"t": "sync", "contact": contact})
    view = (await dana.hear("snap"))["d"]

    assert acked == [message["text"] for message in view["messages"]]
    assert [message["o"] for message in view["messages"]] == sorted({message["o"] for message in view["messages"]})
