"""What the counts of a desk are written in: cells of lines and intervals, and whoever is still in the desk."""

from collections import OrderedDict
from collections.abc import Callable, Iterable

from router.core.ids import LineKey
from sim.intervals import Intervals, Level
from sim.sums import Sums
from sim.waits import Waits


class Cell:
    """What is counted of the contacts that entered one line in one interval."""

    __slots__ = ("sums", "waits")

    def __init__(self, waits: Waits) -> None:
        self.sums = Sums()
        self.waits = waits


class LineCount:
    """What is counted in one line."""

    __slots__ = ("cells", "queue")

    def __init__(self, intervals: Intervals, now: int, waits: Callable[[], Waits]) -> None:
        self.cells = [Cell(waits()) for _ in range(intervals.count)]
        self.queue = Level(intervals, now)


class OpenContact:
    """A contact that is still in the desk. Without a cell it is not measured, but stands in line all the same."""

    __slots__ = (
        "accepted", "asked", "asked_live", "cell", "line", "linked", "live", "promise", "reached", "reserved", "silent",
        "wait",
    )  # fmt: skip

    def __init__(self, line: LineCount, cell: Cell, asked: int) -> None:
        self.line = line
        self.cell = cell
        self.asked = asked
        self.asked_live = True
        """Whether the contact stood in the live leg; a callback that was asked for without a chat did not."""
        self.live = True
        """Whether the live leg has no end state yet."""
        self.promise: tuple[int, int] | None = None
        """From when to when the ASC is to be called, until the first dial."""
        self.reserved = False
        """Whether there is a reservation without an end state."""
        self.reached = False
        self.accepted = 0
        """When the first agent accepted the chat."""
        self.wait: int | None = None
        """How long that took, if it is counted as served."""
        self.silent = False
        self.linked = False
        """Whether an agent linked it to an incident."""


class OpenCase:
    """A case that is still in the desk."""

    __slots__ = ("answered", "asked", "cell", "has_clock", "line", "linked", "overdue")

    def __init__(self, line: LineCount, cell: Cell, asked: int) -> None:
        self.line = line
        self.cell = cell
        self.asked = asked
        self.has_clock = False
        self.overdue = False
        self.answered = False
        self.linked = False


class Book:
    """
    Everything that is counted of contacts and cases; the rooms beside this one write in it, each on its own subject.

    `open` are the contacts and `cases` the cases that are still in the desk, by number. `left` are those who gave up a
    short while ago, should they come back: (contact, short, in time), whoever left first goes first. `unmeasured` is
    where contacts are counted that were asked for outside the measured time; nobody reads it.
    """

    __slots__ = ("cases", "intervals", "left", "lines", "new_waits", "open", "service_level_ms", "unmeasured")

    def __init__(
        self, lines: Iterable[LineKey], service_level_ms: int, intervals: Intervals, new_waits: Callable[[], Waits]
    ) -> None:
        self.service_level_ms = service_level_ms
        self.intervals = intervals
        self.new_waits = new_waits
        self.lines = {line: LineCount(intervals, intervals.since, new_waits) for line in lines}
        self.open: dict[int, OpenContact] = {}
        self.left: OrderedDict[int, tuple[OpenContact, bool, bool]] = OrderedDict()
        self.cases: dict[int, OpenCase] = {}
        self.unmeasured = Cell(new_waits())

    def cell(self, line: LineCount, asked: int) -> Cell:
        """Where a contact is counted that was asked for then."""
        return line.cells[self.intervals.index(asked)] if self.intervals.holds(asked) else self.unmeasured

    def leaves_line(self, now: int, contact: OpenContact) -> None:
        """The contact waits for its first agent no longer."""
        contact.live = False
        contact.line.queue.change(now, -1)
