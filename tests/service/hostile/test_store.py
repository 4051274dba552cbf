"""Whatever the store holds or answers, nothing is acknowledged that is not there, and no fault is passed over."""

import asyncio
import re

import pytest

from router.journal.embedded import EmbeddedServer
from router.journal.port import JournalError
from router.service.entries import FoldFailed
from router.service.node import Node
from router.service.submissions import NodeDown
from tests.journal.proxy import proxy
from tests.journal.worlds import StoreWorld
from tests.service.desk import policy, until
from tests.service.hostile.store_rows import ALIVE, AT_REST, REPLIES, Alive, AtRest, Reply
from tests.service.test_node import chat


@pytest.fixture(scope="module")
def server(quick_folder):
    running = EmbeddedServer(quick_folder / "store")
    asyncio.run(running.start())
    yield running
    asyncio.run(running.stop())


@pytest.fixture
async def store(server):
    made = StoreWorld(server)
    yield made
    await made.do("CONFIG", "SET", "maxmemory", "0")
    await made.close()


async def started(store, url: str = "", patience_s: float = 30.0) -> Node:
    node = Node(store.journal(url, patience_s=patience_s), "desk-1", policy())
    await node.start()
    return node


@pytest.mark.parametrize("row", AT_REST, ids=lambda row: row.what)
async def test_a_damaged_journal_is_never_folded_in_part(store: StoreWorld, row: AtRest) -> None:
    """A start that meets what it does not understand ends with the reason and the offset; otherwise it goes on."""
    node = await started(store)
    await node.submit(chat(1))
    await node.stop()
    await row.damage(store)

    if row.says:
        with pytest.raises((JournalError, FoldFailed), match=row.says):
            await started(store)
    else:
        node = await started(store)
        assert "" == (await node.submit(chat(2))).code
        await node.stop()


@pytest.mark.parametrize("row", ALIVE, ids=lambda row: row.what)
async def test_a_running_node_acknowledges_nothing_that_is_not_there(
    store: StoreWorld, row: Alive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that lost or gained what it should not have ends the node before it answers, or leaves it waiting."""
    monkeypatch.setattr("router.service.node.SLOW_S", 0.05)
    monkeypatch.setattr("router.service.node.STOP_S", 0.05)
    node = await started(store, patience_s=0.1)
    await node.submit(chat(1))
    await row.damage(store)
    asked = asyncio.ensure_future(node.submit(chat(2)))

    if row.says:
        with pytest.raises(NodeDown):
            await asked
        assert re.search(row.says, str(node.ended.exception()))
    else:
        await until(lambda: node.slow_store)
        assert not asked.done()
    await node.stop()
    await asyncio.wait({asked})
    assert isinstance(asked.exception(), NodeDown)


@pytest.mark.parametrize("row", REPLIES, ids=lambda row: row.what)
async def test_an_error_is_no_answer(store: StoreWorld, tmp_path, row: Reply) -> None:
    """Whatever is answered instead of an append, it is asked again and done once, or the node stops unanswered."""
    async with proxy(store.server.url.removeprefix("unix://"), tmp_path) as wire:
        node = await started(store, wire.url)
        await until(lambda: not node._inbox and not node._in_flight)
        wire.instead.append(row.answer)

        if row.says:
            with pytest.raises(NodeDown):
                await node.submit(chat(1))
            assert re.search(row.says, str(node.ended.exception()))
            assert [] == list(node.desk.state.contacts)
        else:
            assert "" == (await node.submit(chat(1))).code
        entries = await store.do("XRANGE", store.key("journal"), "-", "+")
        assert (0 if row.says else 1) == sum("RequestChat" in fields["command"] for _, fields in entries)
        await node.stop()
