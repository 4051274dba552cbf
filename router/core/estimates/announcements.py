"""
What one contact is told about its wait, and when it is told anew: never longer without a cause.

What was told is a promise: its upper edge lies at a fixed time. A later estimate may come nearer; it may go beyond that
edge only by as much as a cause explains, and then the cause is told with it. Causes are what changed since the edge was
set: fewer servers, others ranked ahead, service learnt to be slower. Mere bad luck is none: the edge stays, and when it
has passed the contact is told that it is overdue, without a new number.

Nothing here sends anything; the owner of a contact keeps its last `Announced`.
"""

from typing import Any, Final

from router.core.estimates.places import Place, PlaceMode, place_told
from router.core.estimates.waits import wait_range
from router.core.records import record

# --- causes of a longer wait
SERVERS_LEFT: Final = "servers_left"
"""Fewer slots serve the line, or they are shared with more lines."""
RANKED_AHEAD: Final = "ranked_ahead"
"""Contacts that rank higher came in front."""
SLOWER_SERVICE: Final = "slower_service"
"""The line has learnt that contacts take longer."""
CAUSES: Final = (SERVERS_LEFT, RANKED_AHEAD, SLOWER_SERVICE)

# --- what an announcement says
RANGE: Final = "range"
OVERDUE: Final = "overdue"
UNSTAFFED: Final = "unstaffed"
KINDS: Final = (RANGE, OVERDUE, UNSTAFFED)


@record
class Conditions:
    """What the wait of one contact depends on at one moment."""

    ahead: int
    """Contacts that rank in front and wait; due callbacks among them."""
    servers_milli: int
    """Slots that serve them, in thousandths (`shares.shared_servers_milli`)."""
    handle_ms: int
    patience_ms: int
    overtaken: int = 0
    """How many have come in front of this contact since it began to wait. Never falls; 0 where nobody counts."""


@record
class AnnouncementRules:
    """When something new is worth saying. Durations are ms."""

    min_interval_ms: int = 30_000
    """Least time between two announcements to one contact."""
    change_ms: int = 30_000
    """An edge must move by at least this much to be told anew; no cause is told for less."""
    change_percent: int = 30
    """And by at least this share of what was left until the upper edge."""
    slower_percent: int = 10
    """Service counts as slower when the learnt handle time rose by more than this."""
    places: PlaceMode = "more"
    place_limit: int = 20


@record
class Announced:
    """What a contact was told at `at` (ms)."""

    kind: str
    """`range`; `overdue`: longer than was told, and there is no new number; `unstaffed`: nobody serves the line."""
    at: int
    low_ms: int
    """P50 of the wait from `at`, less in proportion where the upper edge is held; 0 unless `kind` is `range`."""
    high_ms: int
    """P90 of it, less where it is held to what had been told before; 0 unless `kind` is `range`."""
    cause: str
    """Why the wait is longer than was told before; empty when it is not."""
    place: Place | None
    basis: Conditions
    """Under which conditions the upper edge was set; later causes are changes from here."""

    def plain(self) -> list[Any]:
        """Integers, strings and None in lists, for a snapshot; `restored` is the way back."""
        basis = self.basis
        conditions = [basis.ahead, basis.servers_milli, basis.handle_ms, basis.patience_ms, basis.overtaken]
        place = None if self.place is None else list(self.place)
        return [self.kind, self.at, self.low_ms, self.high_ms, self.cause, place, conditions]

    @classmethod
    def restored(cls, plain: list[Any]) -> "Announced":
        """The announcement of which `plain` is the snapshot."""
        kind, at, low_ms, high_ms, cause, place, conditions = plain
        told_place = None if place is None else (place[0], place[1])
        return cls(kind, at, low_ms, high_ms, cause, told_place, Conditions(*conditions))


def next_announcement(
    previous: Announced | None, now: int, conditions: Conditions, rules: AnnouncementRules
) -> Announced | None:
    """
    What to tell the contact at `now` (ms, not before `previous.at`), or None when there is nothing new to say.

    The first announcement is always made. Keep what is returned: it is the next call's `previous`.
    """
    place = place_told(conditions.ahead, rules.places, rules.place_limit)
    if previous is None:
        return _afresh(now, conditions, place)
    if now - previous.at < rules.min_interval_ms:
        return None
    if previous.kind == UNSTAFFED or conditions.servers_milli <= 0:
        said = _afresh(now, conditions, place, "" if previous.kind == UNSTAFFED else SERVERS_LEFT)
        return said if said.kind != previous.kind or said.place != previous.place else None
    return _held_to(previous, now, place, conditions, rules)


def _afresh(now: int, conditions: Conditions, place: Place | None, cause: str = "") -> Announced:
    fresh = wait_range(conditions.ahead, conditions.servers_milli, conditions.handle_ms, conditions.patience_ms)
    if fresh is None:
        return Announced(UNSTAFFED, now, 0, 0, cause, place, conditions)
    return Announced(RANGE, now, *fresh, cause, place, conditions)


def _believed(previous: Announced, now: int) -> tuple[int, int]:
    """What the contact makes of the edges told last by now, in ms: they are nearer by the time that has passed."""
    passed_ms = now - previous.at
    return max(previous.low_ms - passed_ms, 0), max(previous.high_ms - passed_ms, 0)


def _held_to(
    previous: Announced, now: int, place: Place | None, conditions: Conditions, rules: AnnouncementRules
) -> Announced | None:
    """The estimate of now, its upper edge no later than what was told and what causes explain; None: no news."""
    low_told, high_told = _believed(previous, now)
    fresh = wait_range(conditions.ahead, conditions.servers_milli, conditions.handle_ms, conditions.patience_ms)
    assert fresh is not None  # Somebody serves.
    high_ms, basis = fresh[1], conditions
    enough = max(rules.change_ms, rules.change_percent * high_told // 100, 1)
    if high_ms > high_told:
        explained_ms, cause = _explained(previous.basis, conditions, rules)
        high_ms = min(high_ms, high_told + explained_ms)
        if high_ms - high_told >= enough:
            return Announced(RANGE, now, _squeezed(fresh, high_ms), high_ms, cause, place, conditions)
        # The basis stays, so that small causes add up until they are worth telling.
        high_ms, basis = high_told, previous.basis
    low_ms = _squeezed(fresh, high_ms)
    if abs(low_ms - low_told) >= enough or high_told - high_ms >= enough:
        return Announced(RANGE, now, low_ms, high_ms, "", place, basis)
    kind = OVERDUE if previous.kind == RANGE and not high_told else previous.kind
    if kind == previous.kind and place == previous.place:
        return None
    return Announced(kind, now, low_told, high_told, "", place, previous.basis)


def _squeezed(fresh: tuple[int, int], high_ms: int) -> int:
    """The lower edge when the upper one is held to `high_ms`: in proportion, so that a range stays a range."""
    return fresh[0] * high_ms // fresh[1] if fresh[1] else 0


def _explained(before: Conditions, now: Conditions, rules: AnnouncementRules) -> tuple[int, str]:
    """
    By how much causes since `before` lengthen the upper edge, in ms, and the one that does so most.

    The P90 of now against the P90 as it would be without the cause. Somebody who came in front and has already been
    served no longer counts among those ahead, but has taken a place all the same.
    """
    overtaken = max(now.overtaken - before.overtaken, now.ahead - before.ahead, 0)
    ahead, ahead_without = max(now.ahead, overtaken), max(now.ahead - overtaken, 0)
    servers, servers_without = now.servers_milli, max(before.servers_milli, now.servers_milli)
    is_slower = now.handle_ms * 100 > before.handle_ms * (100 + rules.slower_percent)
    handle_ms, handle_ms_without = now.handle_ms, before.handle_ms if is_slower else now.handle_ms
    without = {
        SERVERS_LEFT: (ahead, servers_without, handle_ms),
        RANKED_AHEAD: (ahead_without, servers, handle_ms),
        SLOWER_SERVICE: (ahead, servers, handle_ms_without),
    }
    causes = [cause for cause in CAUSES if without[cause] != (ahead, servers, handle_ms)]
    if not causes:
        return 0, ""

    def high_ms(ahead: int, servers_milli: int, handle_ms: int) -> int:
        found = wait_range(ahead, servers_milli, handle_ms, now.patience_ms)
        assert found is not None  # Somebody serves, now and without the cause.
        return found[1]

    explained_ms = high_ms(ahead, servers, handle_ms) - high_ms(ahead_without, servers_without, handle_ms_without)
    if len(causes) == 1:
        return explained_ms, causes[0]
    return explained_ms, min(causes, key=lambda cause: high_ms(*without[cause]))
