"""
The shapes of surges and maintenance windows over a run's own time, uncompressed.

A surge brings contacts of its own, as a stream beside the one it rides on, so that who comes anyway stays the same.
"""

from dataclasses import dataclass

import numpy as np

from sim.demand.local import RunClock
from sim.demand.section import Maintenance, Surge
from sim.demand.steps import Steps, total

_PIECE_MS = 60_000
"""A curve is cut into minutes."""


@dataclass(frozen=True, slots=True)
class Window:
    """A time in which only the share `come` of a stream's customers asks; of the others `deferred` ask later."""

    begins_ms: float
    ends_ms: float
    come: float
    deferred: float = 0.0
    back_from_ms: float = 0.0
    back_to_ms: float = 0.0

    def faster(self, factor: float) -> "Window":
        """The same in a run that goes `factor` times as fast."""
        times = (self.begins_ms, self.ends_ms, self.back_from_ms, self.back_to_ms)
        begins, ends, back_from, back_to = (each / factor for each in times)
        return Window(begins, ends, self.come, self.deferred, back_from, back_to)


def shape(surge: Surge, clock: RunClock) -> Steps:
    """How many times the line's own rate comes on top, over time."""
    begins = clock.after(surge.day, surge.starts)
    middles, edges = _minutes(surge.lasts)
    peak = surge.ramp + (surge.hold or 0)
    rising = np.minimum(middles / surge.ramp, 1.0) if surge.ramp else np.ones(len(middles))
    if surge.half_life is not None:
        rising = rising * np.exp2(-np.maximum(middles - peak, 0.0) / surge.half_life)
    parts = [Steps(begins + edges, surge.size * rising)]
    if surge.echo is not None:
        ends = begins + surge.lasts
        parts.append(Steps.of([ends, ends + surge.echo.lasts], [surge.echo.size]))
    return total(parts)


def deflection(surge: Surge, clock: RunClock, horizon_ms: int) -> tuple[Window, ...]:
    """Whom the first word keeps from asking."""
    if surge.told is None or not surge.told.deflects:
        return ()
    begins = clock.after(surge.day, surge.starts) + surge.told.after
    return (Window(begins, max(float(horizon_ms), begins), 1 - surge.told.deflects),)


def maintained(maintenance: Maintenance, clock: RunClock) -> Window:
    """When customers of a product stay away, and when they come instead."""
    begins = clock.after(maintenance.day, maintenance.starts)
    ends = begins + maintenance.lasts
    back = maintenance.back
    back_from = ends if back is None else clock.after(back.day, back.from_)
    back_to = ends + maintenance.lasts if back is None else clock.after(back.day, back.to)
    return Window(begins, ends, maintenance.come, maintenance.deferred, back_from, back_to)


def _minutes(lasts_ms: int) -> tuple["np.ndarray[tuple[int], np.dtype[np.float64]]", ...]:
    """(middles, edges) of the minutes of a surge; the last one may be shorter."""
    edges = np.append(np.arange(0.0, lasts_ms, _PIECE_MS), float(lasts_ms))
    return (edges[:-1] + edges[1:]) / 2, edges
