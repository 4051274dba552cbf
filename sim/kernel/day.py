"""One replication from beginning to end, and what it counted, in the form that the twin's runs have."""

import threading
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from router.core.estimates.waits import wait_quantiles
from router.core.ids import LineKey
from sim.counted import ALL, Counted, counted
from sim.kernel import layout as of
from sim.kernel.estimates import place_of
from sim.kernel.loop import run as run_loop
from sim.kernel.prepare import Sizes, prepare
from sim.kernel.scope import check
from sim.kernel.staffing import staffing_of
from sim.laws import Ints
from sim.model import Model
from sim.packed import pack
from sim.sums import COUNTS, Sums
from sim.waits import FineWaits, tops_of

_FOR_EVER: Final = 1 << 61
_TRACE_ROWS: Final = 1 << 16
_WANTED: Final = of.DESK_STATE.names.index("want_ahead")  # type: ignore[union-attr]
"""Where the four numbers of the estimate that is wanted begin."""
_TOP_BITS: Final = 42
"""How many bits the longest wait takes: above them there is room for the number of a cell."""
_AGENT_TIMES: Final = ("busy_ms", "available_ms", "casework_ms", "overtime_ms")


class _Estimates(threading.local):
    """Those that any day of this thread has asked for: they depend on nothing but what is asked."""

    def __init__(self) -> None:
        self.table = np.zeros(1 << 15, of.ESTIMATE)
        self.used = 0


_ESTIMATES = _Estimates()


@dataclass(frozen=True, slots=True)
class Day:
    """What one replication counted, and how much happened in it."""

    counted: Counted
    events: int
    """Events of the desk, as a twin's would be."""
    trace: Ints
    """Rows as `sim.kernel.trace` says; none unless it was asked for."""


def run(model: Model, seed: int, replication: int, every: int | None = None, *, traced: bool = False) -> Day:
    """
    One replication, numbered from 0; `every` cuts what is counted into intervals of so many ms.

    Raises `sim.kernel.scope.OutOfScope` for what the kernel does not model.
    """
    check(model)
    sizes = Sizes(trace=_TRACE_ROWS if traced else 0)
    while True:
        world = prepare(model, seed, replication, every, sizes, _ESTIMATES.table)
        finished = _run_until(world, model.horizon_ms)
        if finished and model.drain:
            finished = _run_until(world, _FOR_EVER)
        if finished:
            return Day(_counted(world, model), int(world.desk["events"][0]), world.trace[: world.desk["traced"][0]])
        sizes.double()


def _run_until(world: of.World, until: int) -> bool:
    """Let the day go on; False when a table was too small for it."""
    table = pack(world)
    address = table.ctypes.data
    while (stopped := run_loop(address, until)) == of.WANTS_ESTIMATE:
        _learn(world)
    return stopped == of.FINISHED


def _learn(world: of.World) -> None:
    """Remember the estimate that is wanted; when the table is half full, forget all others."""
    wanted = world.desk.view(np.int64)[_WANTED : _WANTED + 4].tolist()
    found = wait_quantiles(*wanted)
    assert found is not None  # Somebody serves the line, or nothing would have been asked.
    rows = world.estimates.view(np.int64).reshape(-1, world.estimates.itemsize // 8)
    if _ESTIMATES.used > len(rows) // 2:
        rows[:] = _ESTIMATES.used = 0
    place = place_of(*wanted) % len(rows)
    while rows[place, 0]:
        place = (place + 1) % len(rows)
    rows[place] = (1, *wanted, *found)
    _ESTIMATES.used += 1


# --- what was counted


def _counted(world: of.World, model: Model) -> Counted:
    at = model.horizon_ms
    if model.drain:
        at = max(at, int(world.desk["told_at"][0]))
    count, keys = int(world.rules["intervals"][0]), [line.key for line in model.rules.lines]
    cells = world.sums.reshape(len(keys), count + 1, len(COUNTS))
    for row in range(len(world.levels)):
        _pass_time(world, row, count, int(world.rules["every"][0]), min(max(at, model.warm_up_ms), model.horizon_ms))
    _count_open(world, cells, count, at, model.service_level_ms)
    parts: dict[LineKey, list[Sums]] = {ALL: [Sums() for _ in range(count)]}
    crews = staffing_of(model).crew_skills
    spans = [_span(model, index, count, int(world.rules["every"][0]), at) for index in range(count)]
    for number, key in enumerate(keys):
        parts[key] = [Sums(**dict(zip(COUNTS, row, strict=True))) for row in cells[number, :count].tolist()]
        product, _, language = key.partition("/")
        serving = [crew for crew, (products, spoken) in enumerate(crews) if product in products and language in spoken]
        for index, part in enumerate(parts[key]):
            part.queue_ms = int(world.integrals[number, index])
            _put_times(world, part, index, serving, len(keys))
            part.span_ms = spans[index]
            parts[ALL][index].add(part)
    for index, part in enumerate(parts[ALL]):
        _put_times(world, part, index, list(range(len(crews))), len(keys))
        part.span_ms = spans[index]
    return counted(parts, _waits(world, keys, count))


def _pass_time(world: of.World, row: int, count: int, every: int, at: int) -> None:
    """Count what has a level up to then, a measured time."""
    level, last, index, _ = (int(each) for each in world.levels[row])
    while last < at:
        ends = at if index == count - 1 else min(at, (index + 1) * every)
        world.integrals[row, index] += level * (ends - last)
        last, index = ends, index + 1


def _count_open(world: of.World, cells: Ints, count: int, at: int, within_ms: int) -> None:
    """Contacts that are still there, in the interval in which they were asked for."""
    waiting, short, still_open = (COUNTS.index(name) for name in ("waiting", "waiting_short", "open"))
    flat = cells.reshape(-1, len(COUNTS))
    there = world.contacts[(world.contacts["id"] > 0) & (world.contacts["channel"] != of.CASE)]
    cell, live = there["cell"], there["live"]
    np.add.at(flat, (cell, waiting), live)
    np.add.at(flat, (cell, short), live * (at - there["asked"] < within_ms))
    np.add.at(flat, (cell, still_open), there["reserved"])


def _put_times(world: of.World, part: Sums, index: int, crews: list[int], lines: int) -> None:
    for place, name in enumerate(_AGENT_TIMES):
        setattr(part, name, sum(int(world.integrals[lines + 4 * crew + place, index]) for crew in crews))


def _span(model: Model, index: int, count: int, every: int, at: int) -> int:
    """How much of an interval was measured up to then."""
    begins = index * every
    ends = model.horizon_ms if index == count - 1 else begins + every
    since, until = model.warm_up_ms, model.horizon_ms
    return max(min(max(min(ends, at), since), until) - min(max(begins, since), until), 0)


def _waits(world: of.World, keys: list[LineKey], count: int) -> dict[LineKey, list[FineWaits]]:
    """The waits of the served, by line and interval: those of one cell and one class are alike."""
    cells, waits = world.waits[: world.desk["served"][0]].T
    tops, times = np.unique(cells << _TOP_BITS | tops_of(waits), return_counts=True)
    ends = np.searchsorted(tops, np.arange(1, len(keys) * (count + 1) + 1) << _TOP_BITS).tolist()
    begins, found, often = [0, *ends], (tops & (1 << _TOP_BITS) - 1).tolist(), times.tolist()
    stores: dict[LineKey, list[FineWaits]] = {}
    for number, key in enumerate(keys):
        cut = begins[number * (count + 1) : (number + 1) * (count + 1)]
        stores[key] = [
            FineWaits(dict(zip(found[begin:end], often[begin:end], strict=True))) for begin, end in pairwise(cut)
        ]
    return stores
