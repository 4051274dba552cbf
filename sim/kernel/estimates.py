"""
What a wait may be: the conditions are those of `router.core.announcing`, the quantiles come from the desk's own code.

The quantiles need numbers of hundreds of bits, which no compiled code has. So they are remembered in a table, and where
they are not in it the day stops, `sim.kernel.day` asks `router.core.estimates.waits`, and the day goes on.
"""

import numpy as np

from sim.compiled import compiled, part
from sim.draws import mix
from sim.kernel.layout import DONE, NO, NOT_YET, World

_WEIGHT_OF_HANDLE, _WEIGHT_OF_PATIENCE, _MILLI = 5, 2, 1_000
_FOREVER_MS = 10**12
_SIGNIFICANT_BITS = 7
_FORGIVEN_MS = 300_000


@part
def served(w: World, line: int, handle_ms: int) -> None:
    """A contact gave its slot back, as `router.core.estimates.rates` remembers it."""
    one = w.lines[line]
    one.handled += 1
    one.handled_ms += handle_ms
    if one.handled >= 200:
        one.handled //= 2
        one.handled_ms //= 2


@part
def _rounded(duration_ms: int) -> int:
    """To about a hundredth."""
    shift = 0
    while duration_ms >> shift + _SIGNIFICANT_BITS:
        shift += 1
    return duration_ms >> shift << shift


@part
def _servers_milli(w: World, line: int, needs_whole: bool) -> int:
    """The slots that serve the line at its last step, each shared between the lines that wait for it."""
    rules = w.rules[0]
    kind = w.kinds[(line * rules.steps + w.lines[line].last_step) * 2]
    total = 0
    for index in range(kind.first, kind.first + kind.count):
        group = w.groups[w.servers[index]]
        if group.slots:
            lines = max(_lines_waiting(w, w.servers[index]), 1)
            total += 1_000 * (group.willing if needs_whole else group.slots) // lines
    return total


@part
def _lines_waiting(w: World, group: int) -> int:
    """In how many lines somebody waits for this group."""
    found = 0
    for place in range(w.desk[0].occupied):
        kind = w.cohorts[w.occupied[place]].kind
        if w.serves[kind, group]:
            line = w.kinds[kind].line
            first = True
            for before in range(place):
                other = w.cohorts[w.occupied[before]].kind
                if w.kinds[other].line == line and w.serves[other, group]:
                    first = False
                    break
            found += first
    return found


@part
def expect(w: World, line: int, ahead: int, needs_whole: bool) -> int:
    """Set the desk's `early`, `middle` and `late` (ms): P10, P50 and P90; NO when nobody serves the line."""
    rules, one = w.rules[0], w.lines[line]
    servers = _servers_milli(w, line, needs_whole)
    if servers <= 0:
        return NO
    waited_ms = _WEIGHT_OF_PATIENCE * rules.expected_patience_ms + one.waited_ms
    patience = max(waited_ms * _MILLI // (_WEIGHT_OF_PATIENCE * _MILLI + one.left_milli), 1)
    if one.callbacks and ahead:
        leaving = max(ahead - one.callbacks, 0)
        patience = patience * ahead // leaving if leaving > 0 else _FOREVER_MS
    handled_ms = _WEIGHT_OF_HANDLE * rules.expected_handle_ms + one.handled_ms
    handle = max(handled_ms // (_WEIGHT_OF_HANDLE + one.handled), 1)
    return _look_up(w, ahead, servers, _rounded(handle), _rounded(patience))


@part
def _look_up(w: World, ahead: int, servers: int, handle: int, patience: int) -> int:
    desk = w.desk[0]
    place = place_of(ahead, servers, handle, patience) % w.estimates.shape[0]
    while w.estimates[place].used:
        one = w.estimates[place]
        if one.ahead == ahead and one.servers == servers and one.handle == handle and one.patience == patience:
            desk.early, desk.middle, desk.late = one.early, one.middle, one.late
            return DONE
        place = (place + 1) % w.estimates.shape[0]
    desk.want_ahead, desk.want_servers, desk.want_handle, desk.want_patience = ahead, servers, handle, patience
    return NOT_YET


@compiled
def place_of(ahead: int, servers: int, handle: int, patience: int) -> int:
    """Where an estimate is looked for first."""
    return int(_mixed(_mixed(_mixed(_mixed(0, ahead), servers), handle), patience))


@compiled
def promise(w: World, line: int, ahead: int) -> int:
    """Set the desk's `early` and `late` to from when and to when the ASC will be called, as the desk promises it."""
    rules, desk = w.rules[0], w.desk[0]
    found = NO
    if rules.estimates:
        found = expect(w, line, ahead, True)
    if found == NOT_YET:
        return found
    if found == NO:
        desk.early, desk.late = desk.now, desk.now + rules.promise_ms
        return DONE
    unit, begin = rules.promise_unit_ms, desk.now + desk.early
    rounded = -(-begin // unit) * unit
    if rounded > begin + _FORGIVEN_MS:
        rounded = max(rounded - unit, desk.now)
    end = max(desk.now + desk.late, rounded + rules.promise_least_ms)
    desk.early, desk.late = rounded, -(-end // unit) * unit
    return DONE


@compiled
def _mixed(state: int, more: int) -> int:
    return int(mix(np.uint64(state) ^ np.uint64(more)) >> np.uint64(1))
