"""
What is done to the desk: each fault is real, done to running processes or to files that killed ones left behind.

A fault returns what happened, for the report, once its cause is gone; whether the desk is well again is for the
campaign to see. A fault that this machine does not permit says why, and is left out.
"""

import asyncio
import os
import random
import resource
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.chaos.desk import Desk
from tests.journal.proxy import proxy

NODE_POINTS: Final = ("before append", "appended", "folded")
TRANSACTION: Final = b"*1\r\n$5\r\nMULTI\r\n"
"""How each append begins in the store's append-only file."""


@dataclass(slots=True)
class Nemesis:
    """
    Chance, the desk, and what was done so far. `kills` counts processes' deaths by fault, `seen` whatever else is worth
    a line in the report, `copies` are journals that a damaged store served, to be compared with the true one.
    """

    desk: Desk
    chance: random.Random
    scratch: Path
    ballast: Path | None = None
    """A file on the store's own small file system; None: the store shares its disk with others."""
    seen: Counter[str] = field(default_factory=Counter)
    copies: list[Path] = field(default_factory=list)


Fault = Callable[[Nemesis], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A fault: how many processes it kills, how often it is drawn, and why it cannot be had here (empty: it can)."""

    name: str
    do: Fault
    kills: int
    weight: int
    missing: Callable[[Nemesis], str]


FAULTS: list[Kind] = []


def fault(
    name: str, kills: int, weight: int, missing: Callable[[Nemesis], str] = lambda nemesis: ""
) -> Callable[[Fault], Fault]:
    """Let the nemesis draw the decorated fault."""

    def register(function: Fault) -> Fault:
        FAULTS.append(Kind(name, function, kills, weight, missing))
        return function

    return register


# --- deaths


@fault("node killed at a random moment", kills=1, weight=4)
async def _kill_node(nemesis: Nemesis) -> None:
    await nemesis.desk.kill()
    await nemesis.desk.begin()


def _kill_node_at(point: str) -> None:
    @fault(f"node killed at '{point}'", kills=1, weight=3)
    async def kill(nemesis: Nemesis) -> None:
        if not await nemesis.desk.kill_at(point):
            nemesis.seen[f"did not come to '{point}' in time, killed anyway"] += 1
        await nemesis.desk.begin()


for _point in NODE_POINTS:
    _kill_node_at(_point)


@fault("node killed, and again while it starts", kills=2, weight=2)
async def _kill_start(nemesis: Nemesis) -> None:
    await nemesis.desk.kill()
    await nemesis.desk.begin_and_die(nemesis.chance.uniform(0.3, 1.2))
    await nemesis.desk.begin()


@fault("store killed", kills=1, weight=5)
async def _kill_store(nemesis: Nemesis) -> None:
    await nemesis.desk.kill_store()


@fault("both killed", kills=2, weight=4)
async def _kill_both(nemesis: Nemesis) -> None:
    await _both(nemesis)
    await nemesis.desk.begin()


async def _both(nemesis: Nemesis) -> None:
    """The power is cut, as nearly as a process can tell."""
    desk = nemesis.desk
    assert desk.process is not None
    if nemesis.chance.random() < 0.5:
        desk.process.send_signal(signal.SIGKILL)
        desk.signal_store(signal.SIGKILL)
    else:
        desk.signal_store(signal.SIGKILL)
        desk.process.send_signal(signal.SIGKILL)
    await desk.ended()
    await desk.no_store()


# --- damage to files


@fault("both killed, half a write at the end of the file", kills=2, weight=2)
async def _torn_tail(nemesis: Nemesis) -> None:
    """What a power cut in the middle of an append leaves: a transaction that was never acknowledged, cut anywhere."""
    await _both(nemesis)
    file = nemesis.desk.append_only_file()
    content = file.read_bytes()
    start = content.rfind(TRANSACTION)
    if start >= 0:
        write = content[start:]
        with file.open("ab") as tail:
            tail.write(write[: nemesis.chance.randrange(1, len(write))])
        nemesis.seen["torn writes"] += 1
    await nemesis.desk.begin()


@fault("both killed, one bit flipped in the middle of the file", kills=2, weight=1)
async def _flipped_bit(nemesis: Nemesis) -> None:
    """The damaged store is started apart, where no client comes: refused it must be, or serve every entry."""
    desk = nemesis.desk
    await _both(nemesis)
    file = desk.append_only_file()
    sound = nemesis.scratch / "sound"
    shutil.copytree(file.parent, sound)
    content = bytearray(file.read_bytes())
    at = nemesis.chance.randrange(len(content) // 10, max(len(content) * 9 // 10, len(content) // 10 + 1))
    content[at] ^= 1 << nemesis.chance.randrange(8)
    file.write_bytes(content)
    copy = nemesis.scratch / f"damaged-{len(nemesis.copies)}.jsonl"
    code, _ = await desk.run("export", "--data", str(desk.data), str(copy))
    if code:
        nemesis.seen["flipped bits refused at the start"] += 1
    else:
        nemesis.seen["flipped bits inside a value, served"] += 1
        nemesis.copies.append(copy)
    shutil.rmtree(file.parent)  # what the damaged store wrote since is of no account
    shutil.move(sound, file.parent)
    await desk.begin()


# --- time


@fault("node stopped and continued", kills=0, weight=2)
async def _stop_node(nemesis: Nemesis) -> None:
    assert nemesis.desk.process is not None
    nemesis.desk.process.send_signal(signal.SIGSTOP)
    try:
        await asyncio.sleep(nemesis.chance.uniform(0.1, 3))
    finally:
        nemesis.desk.process.send_signal(signal.SIGCONT)


@fault("store stopped and continued", kills=0, weight=2)
async def _stop_store(nemesis: Nemesis) -> None:
    nemesis.desk.signal_store(signal.SIGSTOP)
    try:
        await asyncio.sleep(nemesis.chance.uniform(0.1, 3))
    finally:
        nemesis.desk.signal_store(signal.SIGCONT)


@fault("node killed while the store is stopped", kills=1, weight=2)
async def _kill_beside_stopped(nemesis: Nemesis) -> None:
    """The append in flight is of a life that ends; the store takes it up, or not, after the next life has begun."""
    nemesis.desk.signal_store(signal.SIGSTOP)
    try:
        await asyncio.sleep(nemesis.chance.uniform(0.05, 0.5))
        await nemesis.desk.kill()
    finally:
        nemesis.desk.signal_store(signal.SIGCONT)
    await nemesis.desk.begin()


@fault("clock stepped", kills=0, weight=2)
async def _step_clock(nemesis: Nemesis) -> None:
    """
    The store's last reading of the clock is moved, which is all that a step changes for the journal: forward by up to
    20 s (and back again, since the clock itself is right), or back by up to an hour.
    """
    step_us = nemesis.chance.choice((-1, 1)) * nemesis.chance.randrange(1, 20) * 1_000_000
    if step_us < 0:
        step_us *= 180
    async with nemesis.desk.admin() as admin:
        await admin.hincrby("{desk}:meta", "raw", -step_us)
    nemesis.seen[f"clock steps {'forward' if step_us > 0 else 'back'}"] += 1


@fault("restarted in good order", kills=0, weight=1)
async def _restart(nemesis: Nemesis) -> None:
    code = await nemesis.desk.end(signal.SIGTERM)
    assert code == 0, f"a stop in good order exits with {code}"
    await nemesis.desk.begin()


# --- the disk


@fault("disk full: the store's file may grow no further", kills=0, weight=2)
async def _file_limit(nemesis: Nemesis) -> None:
    """RLIMIT_FSIZE on the running store; it ends, and the one that is started instead has no limit."""
    desk = nemesis.desk
    pid = desk.store_pid()
    size = desk.append_only_file().stat().st_size
    with suppress(ProcessLookupError):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size + nemesis.chance.randrange(2_000), resource.RLIM_INFINITY))
    await _until_degraded(desk)


async def _until_degraded(desk: Desk) -> None:
    """Wait until the desk says that it cannot acknowledge, or has been through it already."""
    before = (await _health(desk)).get("store_restarts", 0)
    with suppress(TimeoutError):
        async with asyncio.timeout(3):
            while (found := await _health(desk)).get("status") != "degraded":
                if found.get("store_restarts", before) != before:
                    return
                await asyncio.sleep(0.02)


async def _health(desk: Desk) -> dict[str, Any]:
    with suppress(OSError, ValueError, TimeoutError):
        return await desk.health()
    return {}


@fault(
    "disk full: not a byte left", kills=0, weight=2,
    missing=lambda nemesis: "" if nemesis.ballast else "no file system of its own can be mounted here",
)  # fmt: skip
async def _full_disk(nemesis: Nemesis) -> None:
    assert nemesis.ballast is not None
    try:
        with nemesis.ballast.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(b"\0" * 65_536):
                pass
        await _until_degraded(nemesis.desk)
        await asyncio.sleep(nemesis.chance.uniform(0.1, 1))
    finally:
        nemesis.ballast.unlink(missing_ok=True)


def _no_strace(_nemesis: Nemesis) -> str:
    strace = shutil.which("strace")
    if strace is None:
        return "strace is not installed"
    tried = subprocess.run([strace, "-o", os.devnull, "true"], capture_output=True, text=True)
    return "" if tried.returncode == 0 else f"strace may not trace here: {tried.stderr.strip()[-100:]}"


@fault("slow disk: each fsync takes 0.2 s longer", kills=0, weight=1, missing=_no_strace)
async def _slow_fsync(nemesis: Nemesis) -> None:
    slow = _slowed(nemesis.desk)
    await asyncio.sleep(nemesis.chance.uniform(0.5, 2))
    await _not_slowed(slow)


@fault("store killed while its fsync is slow", kills=1, weight=2, missing=_no_strace)
async def _kill_in_fsync(nemesis: Nemesis) -> None:
    slow = _slowed(nemesis.desk)
    await asyncio.sleep(nemesis.chance.uniform(0.2, 0.6))
    await nemesis.desk.kill_store()
    await _not_slowed(slow)


def _slowed(desk: Desk) -> "subprocess.Popen[bytes]":
    command = ["strace", "-f", "-q", "-o", os.devnull, "-e", "trace=fsync,fdatasync"]
    command += ["-e", "inject=fsync,fdatasync:delay_enter=200000", "-p", str(desk.store_pid())]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


async def _not_slowed(slow: "subprocess.Popen[bytes]") -> None:
    slow.send_signal(signal.SIGINT)
    await asyncio.to_thread(slow.wait)


# --- the wire between node and store


@fault("answers of the store lost", kills=0, weight=4)
async def _lost_answers(nemesis: Nemesis) -> None:
    await _behind_proxy(nemesis, nemesis.chance.randrange(1, 6), kill=False)


@fault("answers of the store lost, then the node killed", kills=1, weight=3)
async def _lost_and_killed(nemesis: Nemesis) -> None:
    await _behind_proxy(nemesis, nemesis.chance.randrange(1, 3), kill=True)
    await nemesis.desk.begin()


async def _behind_proxy(nemesis: Nemesis, lose: int, kill: bool) -> None:
    """
    Put a proxy where the store's socket is, cut the connections so that they come again through it, lose answers to
    appends that the store has taken, and put the socket back.
    """
    place = nemesis.desk.socket_path()
    behind = place.with_name(place.name + "r")
    admin = nemesis.desk.admin()
    os.rename(place, behind)
    try:
        async with proxy(str(behind), place.parent) as wire:
            wire.lose = lose
            os.rename(place.with_name("proxy.sock"), place)
            await _cut_connections(behind, admin)
            with suppress(TimeoutError):
                async with asyncio.timeout(4):
                    while wire.lose > (1 if kill else 0):
                        await asyncio.sleep(0.01)
            if kill:
                await nemesis.desk.kill()
            nemesis.seen["answers lost"] += lose - wire.lose
            os.replace(behind, place)
    finally:
        if behind.exists():
            os.replace(behind, place)
        await admin.aclose()


async def _cut_connections(behind: Path, admin: Any) -> None:
    admin.connection_pool.connection_kwargs["path"] = str(behind)
    await admin.client_kill_filter(_type="normal", skipme=True)


# --- others at work


@fault("archiver at work, perhaps killed", kills=0, weight=1)
async def _archive(nemesis: Nemesis) -> None:
    """Most of the journal is moved to segments and trimmed; the process that does it may die at any point."""
    process = nemesis.desk._run("archive", "--data", str(nemesis.desk.data), "20000")
    assert process.stdout is not None
    deadline_s = nemesis.chance.choice((nemesis.chance.uniform(0.4, 1.5), 15.0))
    try:
        await asyncio.to_thread(process.wait, deadline_s)
    except subprocess.TimeoutExpired:
        process.kill()
        nemesis.seen["archivers killed"] += 1
    nemesis.seen["archiver runs"] += 1
    await asyncio.to_thread(process.wait)
    process.stdout.close()
