"""
How right the told waits were, per line: each told range is kept until it is known what happened, then becomes sums.

Definitions: a wait that ended with service is shorter than the range, inside it or longer. One that ended in any other
way is longer when it ended after the upper edge; else nobody knows, and it is dropped and counted as dropped. All sums
are integers and never fade: whoever wants a day takes the difference.
"""

from collections.abc import Sequence
from typing import Any, Final

from router.core.estimates.announcements import RANGE, Announced
from router.core.ids import ContactId
from router.core.records import record

KEPT_CONTACTS: Final = 2_000
"""Contacts of one line whose told ranges are kept at once; those told beyond it are counted as not kept."""

KEPT_PER_CONTACT: Final = 8
"""Ranges kept for one contact: the first ones; later ones are counted as not kept."""

Told = tuple[int, int, int]
"""(when, low_ms, high_ms)."""


@record
class Accuracy:
    """What became of told ranges. The edges belong to the range."""

    shorter: int = 0
    inside: int = 0
    longer: int = 0
    """Longer waits, and people who left after the upper edge."""
    dropped: int = 0
    """Ended without service before the upper edge: the wait is not known."""
    served: int = 0
    """How many of them are known to the millisecond."""
    error_ms: int = 0
    """Sum over the served of |wait - P50 told|."""
    bias_ms: int = 0
    """Sum over the served of wait - P50 told: positive when too little was told."""

    @property
    def n(self) -> int:
        """How many told ranges can be judged: the denominator of coverage."""
        return self.shorter + self.inside + self.longer

    def coverage(self) -> tuple[int, int]:
        """(waits inside the told range, n); P50..P90 should hold 40 of 100. Print it with n and `dropped`."""
        return self.inside, self.n

    def kept(self) -> tuple[int, int]:
        """(waits no longer than the upper edge, n); P90 should hold 90 of 100."""
        return self.shorter + self.inside, self.n

    def mae_ms(self) -> int | None:
        """Mean absolute error of the told P50 over the served, rounded down; None while there is none."""
        return self.error_ms // self.served if self.served else None

    def mean_bias_ms(self) -> int | None:
        """Mean error of the told P50 over the served, rounded down; None while there is none."""
        return self.bias_ms // self.served if self.served else None

    def plus(self, other: "Accuracy") -> "Accuracy":
        """Both together: totals are sums of counts."""
        return Accuracy(*(one + more for one, more in zip(self.plain(), other.plain(), strict=True)))

    def plain(self) -> list[int]:
        """For a snapshot; `Accuracy(*plain)` restores it."""
        return [self.shorter, self.inside, self.longer, self.dropped, self.served, self.error_ms, self.bias_ms]


def judged(accuracy: Accuracy, low_ms: int, high_ms: int, waited_ms: int, served: bool) -> Accuracy:
    """The sums with one told range more; the wait is counted from when the range was told to its end."""
    is_longer = waited_ms > high_ms
    is_shorter = served and waited_ms < low_ms
    is_known = served or is_longer
    error_ms = waited_ms - low_ms if served else 0
    return Accuracy(
        accuracy.shorter + is_shorter,
        accuracy.inside + (is_known and not is_longer and not is_shorter),
        accuracy.longer + is_longer,
        accuracy.dropped + (not is_known),
        accuracy.served + served,
        accuracy.error_ms + abs(error_ms),
        accuracy.bias_ms + error_ms,
    )


class Ledger:
    """
    The told ranges of one line that are still open, and what became of the others.

    `first` judges the first range that each contact was told, `later` the ranges told after it: somebody who waits long
    is told more often, so the two must not be mixed unseen.
    """

    __slots__ = ("_open", "first", "later", "not_kept")

    def __init__(self) -> None:
        self.first = Accuracy()
        self.later = Accuracy()
        self.not_kept = 0
        """Told ranges that will not be judged, because a limit was reached."""
        self._open: dict[ContactId, list[Told]] = {}

    def tell(self, contact_id: ContactId, announced: Announced) -> None:
        """The contact was told this. What is no range promises nothing, and is not kept."""
        if announced.kind != RANGE:
            return
        told = self._open.get(contact_id, [])
        if len(told) >= KEPT_PER_CONTACT or (not told and len(self._open) >= KEPT_CONTACTS):
            self.not_kept += 1
            return
        told.append((announced.at, announced.low_ms, announced.high_ms))
        self._open[contact_id] = told

    def settle(self, contact_id: ContactId, now: int, served: bool) -> None:
        """The contact's wait ended at `now` (ms), with service or in another way. Nothing happens if none was told."""
        for number, (at, low_ms, high_ms) in enumerate(self._open.pop(contact_id, [])):
            if number == 0:
                self.first = judged(self.first, low_ms, high_ms, now - at, served)
            else:
                self.later = judged(self.later, low_ms, high_ms, now - at, served)

    def plain(self) -> dict[str, Any]:
        """Integers in lists, contacts in the order of their ids, for a snapshot; `restored` is the way back."""
        return {
            "first": self.first.plain(),
            "later": self.later.plain(),
            "not_kept": self.not_kept,
            "open": [[contact_id, [list(told) for told in kept]] for contact_id, kept in sorted(self._open.items())],
        }

    @classmethod
    def restored(cls, plain: dict[str, Any]) -> "Ledger":
        """The ledger of which `plain` is the snapshot."""
        ledger = cls()
        ledger.first, ledger.later = Accuracy(*plain["first"]), Accuracy(*plain["later"])
        ledger.not_kept = plain["not_kept"]
        kept: Sequence[tuple[ContactId, list[list[int]]]] = plain["open"]
        ledger._open = {contact_id: [(at, low, high) for at, low, high in told] for contact_id, told in kept}
        return ledger
