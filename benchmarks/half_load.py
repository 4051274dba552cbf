"""
How long a message takes from one side of a chat to the other, and whether the serving loop ever stops for long.

The desk and the relay that is as durable (`chat_path`) are given the same messages at the same even pace, half of what
the desk takes at saturation in this run. A message counts from when it was due to be sent, so that a slow answer hides
nothing. Then, still under this load, the desk's loop is watched: as it is, while a snapshot is taken, and while the
garbage collector goes through everything that came to be since the start.

A stop is the time between two looks at the loop beyond the millisecond that lies between them, by the wall clock and
by the processor's time of the serving thread: on a shared machine the first also has in it what others took.
"""

import argparse
import asyncio
import gc
import json
import statistics
import sys
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from benchmarks.chat_path import MARKS, SERVICE, Served, measure, serve, serving
from benchmarks.sides import Side, join_desk, join_relay

P99_GOAL: Final = 3.0
STOP_GOAL_MS: Final = 20.0
WARM_UP_S: Final = 1.0
_LOOK_S: Final = 0.001


# --- the serving side


class LoopWatch:
    """The longest stops of the loop since the last question, ms: by the wall clock and by the processor's."""

    def __init__(self) -> None:
        self._wall_ms = self._processor_ms = 0.0

    async def run(self) -> None:
        while True:
            wall, processor = time.perf_counter(), time.thread_time()
            await asyncio.sleep(_LOOK_S)
            self._wall_ms = max(self._wall_ms, (time.perf_counter() - wall - _LOOK_S) * 1_000)
            self._processor_ms = max(self._processor_ms, (time.thread_time() - processor) * 1_000)

    def stops(self) -> dict[str, float]:
        found = {"wall_ms": round(self._wall_ms, 1), "processor_ms": round(self._processor_ms, 1)}
        self._wall_ms = self._processor_ms = 0.0
        return found


async def converse(app: web.Application) -> None:
    """Do what each line of stdin says, then answer with the stops since the line before."""
    watch = LoopWatch()
    task = asyncio.create_task(watch.run())
    while line := (await asyncio.to_thread(sys.stdin.readline)).strip():
        if line == "snapshot":
            await app[SERVICE]._parts.snapshotting.take()
        elif line == "collect":
            gc.collect()
            await asyncio.sleep(2 * _LOOK_S)
        print(json.dumps(watch.stops()), flush=True)
    task.cancel()


# --- the clients


class Paced(Side):
    """A side that sends when it is told to and notes how long its partner's messages took, seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.due: deque[float] = deque()
        self.took: list[float] = []
        self.partner = self

    def got(self, count: int) -> None:
        now = time.perf_counter()
        for _ in range(count):
            self.took.append(now - self.partner.due.popleft())

    def send(self, due: float) -> None:
        self.due.append(due)
        self.transport.write(self.next())


async def pace(sides: Sequence[Paced], rate: float, until: "asyncio.Event") -> None:
    """Send so many messages a second, the sides taking turns."""
    begun, sent = time.perf_counter(), 0
    while not until.is_set():
        while sent < rate * (time.perf_counter() - begun):
            sides[sent % len(sides)].send(begun + sent / rate)
            sent += 1
        await asyncio.sleep(_LOOK_S)


async def join(name: str, served: Served) -> list[Paced]:
    """Both sides of each chat, ready to be paced."""
    sides = await (join_desk(served.port, served.folder, Paced) if name == "real" else join_relay(served.port, Paced))
    for one, other in zip(sides[::2], sides[1::2], strict=True):
        one.partner, other.partner = other, one
    for side in sides:
        side.loaded, side.mark = True, b'{"t":"ev"' if name == "real" else MARKS["bare"]
    return sides


async def p99_ms(name: str, rate: float, seconds: float) -> tuple[float, dict[str, dict[str, float]]]:
    """The 99th percentile from due to delivered, and the desk's longest stops by what happened meanwhile."""
    async with serving(name, "half_load") as served:
        sides = await join(name, served)
        enough = asyncio.Event()
        pacing = asyncio.create_task(pace(sides, rate, enough))
        await asyncio.sleep(WARM_UP_S)
        await served.ask("begin")
        for side in sides:
            side.took.clear()
        await asyncio.sleep(seconds)
        took = sorted(took for side in sides for took in side.took)
        stops = {}
        if name == "real":
            stops["as it is"] = json.loads(await served.ask("look"))
            stops["snapshot"] = json.loads(await served.ask("snapshot"))
            stops["full collection"] = json.loads(await served.ask("collect"))
        enough.set()
        await pacing
        for side in sides:
            side.transport.abort()
        return took[len(took) * 99 // 100] * 1_000, stops


async def compare(seconds: float, rounds: int) -> dict[str, Any]:
    """Both in turn, and each figure's median over the rounds."""
    _, saturated = await measure("real", seconds)
    relay, desk, stops = [], [], []
    for _ in range(rounds):
        relay.append((await p99_ms("durable", saturated / 2, seconds))[0])
        p99, found = await p99_ms("real", saturated / 2, seconds)
        desk.append(p99)
        stops.append(found)
    return {
        "messages_per_s": round(saturated / 2),
        "rounds": rounds,
        "p99_ms_durable_relay": round(statistics.median(relay), 2),
        "p99_ms": round(statistics.median(desk), 2),
        "ratio_p99": round(statistics.median(ours / theirs for ours, theirs in zip(desk, relay, strict=True)), 2),
        "goal_p99_at_most": P99_GOAL,
        **{
            f"longest_stop_{clock}, {when}": round(statistics.median(found[when][clock] for found in stops), 1)
            for when in ("as it is", "snapshot", "full collection")
            for clock in ("wall_ms", "processor_ms")
        },
        "goal_stop_ms_at_most": STOP_GOAL_MS,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", required=True)
    parser.add_argument("--folder", type=Path, required=True)
    chosen = parser.parse_args()
    asyncio.run(serve(chosen.serve, chosen.folder, converse=converse))
