"""
What an ASC can do when the desk says no, or not now: when it opens again, in which language, and which times are free.

Read from the state and the policy's document, for only the document knows time zones. Nothing is decided here.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from router.core.admission import why_not
from router.core.hours import Intervals, without
from router.core.ids import AscId, CompanyId, LineKey
from router.core.lifecycle import CALL, CALLBACK, CASE, CHAT
from router.core.lines import Line
from router.core.state import DeskState
from router.service.auth import Person
from router.wire import frames as fr
from router.wire.hours.opening import LocalTime, next_opening
from router.wire.hours.quiet import number_zones, quiet_intervals
from router.wire.hours.slots import callback_slots, slot_days
from router.wire.hours.zones import local_day, zone_of
from router.wire.policy import PolicyDocument

SLOTS_SHOWN: Final = 100
"""Free times told at once; whoever wants to see more asks for those after them."""

View = dict[str, Any]

_OPENS: Final = (fr.ChatRequest, fr.CallbackAsk, fr.CaseOpen, fr.CallReport, fr.CallAskCallback)
_TURNED_AWAY: Final = (
    "callback_limit", "company_limit", "language_closed", "line_closed", "line_empty", "outside_hours", "queue_full",
)  # fmt: skip


class Openings:
    """Hours and free times of one desk. `source` gives the document of the policy that holds, as JSON."""

    def __init__(self, state: DeskState, source: Callable[[], str]) -> None:
        self._state = state
        self._source = source

    def instead(self, operation: fr.Operation, person: Person, code: str, now_ms: int) -> View:
        """
        What goes with a refusal: `opens` (when the line is open again, and on whose clock) and `instead`.

        `instead` lists what the desk would take from this ASC at once: `callback` and `case` in the same line, and
        `language:xx` for a chat about the same product in another language.
        """
        if code not in _TURNED_AWAY or not isinstance(operation, _OPENS):
            return {}
        line = self._state.lines.get(LineKey(f"{operation.product}/{operation.language}"))
        if line is None:
            return {}
        asc_id, company_id = AscId(person.id), CompanyId(person.company_id)
        phone = not isinstance(operation, fr.ChatRequest | fr.CaseOpen)
        asks = CHAT
        if isinstance(operation, fr.CallReport | fr.CallAskCallback):  # A switch asks for somebody.
            asks, asc_id, company_id = CALL, AscId(operation.asc), CompanyId(operation.company_id)
        ways = [channel for channel in (CALLBACK, CASE) if self._takes(asc_id, company_id, line, channel)]
        others = [other for other in self._state.lines.values() if other.rules.product == line.rules.product]
        ways += [f"language:{other.rules.language}" for other in others if self._takes(asc_id, company_id, other, asks)]
        return {"instead": ways, **self._opens(line, code, phone, now_ms)}

    def _takes(self, asc_id: AscId, company_id: CompanyId, line: Line, channel: str) -> bool:
        return not why_not(self._state, asc_id, company_id, line.key, channel, agreed=False)

    def _opens(self, line: Line, code: str, phone: bool, now_ms: int) -> View:
        """When a line that is shut by its hours is open again, as read in the zone of its language's home."""
        if code == "language_closed":
            intervals, zone = line.spoken_hours, self._zone_of(line.rules.language)
        elif code == "outside_hours":
            intervals = line.phone_hours if phone else line.chat_hours
            zone = self._document().hours.time_zone
        else:
            return {}
        opens = next_opening(intervals, zone, now_ms)
        return {} if opens is None else {"opens": _shown(opens)}

    def slots(
        self, line: Line, zone: str, number: str, now_ms: int, after_ms: int = 0
    ) -> tuple[list[View], int | None]:
        """
        Windows that can still be promised in a line, on the clock of `zone`, first to last, from `after_ms` on.

        No more than `SLOTS_SHOWN`, and when the next one begins: from there on the list goes on; None when these are
        all up to the horizon. `number` (E.164, or "") leaves out its quiet hours. Raises ValueError for a zone that is
        not known.
        """
        rules = self._state.policy.callbacks
        if not rules.enabled:
            return [], None
        until_ms = now_ms + rules.slot_horizon_ms
        opening = without(line.dial_hours, self.quiet(number, now_ms, until_ms)) if number else line.dial_hours
        free: list[View] = []
        first_day = local_day(zone_of(zone), max(after_ms, now_ms))
        for day in slot_days(zone, now_ms, 0, rules.slot_horizon_ms):
            if day < first_day:
                continue
            for begins, ends in callback_slots(
                zone,
                day,
                slot_ms=rules.slot_ms,
                now_ms=now_ms,
                lead_ms=0,
                horizon_ms=rules.slot_horizon_ms,
                opening=opening,
            ):
                taken = self._state.slots.get((line.key, begins // rules.slot_ms), 0)
                if taken < rules.slot_capacity and begins >= after_ms:
                    free.append({"from": begins, "to": ends, "left": rules.slot_capacity - taken})
            if len(free) > SLOTS_SHOWN:
                return free[:SLOTS_SHOWN], free[SLOTS_SHOWN]["from"]
        return free, None

    def quiet(self, number: str, from_ms: int, to_ms: int) -> Intervals:
        """When this number (E.164) must not be rung, by the quiet hours of every zone in which it may be."""
        rules = self._state.policy.callbacks
        if rules.quiet_from_min == rules.quiet_to_min:
            return ()
        zones = number_zones(number, self._document().hours.time_zone)
        return quiet_intervals(zones, from_ms, to_ms, rules.quiet_from_min, rules.quiet_to_min)

    def quiet_for_callback(self, number: str, window_to: int, now_ms: int) -> Intervals:
        """The same for as long as a callback for this window may live."""
        return self.quiet(number, now_ms, max(window_to, now_ms) + self._state.policy.callbacks.lifetime_ms)

    def _zone_of(self, language: str) -> str:
        hours = self._document().hours
        calendar = hours.languages.get(language)
        return (calendar.time_zone if calendar is not None else None) or hours.time_zone

    def _document(self) -> PolicyDocument:
        return _document(self._source())


@lru_cache(maxsize=4)
def _document(source: str) -> PolicyDocument:
    return PolicyDocument.model_validate_json(source)


def _shown(time: LocalTime) -> View:
    return {
        "at": time.at_ms,
        "clock": time.clock,
        "zone": time.zone_text,
        "day": time.day,
        "days_ahead": time.days_ahead,
    }
