"""When a case must have been answered: by adding up the work hours that there are, one after the other."""

from tests.core.model.opening import Opening
from tests.core.model.people import Person

NEVER = 2**53 - 1


class Clocks(Opening):
    """A case goes by when it is due, if cases have targets at all; everybody else by credit."""

    def reckon(self, person: Person) -> None:
        """The rules, the priority or the calendar are others now; what is answered stays as it is."""
        if person.channel != "case" or person.state == "wrapping":
            return
        if self.rules.response_target_ms[person.priority - 1]:
            due = self._due(person)
            if (due, due or NEVER) != (
                person.due,
                person.rank,
            ):  # Else a target that passed in an outage still has to be noted.
                person.due, person.rank, person.overdue = due, due or NEVER, 0 < due <= self.now
        elif person.due or person.rank == NEVER:
            person.due, person.overdue = 0, False
            person.rank = person.since - self.credit(person.priority)

    def _due(self, person: Person) -> int:
        left = self.rules.response_target_ms[person.priority - 1]
        for opens, closes in self._spans([self.rules.hours.work[person.priority - 1]]):
            begins = max(opens, person.since)
            worked = max(0, closes - begins)
            if worked >= left:
                return begins + left
            left -= worked
        return 0

    def owed_at(self, person: Person) -> int | None:
        return person.due if person.due and not person.overdue and person.state != "wrapping" else None
