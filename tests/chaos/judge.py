"""
The judge: every invariant against the evidence. A check has an id, one sentence, and yields what is wrong.

Each runs in O(n log n) over history and journal: the journal is the total order already, nothing has to be searched.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.chaos.evidence import Evidence

Check = Callable[[Evidence], Iterator[str]]
CHECKS: list[tuple[str, str, Check]] = []
MOST_SHOWN = 20
"""Violations shown of one invariant; one bug breaks it thousands of times."""


@dataclass(frozen=True, slots=True)
class Violation:
    """An invariant that does not hold: its id, what it says, and the entries that show it."""

    id: str
    law: str
    message: str

    def __str__(self) -> str:
        return f"{self.id} ({self.law}): {self.message}"


def check(ident: str, law: str) -> Callable[[Check], Check]:
    """Let the judge apply the decorated function; several may serve one invariant."""

    def register(function: Check) -> Check:
        CHECKS.append((ident, law, function))
        return function

    return register


def _all() -> list[tuple[str, str, Check]]:
    from tests.chaos import operations, routing, views

    assert all((operations, routing, views))  # The checks register themselves when they are imported.
    return CHECKS


def judge(evidence: Evidence) -> list[Violation]:
    """Everything that is wrong."""
    found = []
    for ident, law, function in _all():
        for number, message in enumerate(function(evidence)):
            if number == MOST_SHOWN:
                found.append(Violation(ident, law, "and more"))
                break
            found.append(Violation(ident, law, message))
    return found


def laws() -> dict[str, str]:
    """What is checked, by id."""
    found: dict[str, list[str]] = {}
    for ident, law, _ in _all():
        found.setdefault(ident, []).append(law)
    return {ident: "; ".join(laws) for ident, laws in sorted(found.items(), key=lambda item: _in_order(item[0]))}


def _in_order(ident: str) -> tuple[int, int]:
    return "DLMIR".index(ident[0]), int(ident[1:])
