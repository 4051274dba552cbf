"""
The measured time and how it is cut: what belongs to which interval, and how much time passes in each.

Times are milliseconds on one clock, whole numbers; interval 0 begins at 0. Nothing here knows what is measured.
"""

_ONE = 1 << 62
"""Where nothing is cut, the only interval ends here."""


class Intervals:
    """From `since` (inclusive) to `until` (exclusive; None: for ever), cut every `every` ms; None: not cut."""

    __slots__ = ("count", "every", "since", "until")

    def __init__(self, since: int = 0, until: int | None = None, every: int | None = None) -> None:
        if every is not None and until is None:
            raise ValueError("only a time that ends can be cut into intervals")
        self.since = since
        self.until = until
        self.every = every
        self.count = 1 if every is None or until is None else max(-(-until // every), 1)

    def holds(self, at: int) -> bool:
        """Whether a time is measured."""
        return self.since <= at and (self.until is None or at < self.until)

    def index(self, at: int) -> int:
        """The interval of a measured time."""
        return 0 if self.every is None else min(at // self.every, self.count - 1)

    def clip(self, at: int) -> int:
        """The nearest time that is measured, `until` included."""
        if at < self.since:
            return self.since
        return at if self.until is None or at < self.until else self.until

    def end(self, index: int) -> int:
        """Where an interval ends."""
        return _ONE if self.every is None or index == self.count - 1 else (index + 1) * self.every

    def span(self, index: int, now: int) -> int:
        """How much of an interval was measured up to now."""
        begins = 0 if self.every is None else index * self.every
        return max(self.clip(min(self.end(index), now)) - self.clip(begins), 0)


class Level:
    """The integral of a step function, interval by interval; a number of things, times milliseconds."""

    __slots__ = ("_end", "_index", "_intervals", "_last", "_plain_until", "integral", "level")

    def __init__(self, intervals: Intervals, now: int) -> None:
        self._intervals = intervals
        self._last = intervals.clip(now)
        self._index = intervals.index(self._last)
        self._enter_interval()
        self.level = 0
        self.integral = [0] * intervals.count

    def change(self, now: int, by: int) -> None:
        """There are `by` more from now on."""
        if self._last <= now <= self._plain_until:
            # Most changes: nothing but time within one interval has passed. Two steps for each contact go this way.
            self.integral[self._index] += self.level * (now - self._last)
            self._last = now
        else:
            self.pass_time(now)
        self.level += by

    def pass_time(self, now: int) -> None:
        """Count up to now, as far as the time is measured."""
        intervals = self._intervals
        if not intervals.holds(now):
            now = intervals.clip(now)
        while now > self._end:
            self.integral[self._index] += self.level * (self._end - self._last)
            self._last = self._end
            self._index += 1
            self._enter_interval()
        self.integral[self._index] += self.level * (now - self._last)
        self._last = now

    def _enter_interval(self) -> None:
        self._end = self._intervals.end(self._index)
        until = self._intervals.until
        self._plain_until = self._end if until is None else min(self._end, until)
        """Up to here no time has to be cut, neither to the interval nor to what is measured."""
