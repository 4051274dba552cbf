"""What only the adapter on a real store must hold: lost replies, silent stores, lost functions, foreign entries."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from router.journal import functions
from router.journal.line import Line
from router.journal.port import JournalError, Regressed, Uncertain, Unreadable, Unusable
from router.journal.redis import RedisJournal
from tests.journal.proxy import proxy
from tests.journal.worlds import StoreWorld, entry

ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def stopped(pid: int | None) -> Iterator[None]:
    """Let a process stand still."""
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def until(true: Callable[[], Awaitable[bool]], deadline_s: float = 10.0) -> None:
    """Ask again and again until it is true; fail at the deadline."""
    end = time.monotonic() + deadline_s
    while not await true():
        assert time.monotonic() < end, "it did not become true in time"


class TestLostAnswers:
    async def test_a_lost_reply_leaves_one_set_of_entries(self, store: StoreWorld, tmp_path: Path) -> None:
        """An append whose reply was lost is sent again by the adapter itself, and taken once."""
        async with proxy(store.server.url.removeprefix("unix://"), tmp_path) as wire:
            journal = store.journal(wire.url)
            await journal.open("ann")
            wire.lose, wire.calls = 1, 0

            first = await journal.append(1, 0, [entry("1:1"), entry("1:2")], [])
            again = await journal.append(1, 0, [entry("1:1"), entry("1:2")], [])

            assert 3 == wire.calls
            assert ["1:1", "1:2"] == [e.op for e in first.entries]
            assert first.entries == again.entries
            assert 2 == await store.do("XLEN", store.key("journal"))
            await journal.close()

    async def test_a_silent_store_makes_the_result_uncertain(self, store: StoreWorld) -> None:
        """A store that stands still is not waited for without end; the same number, later, is there once."""
        journal = store.journal(timeout_s=0.1, patience_s=0.3)
        await journal.open("ann")

        with stopped(store.server.pid), pytest.raises(Uncertain, match="ask the same again"):
            await journal.append(1, 0, [entry("1:1")], [])

        answer = await journal.append(1, 0, [entry("1:1")], [])
        assert [(1, "1:1")] == [(e.offset, e.op) for e in answer.entries]
        assert 1 == await store.do("XLEN", store.key("journal"))

    async def test_a_cancelled_call_never_answers_another(self, store: StoreWorld, tmp_path: Path) -> None:
        """A caller that leaves does not end the exchange, so the connection stays and nobody gets another's answer."""
        async with proxy(store.server.url.removeprefix("unix://"), tmp_path) as wire:
            journal = store.journal(wire.url)
            await journal.open("ann")
            for number in range(1, 101):
                wire.open.clear()
                seen = wire.calls
                leaving = asyncio.ensure_future(journal.append(number, number - 1, [entry(f"1:{number}")], []))

                async def underway(seen: int = seen) -> bool:
                    await asyncio.sleep(0)
                    return wire.calls > seen

                await until(underway)
                leaving.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await leaving
                wire.open.set()

                answer = await journal.append(number, number - 1, [entry(f"1:{number}")], [])
                assert [(number, f"1:{number}")] == [(e.offset, e.op) for e in answer.entries]
            assert 1 == wire.accepted
            await journal.close()

    async def test_a_store_that_refuses_for_a_while_is_asked_again(self, store: StoreWorld) -> None:
        """An error reply is no answer to an append: what was sent may be there, so it is sent until it is taken."""
        journal = store.journal()
        await journal.open("ann")
        await store.do("CONFIG", "SET", "maxmemory", "1")
        try:
            waiting = asyncio.ensure_future(journal.append(1, 0, [entry("1:1")], []))

            async def refused() -> bool:
                await asyncio.sleep(0)
                return "errorstat_OOM" in str(await store.do("INFO", "errorstats"))

            await until(refused)
            assert not waiting.done()
        finally:
            await store.do("CONFIG", "SET", "maxmemory", "0")

        assert ["1:1"] == [e.op for e in (await waiting).entries]

    async def test_an_absent_store_is_told_in_time(self, store: StoreWorld, tmp_path: Path) -> None:
        """Opening without a store ends after the stated patience and says what was tried."""
        journal = RedisJournal(f"unix://{tmp_path}/none.sock", store.desk, patience_s=0.05)

        with pytest.raises(Uncertain, match=r"within 0\.05 s.*none\.sock"):
            await journal.open("ann")

        await journal.close()

    async def test_a_closed_journal_says_so(self, store: StoreWorld) -> None:
        """After `close` nothing is sent any more, and the error is not taken for an uncertain append."""
        journal = store.journal()
        await journal.open("ann")
        await journal.close()

        with pytest.raises(JournalError, match="closed") as closed:
            await journal.append(1, 0, [entry("1:1")], [])

        assert not isinstance(closed.value, Uncertain)


class TestAskingAtOnce:
    @pytest.mark.parametrize("wrong", [("HGET", "{}:meta"), ("LPUSH", "{}:meta", "x")], ids=["refused", "failed"])
    async def test_an_error_leaves_no_reply_behind(self, store: StoreWorld, wrong: tuple[str, ...]) -> None:
        """Whether the store refuses to take a question or fails to answer it, the next question gets its own answer."""
        line = Line(store.server.url, 5.0, 1.0)
        await store.journal().open("ann")
        named = tuple(part.format(f"{{{store.desk}}}") for part in wrong)

        with pytest.raises(Unusable, match=r"wrong number|WRONGTYPE"):
            await line.ask_at_once(("PING",), named, ("PING",))

        assert [b"PONG", [b"0"]] == await line.ask_at_once(("PING",), ("HMGET", store.key("meta"), "last"))
        assert b"PONG" == await line.ask("PING")
        await line.close()


class TestFunctions:
    async def test_lost_functions_are_loaded_again(self, store: StoreWorld) -> None:
        """`Function not found` means surely not executed: load, and send the same batch."""
        journal = store.journal()
        await journal.open("ann")
        await store.do("FUNCTION", "FLUSH")

        answer = await journal.append(1, 0, [entry("1:1")], [])

        assert ["1:1"] == [e.op for e in answer.entries]

    async def test_another_text_under_our_name_is_replaced_once(self, store: StoreWorld) -> None:
        """The library in the store is the one beside this code; when it is, it is left alone."""
        altered = functions.CODE + b"\n-- altered\n"

        async def loads() -> int:
            return int((await store.admin.info("commandstats"))["cmdstat_function|load"]["calls"])

        await store.do("FUNCTION", "LOAD", "REPLACE", altered)

        await store.journal().open("ann")
        found = await store.do("FUNCTION", "LIST", "LIBRARYNAME", functions.LIBRARY, "WITHCODE")
        loaded = await loads()
        await store.journal().open("bob")

        assert functions.CODE.decode() == found[0]["library_code"]
        assert loaded == await loads()

    async def test_a_store_that_cannot_serve_says_why(self, store: StoreWorld) -> None:
        """A wrong password or a foreign key under our name is an error at once, with the cure, not a long wait."""
        socket = store.server.url.removeprefix("unix://")
        stranger = RedisJournal(f"unix://admin:wrong@{socket}", store.desk)
        with pytest.raises(Unusable, match="does not let us in"):
            await stranger.open("ann")
        await stranger.close()
        await store.do("SET", store.key("meta"), "not a hash")
        with pytest.raises(Unusable, match=r"WRONGTYPE.*Redis 7\.0"):
            await store.journal().open("ann")

    def test_hiredis_is_a_must(self) -> None:
        """Without hiredis the client would fall back to a parser that is ten times slower, unseen."""
        code = (
            "import sys; sys.modules['hiredis'] = None\n"
            "from router.journal.redis import RedisJournal\n"
            "RedisJournal('unix:///none', 'desk')"
        )
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)

        assert "Unusable" in done.stderr
        assert "install redis[hiredis]" in done.stderr

    @pytest.mark.parametrize("name", ["", "a:b", "{a}", "a b", "x" * 65, "ä"])
    async def test_names_cannot_break_out(self, store: StoreWorld, name: str) -> None:
        """Desk and node names become parts of keys and fields, so they hold plain letters only."""
        with pytest.raises(ValueError, match="may hold letters"):
            RedisJournal(store.server.url, name)
        with pytest.raises(ValueError, match="may hold letters"):
            await store.journal().open(name)


class TestForeignEntries:
    @pytest.mark.parametrize(
        ("fields", "why"),
        [
            ((b"hello", b"world"), "its fields are"),
            (
                (b"v", b"1", b"t", b"x", b"node", b"a:1", *b"op|o|body|b|actor|a|command|c|sealed|s|due|0".split(b"|")),
                "x",
            ),
            (
                (b"v", b"1", b"t", b"1", b"node", b"a", *b"op|o|body|b|actor|a|command|c|sealed|s|due|0".split(b"|")),
                "values",
            ),
            (
                (
                    b"v",
                    b"1",
                    b"t",
                    b"1",
                    b"node",
                    b"a:1",
                    *b"op|o|body|b|actor|\xff|command|c|sealed|s|due|0".split(b"|"),
                ),
                "utf-8",
            ),
        ],
    )
    async def test_an_entry_that_is_not_ours_is_named(
        self, store: StoreWorld, fields: tuple[bytes, ...], why: str
    ) -> None:
        """What cannot be decoded stops the reader and names its offset; it is never skipped."""
        journal = store.journal()
        await journal.open("ann")
        await journal.append(1, 0, [entry("1:1")], [])
        await store.do("XADD", store.key("journal"), "2-0", *fields)
        await store.do("HSET", store.key("meta"), "last", 2)

        with pytest.raises(Unreadable, match=rf"entry 2 of the journal cannot be read: .*{why}") as stop:
            await journal.read(0, 10)

        assert 2 == stop.value.offset

    async def test_a_hole_is_named(self, store: StoreWorld) -> None:
        """An entry that someone deleted, from the middle or the end, is missed at once."""
        journal = store.journal()
        await journal.open("ann")
        await journal.append(1, 0, [entry(f"1:{i}") for i in range(1, 6)], [])

        await store.do("XDEL", store.key("journal"), "3-0")
        with pytest.raises(Unreadable, match=r"entry 3 .* missing before 4"):
            await journal.read(1, 10)
        await store.do("XDEL", store.key("journal"), "5-0")
        with pytest.raises(Unreadable, match=r"entry 5 .* missing"):
            await journal.append(2, 3, [entry("1:6")], [])

        assert ["1:6"] == [e.op for e in await journal.read(5, 10)]

    async def test_a_foreign_id_is_named(self, store: StoreWorld) -> None:
        """Ids are `<offset>-0`; anything between two of them is somebody else's."""
        journal = store.journal()
        await journal.open("ann")
        await journal.append(1, 0, [entry("1:1")], [])
        await store.do("XADD", store.key("journal"), "1-7", "hello", "world")

        await journal.append(2, 1, [entry("1:2")], [])

        with pytest.raises(Unreadable, match=r"entry 2 .* foreign id 1-7") as stop:
            await journal.read(0, 10)

        assert 2 == stop.value.offset

    @pytest.mark.parametrize("part", ["meta", "half"])
    async def test_a_journal_without_its_meta_is_no_fresh_one(self, store: StoreWorld, part: str) -> None:
        """Where entries stand, a missing or half meta hash means a broken restore, never a fresh start."""
        journal = store.journal()
        await journal.open("ann")
        await journal.append(1, 0, [entry("1:1")], [])
        if part == "meta":
            await store.do("DEL", store.key("meta"))
        else:
            await store.do("HDEL", store.key("meta"), "epoch")

        with pytest.raises(Regressed, match="meta hash"):
            await store.journal().open("bob")
        with pytest.raises(Regressed):
            await journal.append(2, 1, [entry("1:2")], [])

        assert 1 == await store.do("XLEN", store.key("journal"))
