"""
What one replication counted, in all and by line, over the whole and interval by interval: everything that statistics
are made of, and nothing else. It crosses processes and is kept in files, so that a run can go on where it stopped.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from router.core.ids import LineKey
from sim.sums import COUNTS, Sums
from sim.waits import FineWaits

ALL = LineKey("")
"""Stands for all lines together."""


@dataclass(frozen=True, slots=True)
class Course:
    """One line, or all of them: the sums of each interval, the waits of those who were served in it, and the whole."""

    whole: Sums
    parts: Sequence[Sums]
    waits: Sequence[FineWaits]


@dataclass(frozen=True, slots=True)
class Counted:
    """The lines in the order of the policy, and `ALL` before them."""

    courses: Mapping[LineKey, Course]

    @property
    def total(self) -> Sums:
        """All lines and all intervals."""
        return self.courses[ALL].whole

    @property
    def lines(self) -> dict[LineKey, Sums]:
        """Each line, over all intervals."""
        return {line: course.whole for line, course in self.courses.items() if line != ALL}

    def to_json(self) -> dict[str, Any]:
        """Numbers only; `from_json` makes an equal one."""
        return {
            line: {
                "parts": [[getattr(part, name) for name in COUNTS] for part in course.parts],
                # All lines together have the waits of the lines.
                "waits": [] if line == ALL else [sorted(waits.counts.items()) for waits in course.waits],
            }
            for line, course in self.courses.items()
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Counted":
        """
        What `to_json` made. Raises KeyError, TypeError or ValueError when it is anything else, and
        `sim.sums.OutOfBalance` when its counts cannot be true.
        """
        parts = {
            LineKey(line): [Sums(**dict(zip(COUNTS, numbers, strict=True))) for numbers in one["parts"]]
            for line, one in data.items()
        }
        waits = {
            LineKey(line): [FineWaits({int(top): int(count) for top, count in pairs}) for pairs in one["waits"]]
            for line, one in data.items()
            if line != ALL
        }
        return counted(parts, waits)


def counted(parts: Mapping[LineKey, Sequence[Sums]], waits: Mapping[LineKey, Sequence[FineWaits]]) -> Counted:
    """Put together the parts of all lines and of `ALL`, and the waits of each line; quantiles are filled in."""
    courses = {}
    for line, of_line in parts.items():
        chosen = list(waits.values()) if line == ALL else [waits[line]]
        by_interval = [merged(column) for column in zip(*chosen, strict=True)]
        for part, store in zip(of_line, by_interval, strict=True):
            part.check_balance()
            put_quantiles(part, store)
        courses[line] = Course(joined(of_line, by_interval), of_line, by_interval)
    return Counted(courses)


def joined(parts: Iterable[Sums], waits: Iterable[FineWaits]) -> Sums:
    """Intervals that follow each other, as one."""
    whole = Sums()
    for part in parts:
        whole.follow(part)
    put_quantiles(whole, merged(waits))
    return whole


def merged(stores: Iterable[FineWaits]) -> FineWaits:
    """All waits together."""
    together = FineWaits()
    for store in stores:
        together.merge(store)
    return together


def put_quantiles(sums: Sums, waits: FineWaits) -> None:
    """Fill in what comes from the waits."""
    sums.wait_p50_ms, sums.wait_p90_ms = waits.quantile(0.5), waits.quantile(0.9)
