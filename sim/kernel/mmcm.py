"""
One line, one pool, served in the order of asking: everybody's fate in one pass, without an event list.

Where agents are alike and hold one contact at a time, nobody who asks later changes anything for those who asked
before. So the customers are taken in order: each would be served when the first agent is free (the wait of Kiefer and
Wolfowitz, "On the theory of queues with many servers", 1955), and leaves before if patience ends earlier (Baccelli and
Hebuterne, "On queues with impatient customers", 1981). What is kept is when each agent is free next, the earliest on
top of a heap. Draws are those of every engine, and so are the answers: whole milliseconds, the same counts.

A model with anything else in it does not enter: `obstacle` says what.
"""

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from router.core.policy import CHANNELS, LineRules
from sim.calendar import has_hours
from sim.compiled import compiled
from sim.counted import ALL, Counted, counted
from sim.draws import Purpose, fill_arrivals, fill_durations, prefix, state_of, uniform, whole_ms
from sim.intervals import Intervals
from sim.laws import Floats, Ints, Law
from sim.model import GroupModel, Model, StreamModel
from sim.sums import Sums
from sim.waits import FineWaits

_BLOCK: Final = 1_024
"""Customers drawn at a time: few enough for the processor's nearest memory."""
_NO_TIME: Final = 2**63 - 1
_TO_THE_END: Final = 1 << 62

# What is counted in each interval: the columns of the compiled loop's table.
_COLUMNS: Final = (
    "offered", "served", "served_in_time", "abandoned", "abandoned_in_time", "short_abandoned", "blocked", "waiting",
    "waiting_short", "wait_ms", "queue_ms", "busy_ms",
)  # fmt: skip
(
    _OFFERED, _SERVED, _SERVED_IN_TIME, _ABANDONED, _ABANDONED_IN_TIME, _SHORT, _BLOCKED, _WAITING, _WAITING_SHORT,
    _WAIT_MS, _QUEUE_MS, _BUSY_MS,
) = range(len(_COLUMNS))  # fmt: skip


def obstacle(model: Model) -> str | None:
    """What a model has that this loop does not do; None when it may be run."""
    if len(model.rules.lines) != 1 or len(model.streams) != 1 or len(model.groups) != 1:
        return "more than one line, stream or group"
    wrong = {
        "callbacks": model.callback is not None,
        "opening hours": has_hours(model.policy),
        "a backlog": bool(model.backlog),
        "transfers": bool(model.transfers),
        "customers who leave silently": bool(model.silent),
        "customers who come again": model.demand.retrial is not None or model.demand.repeat is not None,
        **_of_stream(model.streams[0]),
        **_of_group(model.groups[0]),
        **_of_line(model.rules.lines[0]),
    }
    return next((what for what, there in wrong.items() if there), None)


def _of_stream(stream: StreamModel) -> dict[str, bool]:
    return {
        "another channel than chat": stream.channel != "chat",
        "claims that everybody is affected": stream.impact != "one",
        "a trace": stream.replayed is not None,
        "maintenance": bool(stream.windows),
        "handle times that change with the time": stream.handle_factors is not None,
    }


def _of_group(group: GroupModel) -> dict[str, bool]:
    spells = [(spell.begins_ms, spell.ends_ms, spell.breaks) for spell in group.spells]
    return {
        "agents with several contacts at a time": group.chats != 1,
        "shifts": spells != [(0, None, ())],
        "agents who answer late": group.answer_delay.law != Law.FIXED or group.answer_delay.a != 0,
        "offers that are not taken": bool(group.decline or group.no_answer),
        "absence, shrinkage or lost connections": bool(
            group.absence or group.missing or group.away is not None or group.loses_every_ms
        ),
        "agents at a pace of their own": group.paces is not None,
    }


def _of_line(rules: LineRules) -> dict[str, bool]:
    step = rules.steps[0]
    return {
        "steps of routing": len(rules.steps) > 1 or bool(step.pools) or step.min_level > 1,
        "a line that counts as empty": rules.join_empty != "never" or rules.leave_empty != "never",
    }


def replicate(model: Model, seed: int, replication: int, every: int | None = None) -> Counted:
    """
    What `sim.run.replicate` counts in this replication, number for number.

    Raises ValueError for a model with an `obstacle`.
    """
    reason = obstacle(model)
    if reason is not None:
        raise ValueError(f"this model has {reason}: that is not one simple line")
    stream, group, rules, policy = model.streams[0], model.groups[0], model.rules.lines[0], model.rules
    laws = stream.laws
    intervals = Intervals(model.warm_up_ms, model.horizon_ms, every)
    rates, passed = stream.course(seed, replication)
    purposes = (
        Purpose.ARRIVAL_GAP, Purpose.PATIENCE, Purpose.HANDLE_TIME, Purpose.WRAP_UP, Purpose.LEAVES_AT_ONCE,
    )  # fmt: skip
    drawn = (laws.patience, laws.handle_time, laws.wrap_up)
    table = np.zeros((intervals.count, len(_COLUMNS)), dtype=np.int64)
    classes = _run(
        np.array([prefix(seed, replication, purpose) for purpose in purposes], dtype=np.uint64),
        stream.first_customer,
        stream.begins,
        rates,
        passed,
        np.array([law.law for law in drawn], dtype=np.int64),
        np.array([(law.a, law.b) for law in drawn]),
        laws.at_once,
        group.agents,
        policy.wrap_up_ms[CHANNELS.index("chat")],
        rules.queue_limit,
        policy.short_abandon_ms,
        model.service_level_ms,
        intervals.since,
        model.horizon_ms,
        _TO_THE_END if every is None else every,
        model.drain,
        table,
    )
    parts, waits = [], []
    for index, (row, of_interval) in enumerate(zip(table.tolist(), classes, strict=True)):
        span = intervals.span(index, model.horizon_ms)
        parts.append(Sums(**dict(zip(_COLUMNS, row, strict=True)), span_ms=span, available_ms=group.agents * span))
        waits.append(
            FineWaits({_top(place): int(of_interval[place]) for place in np.flatnonzero(of_interval).tolist()})
        )
    # The only line is all of them; each part is filled in by itself.
    return counted({ALL: [replace(part) for part in parts], rules.key: parts}, {rules.key: waits})


def _top(place: int) -> int:
    """The longest wait of a class of `sim.waits.FineWaits`, from its place in the compiled loop's table."""
    if place < 2_048:
        return place
    shift = place // 1_024 - 1
    return ((place - 1_024 * shift + 1) << shift) - 1


@compiled
def _class_of(wait_ms: int) -> int:
    """The place of a wait's class: single milliseconds below 2,048, from there on the first eleven bits."""
    if wait_ms < 2_048:
        return wait_ms
    # A float's exponent and the first ten bits of its fraction, read as one number, are the class.
    return int((np.float64(wait_ms).view(np.int64) >> 42) - 1_032 * 1_024)


@compiled
def _fill(start: np.uint64, first: int, law: int, a: float, b: float, out: Ints) -> None:
    if law == 0:
        for i in range(out.shape[0]):
            out[i] = whole_ms(a)
    else:
        fill_durations(start, first, 0, law, a, b, out)


@compiled
def _sink(free: Ints, agents: int, time: int) -> None:
    """The agent who is free first will be so at `time` instead."""
    place, child = 0, 1
    while child < agents:
        left = child + (free[child + 1] < free[child])
        right = child + 2 + (free[child + 3] < free[child + 2])
        best = right if free[right] < free[left] else left
        if time <= free[best]:
            break
        free[place] = free[best]
        place = best
        child = 4 * place + 1
    free[place] = time


@compiled
def _spread(table: Ints, column: int, begin: int, end: int, every: int) -> None:
    """Add a time, cut to what is measured, to the intervals that it lies in."""
    last = table.shape[0] - 1
    index = min(begin // every, last)
    while index < last and end > (index + 1) * every:
        edge = (index + 1) * every
        table[index, column] += edge - begin
        begin = edge
        index += 1
    table[index, column] += end - begin


@compiled
def _run(
    starts: npt.NDArray[np.uint64],
    first: int,
    begins: Floats,
    rates: Floats,
    passed: Floats,
    laws: Ints,
    numbers: Floats,
    at_once: float,
    agents: int,
    longest_wrap_up: int,
    queue_limit: int,
    short_ms: int,
    level_ms: int,
    since: int,
    until: int,
    every: int,
    drain: bool,
    table: Ints,
) -> Ints:
    """Count into `table` (interval, column); returns how many waits of the served fell into (interval, class)."""
    # Without draining, what would happen at the horizon or after it does not happen any more.
    ends = _NO_TIME if drain else until
    last = table.shape[0] - 1
    waits = np.zeros((last + 1, 4_096), dtype=np.int64)
    free = np.full(agents + 3, _NO_TIME, dtype=np.int64)
    free[:agents] = 0
    # When each of those in line will be out of it, in the order of asking; those who are out already may be among them.
    line = np.empty(2 * queue_limit, dtype=np.int64)
    head = tail = 0
    asked, patience = np.empty(_BLOCK, dtype=np.int64), np.empty(_BLOCK, dtype=np.int64)
    handle, wrap_up = np.empty(_BLOCK, dtype=np.int64), np.empty(_BLOCK, dtype=np.int64)
    clock = 0.0
    count = _BLOCK
    while count == _BLOCK:
        count, clock = fill_arrivals(starts[0], first, clock, begins, rates, passed, asked)
        _fill(starts[1], first, laws[0], numbers[0, 0], numbers[0, 1], patience[:count])
        _fill(starts[2], first, laws[1], numbers[1, 0], numbers[1, 1], handle[:count])
        _fill(starts[3], first, laws[2], numbers[2, 0], numbers[2, 1], wrap_up[:count])
        for i in range(count):
            now = asked[i]
            if now >= ends:
                break
            measured = since <= now < until
            index = min(now // every, last)
            start = max(now, free[0])
            while head < tail and line[head] <= now:
                head += 1
            if start > now and (tail - head == queue_limit or tail == line.shape[0]):
                head, tail = 0, _only_waiting(line, head, tail, now)
                if tail == queue_limit:
                    if measured:
                        table[index, _OFFERED] += 1
                        table[index, _BLOCKED] += 1
                    continue
            leaves = now + patience[i]
            if at_once > 0 and uniform(state_of(starts[4], first + i, 0)) <= at_once:
                leaves = now
            out = min(leaves, start)
            if out > now:
                line[tail] = out
                tail += 1
                if out > since and now < until:
                    _spread(table, _QUEUE_MS, max(now, since), min(out, until), every)
            if measured:
                table[index, _OFFERED] += 1
                wait = out - now
                if out >= ends:
                    table[index, _WAITING] += 1
                    table[index, _WAITING_SHORT] += until - now < level_ms
                elif leaves < start:
                    if wait <= short_ms:
                        table[index, _SHORT] += 1
                    else:
                        table[index, _ABANDONED] += 1
                        table[index, _ABANDONED_IN_TIME] += wait <= level_ms
                else:
                    table[index, _SERVED] += 1
                    table[index, _SERVED_IN_TIME] += wait <= level_ms
                    table[index, _WAIT_MS] += wait
                    place = _class_of(wait)
                    if place >= waits.shape[1]:
                        waits = _wider(waits, 2 * place)
                    waits[index, place] += 1
            if leaves >= start and start < ends:
                done = start + handle[i] + min(wrap_up[i], longest_wrap_up)
                _sink(free, agents, done)
                if start < until and done > since:
                    _spread(table, _BUSY_MS, max(start, since), min(done, until), every)
        first += count
    return waits


@compiled
def _only_waiting(line: Ints, head: int, tail: int, now: int) -> int:
    """Move those who are still in line at `now` to the front, in their order; returns how many they are."""
    kept = 0
    for place in range(head, tail):
        if line[place] > now:
            line[kept] = line[place]
            kept += 1
    return kept


@compiled
def _wider(waits: Ints, classes: int) -> Ints:
    wider = np.zeros((waits.shape[0], classes), dtype=np.int64)
    for index in range(waits.shape[0]):
        for place in range(waits.shape[1]):
            wider[index, place] = waits[index, place]
    return wider
