"""Who asks in a time when many stay away, and when those who were deferred ask instead."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.demand.surges import Window
from sim.draws import Purpose, state_of, uniform, whole_ms

Row = tuple[Any, ...]
"""Whatever is known of a customer; first the time of asking (ms), then the customer's number."""


def asking(
    rows: Sequence[Row], windows: Sequence[Window], prefixes: Mapping[Purpose, np.uint64]
) -> tuple[list[Any], list[Any]]:
    """
    Of these rows, which are in order: those who ask then, in order, and those who ask later, with their later times.

    One uniform decides: up to `come` the customer asks, of the rest the first `deferred` ask later. So a notice that
    keeps more people away keeps away all whom a weaker one does. Who was deferred is not sent away once more.
    """
    now, later = [], []
    for row in rows:
        kept = later_at(row[0], row[1], windows, prefixes)
        if kept == row[0]:
            now.append(row)
        elif kept is not None:
            later.append((kept, *row[1:]))
    return now, later


def later_at(asked: int, customer: int, windows: Sequence[Window], prefixes: Mapping[Purpose, np.uint64]) -> int | None:
    """When a customer asks who would have asked at this time: then, later, or never (None)."""
    for k, window in enumerate(windows):
        if not window.begins_ms <= asked < window.ends_ms:
            continue
        u = uniform(np.uint64(state_of(prefixes[Purpose.STAYS_AWAY], customer, k)))
        if u <= window.come:
            continue
        if u > window.come + (1 - window.come) * window.deferred:
            return None
        v = uniform(np.uint64(state_of(prefixes[Purpose.COMES_LATER], customer, k)))
        return whole_ms(window.back_from_ms + (window.back_to_ms - window.back_from_ms) * v)
    return asked
