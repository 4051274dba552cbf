"""A slice of the campaign: twenty deaths of real processes under real clients, and nothing that must never happen."""

import asyncio
import os
import random
import signal
import time

import pytest

from router.service.auth import Person
from router.service.replay import load
from router.wire.sealing import DeskKeys
from tests.chaos.campaign import Campaign
from tests.chaos.client import Hurry, RecordedClient
from tests.chaos.desk import Desk
from tests.chaos.evidence import gather
from tests.chaos.history import History, read
from tests.chaos.judge import judge
from tests.chaos.nemesis import TRANSACTION


@pytest.mark.timeout(300)
async def test_twenty_kills(tmp_path):
    """Node and store are killed twenty times, files and answers are spoilt between: every invariant holds."""
    result = await Campaign(tmp_path, seed=20, kills=20, tell=print, life_s=(0.05, 0.3)).run()

    assert [] == [str(violation) for violation in result.violations]
    assert result.kills >= 20
    assert result.evidence is not None
    assert result.evidence.steps
    assert result.seen["operations sent again"]


async def test_a_disk_that_forgets_is_found_out(tmp_path):
    """The judge on real processes: where the disk loses what was acknowledged, D1 names each operation."""
    desk = Desk(tmp_path)
    history = History(tmp_path / "history.jsonl", "forgetful disk")
    dana = Person(role="asc", id=1001, name="Dana", company="Acme", company_id=5)
    try:
        await desk.begin()
        client = RecordedClient(
            history, dana.actor, 5, desk.url, lambda: desk.token(dana, int(time.time()) + 600), Hurry(1)
        )
        run = asyncio.create_task(client.run())
        ask = {"t": "chat.request", "product": "expense", "language": "en", "topic": "T5|asc:1001|000000|0"}
        contact = (await client.send(ask))["contact"]
        for number in range(1, 4):
            await client.send({"t": "msg.send", "contact": contact, "text": f"T5|asc:1001|{number:06d}|0"})
        # Both die before the client goes: its leaving is an entry of its own that would follow the last message.
        os.kill(desk.store_pid(), signal.SIGKILL)
        await desk.kill()
        client.stop()
        await run
        file = desk.append_only_file()
        content = file.read_bytes()
        lost = content.rfind(TRANSACTION, 0, content.rfind(b"asc:1001"))
        file.write_bytes(content[: random.Random(7).randrange(lost, content.rfind(b"asc:1001"))])
        code, _ = await desk.run("export", "--data", str(desk.data), str(tmp_path / "journal"))
        assert code == 0, desk.log.read_text()
        history.close()
        keys = DeskKeys.load(desk.data / "desk.keys")
        found = judge(gather(read([tmp_path / "history.jsonl"]), load(tmp_path / "journal"), keys))
    finally:
        await desk.tidy()

    assert ["D1"] == [violation.id for violation in found]
    assert "ok msg.send" in found[0].message
