"""When a line takes contacts and when its callbacks may be dialled: by looking through every interval there is."""

from dataclasses import replace

from router.core.hours import FOREVER, Hours
from router.core.policy import LineRules
from tests.core.model.board import Board
from tests.core.model.people import No, Person

Spans = list[tuple[int, int]]
HOUR_MS = 3_600_000


def is_within(spans: Spans, at: int) -> bool:
    return any(begin <= at < end for begin, end in spans)


class Opening(Board):
    """A calendar that is not written is around the clock."""

    def _spans(self, numbers: list[int]) -> Spans:
        hours = self.rules.hours
        return list(hours.calendars[numbers[0]]) if numbers else [(0, FOREVER)]

    def chat_spans(self, key: str) -> Spans:
        return self._spans([one.chat for one in self.rules.hours.lines if one.line == key])

    def phone_spans(self, key: str) -> Spans:
        return self._spans([one.phone for one in self.rules.hours.lines if one.line == key])

    def spoken_spans(self, language: str) -> Spans:
        return self._spans([one.calendar for one in self.rules.hours.languages if one.language == language])

    def check_open(self, line: LineRules, channel: str, agreed: bool) -> None:
        """Whether a contact may come now; outside the hours of its language one who agreed to another may."""
        if line.key in self.closed:
            raise No("line_closed")
        if channel in ("callback", "case"):
            return
        spans = self.chat_spans(line.key) if channel == "chat" else self.phone_spans(line.key)
        if not is_within(spans, self.now):
            raise No("outside_hours")
        known = [one.language for one in self.rules.hours.languages]
        others = [name for step in line.steps for name in step.languages if name in known and agreed]
        if not any(is_within(self.spoken_spans(name), self.now) for name in [line.language, *others]):
            raise No("language_closed")

    # --- dialling

    def dial_spans(self, key: str) -> Spans:
        """While the phones are open and the language is spoken, but not shortly before the end of that."""
        found = []
        for opens, closes in self.phone_spans(key):
            for begins, ends in self.spoken_spans(self.line(key).language):
                begin, end = max(opens, begins), min(closes, ends)
                end = end if end >= FOREVER else end - self.rules.callbacks.cut_off_ms
                if begin < end:
                    found.append((begin, end))
        return found

    def put_off_if_shut(self, person: Person) -> None:
        """Whoever stands in line, or is rung for in vain, while nobody may dial waits until somebody may."""
        if person.channel != "callback" or person.state not in ("due", "offered"):
            return
        open_now = is_within(self.dial_spans(person.line), self.now)
        if not open_now or is_within(person.promise.quiet, self.now):
            self.withdraw(person)
            self.put_off(person, self.now)

    def put_off(self, person: Person, at: int) -> None:
        """Not to be dialled before `at`, nor while the line is shut or the number must not be rung."""
        person.promise.due_at = self.first_dial(person.line, person.promise.quiet, at)
        person.state = "scheduled"
        self.wait_for_anybody(person)

    def first_dial(self, key: str, quiet: Spans, at: int) -> int:
        """The first moment not before `at` at which the line is open and the number may be rung; if known."""
        spans = self.dial_spans(key)
        while not is_within(spans, at) or is_within(quiet, at):
            ends = [end for begin, end in quiet if begin <= at < end]
            opens = [begin for begin, _ in spans if begin > at]
            if is_within(spans, at):
                at = max(ends)
            elif opens:
                at = min(opens)
            else:
                return max(at + HOUR_MS, self.rules.hours.horizon_ms)
        return at

    def closing_after(self, key: str, at: int) -> int | None:
        """When the line stops dialling, at the latest interval that is open at `at` or opens after it."""
        ends = [end for _, end in self.dial_spans(key) if end > at]
        return min(ends) if ends and min(ends) < FOREVER else None

    def await_closings(self) -> None:
        """New rules, or more of the calendar: be reminded of the next closing of each line."""
        for line in self.rules.lines:
            closing = self.closing_after(line.key, self.now)
            if closing is not None:
                self.closings[line.key] = closing

    def know_more(self, part: Hours) -> None:
        """The calendars go on where they ended; what touches is one."""
        hours = self.rules.hours
        if part.source != hours.source or part.from_ms != hours.horizon_ms:
            raise No("other_calendar")
        calendars = []
        for known, more in zip(hours.calendars, part.calendars, strict=True):
            if known and known[-1][1] == FOREVER:
                calendars.append(known)
                continue
            ends = [end for _, end in known]
            begins = [begin for begin, _ in more]
            seams = [at for at in begins if at in ends]
            opens = sorted(begin for begin, _ in (*known, *more) if begin not in seams)
            closes = sorted(end for _, end in (*known, *more) if end not in seams)
            calendars.append(tuple(zip(opens, closes, strict=True)))
        self.rules = replace(self.rules, hours=replace(hours, horizon_ms=part.horizon_ms, calendars=tuple(calendars)))
        self.await_closings()
