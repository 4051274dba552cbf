"""
Counts of contacts by day and period, from a CSV or Parquet file of cells.

Columns: `timestamp` (2003-03-03 07:00), or `date` and `minute_of_day`; and `calls`, `contacts` or `count`. Whatever is
wrong is told with file and line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np

from sim.demand.profile import WEEKDAYS, Weekday
from sim.demand.table import BadData, number, rows_of
from sim.laws import Floats

COUNT_NAMES = ("calls", "contacts", "count")
_DAY = 1_440
MOST_CELL = 60
"""Longest cell, minutes."""
QUIET = 0.5
"""A day with less than this share of the median of its weekday is an exception (closed, a holiday), not a quiet day."""


@dataclass(frozen=True, slots=True)
class Counts:
    """
    What was counted: one row for each day, one column for each period; `starts` is minutes after midnight.

    `totals` are those of whole days, also with cells that fill no period.
    """

    days: Sequence[date]
    starts: int
    every: int
    periods: Floats
    totals: Floats
    exceptions: Sequence[date] = ()
    """Days left out because they were no ordinary ones, or had cells missing."""
    left_over: float = 0.0
    """Share of the contacts in cells that fill no period."""

    def of(self, chosen: Sequence[bool]) -> "Counts":
        """Some of the days."""
        mask = np.array(chosen, dtype=bool)
        days = [day for day, keep in zip(self.days, chosen, strict=True) if keep]
        return Counts(days, self.starts, self.every, self.periods[mask], self.totals[mask], self.exceptions)

    @property
    def weekdays(self) -> list[Weekday]:
        """Of each day."""
        return [WEEKDAYS[day.weekday()] for day in self.days]


def read_counts(path: Path, every: int = 30, weekdays: Sequence[Weekday] = WEEKDAYS) -> Counts:
    """
    Read a file and put its cells together to periods of `every` minutes, on these weekdays only.

    Raises `BadData`, OSError.
    """
    cells = _cells(path)
    minutes = sorted({minute for of_day in cells.values() for minute in of_day})
    cell = min((b - a for a, b in pairwise(minutes)), default=every)
    if cell > MOST_CELL or every % cell or _DAY % every:
        raise BadData(path, 0, f"cells of {cell} min cannot be put together to periods of {every} min that fill a day")
    chosen = {day: of_day for day, of_day in cells.items() if WEEKDAYS[day.weekday()] in weekdays}
    if not chosen:
        raise BadData(path, 0, f"holds none of the days asked for ({', '.join(weekdays)})")
    return _gridded(path, chosen, cell, every)


def _cells(path: Path) -> dict[date, dict[int, float]]:
    """Counts by day and minute of day."""
    found: dict[date, dict[int, float]] = {}
    name = ""
    for line, row in rows_of(path, ()):
        name = name or next((each for each in COUNT_NAMES if each in row), "")
        if not name:
            raise BadData(path, 1, f"no column '{COUNT_NAMES[0]}' (or {', '.join(COUNT_NAMES[1:])}) with the counts")
        day, minute = _when(path, line, row)
        of_day = found.setdefault(day, {})
        if minute in of_day:
            raise BadData(path, line, f"{day} {minute // 60:02d}:{minute % 60:02d} was counted before")
        of_day[minute] = number(path, line, row, name)
    if not found:
        raise BadData(path, 0, "holds no counts")
    return found


def _when(path: Path, line: int, row: Mapping[str, str]) -> tuple[date, int]:
    if "timestamp" in row:
        text = row["timestamp"]
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise BadData(path, line, f"timestamp: '{text[:40]}' is not a time like 2026-11-17 09:30") from None
        return moment.date(), moment.hour * 60 + moment.minute
    if "date" not in row or "minute_of_day" not in row:
        raise BadData(path, 1, "no column 'timestamp', nor 'date' and 'minute_of_day'")
    try:
        day = date.fromisoformat(row["date"])
    except ValueError:
        raise BadData(path, line, f"date: '{row['date'][:40]}' is not a day like 2026-11-17") from None
    minute = number(path, line, dict(row), "minute_of_day", _DAY - 1)
    if minute != int(minute):
        raise BadData(path, line, f"minute_of_day: {row['minute_of_day']} is not a whole number")
    return day, int(minute)


def _gridded(path: Path, cells: dict[date, dict[int, float]], cell: int, every: int) -> Counts:
    in_one = every // cell
    filled: dict[int, int] = {}
    for of_day in cells.values():
        for slot, n in _slots(of_day, every).items():
            filled[slot] = filled.get(slot, 0) + (n == in_one)
    # A period belongs to the profile if nearly every day has all its cells; a day that lacks one of them is left out.
    whole = sorted(slot for slot, days in filled.items() if days >= 0.9 * len(cells))
    if not whole:
        raise BadData(path, 0, f"no period of {every} min is there on nearly every day")
    slots = range(whole[0], whole[-1] + 1)
    days, rows, totals, exceptions = [], [], [], []
    for day, of_day in sorted(cells.items()):
        there = _slots(of_day, every)
        if any(there.get(slot) != in_one for slot in slots):
            exceptions.append(day)
            continue
        by_slot = dict.fromkeys(slots, 0.0)
        for minute, count in of_day.items():
            if minute // every in by_slot:
                by_slot[minute // every] += count
        days.append(day)
        rows.append(list(by_slot.values()))
        totals.append(sum(of_day.values()))
    found = Counts(days, slots[0] * every, every, np.array(rows), np.array(totals), exceptions)
    return _ordinary(found)


def _slots(of_day: Mapping[int, float], every: int) -> dict[int, int]:
    """How many cells each period of a day has."""
    found: dict[int, int] = {}
    for minute in of_day:
        found[minute // every] = found.get(minute // every, 0) + 1
    return found


def _ordinary(counts: Counts) -> Counts:
    """Without the days on which the desk was closed, for some hours or all of them."""
    weekdays = counts.weekdays
    medians = {
        day: float(np.median([total for total, one in zip(counts.totals, weekdays, strict=True) if one == day]))
        for day in set(weekdays)
    }
    keep = [total >= QUIET * medians[day] for total, day in zip(counts.totals, weekdays, strict=True)]
    kept = counts.of(keep)
    quiet = [day for day, ordinary in zip(counts.days, keep, strict=True) if not ordinary]
    everything = float(kept.totals.sum())
    left_over = 1 - float(kept.periods.sum()) / everything if everything else 0.0
    return Counts(
        kept.days, kept.starts, kept.every, kept.periods, kept.totals, sorted([*counts.exceptions, *quiet]), left_over
    )
