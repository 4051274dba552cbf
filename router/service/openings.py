"""
What an ASC can do when the desk says no, or not now: when it opens again, in which language, and which times are free.

Read from the state and the policy's document, for only the document knows time zones. Nothing is decided here.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from router.core.hours import Intervals, is_open, without
from router.core.ids import LineKey
from router.core.lines import Line
from router.core.state import DeskState
from router.wire import frames as fr
from router.wire.hours.opening import LocalTime, next_opening
from router.wire.hours.quiet import number_zones, quiet_intervals
from router.wire.hours.slots import callback_slots, slot_days
from router.wire.policy import PolicyDocument

SLOTS_SHOWN: Final = 100
"""Free times told at once; more are not read anyway."""

View = dict[str, Any]

_CALLS_BACK: Final = (fr.CallbackAsk, fr.CallAskCallback)
_OPENS: Final = (fr.ChatRequest, fr.CallReport, *_CALLS_BACK)
_TURNED_AWAY: Final = ("line_closed", "line_empty", "queue_full", "outside_hours", "language_closed")


class Openings:
    """Hours and free times of one desk. `source` gives the document of the policy that holds, as JSON."""

    def __init__(self, state: DeskState, source: Callable[[], str]) -> None:
        self._state = state
        self._source = source

    def instead(self, operation: fr.Operation, code: str, now_ms: int) -> View:
        """
        What goes with a refusal: `opens` (when the line is open again, and on whose clock) and `instead`.

        `instead` lists `callback`, `case` and `language:xx` for each language of the same product that is spoken now.
        """
        if code not in _TURNED_AWAY or not isinstance(operation, _OPENS):
            return {}
        state = self._state
        line = state.lines.get(LineKey(f"{operation.product}/{operation.language}"))
        if line is None:
            return {}
        phone = not isinstance(operation, fr.ChatRequest)
        languages = [
            other.rules.language
            for other in state.lines.values()
            if other.rules.product == line.rules.product and other is not line and self._takes(other, phone, now_ms)
        ]
        ways = ["callback"] if state.policy.callbacks.enabled and not isinstance(operation, _CALLS_BACK) else []
        ways += ["case", *(f"language:{language}" for language in languages)]
        return {"instead": ways, **self._opens(line, code, phone, now_ms)}

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

    def slots(self, line: Line, zone: str, number: str, now_ms: int) -> list[View]:
        """
        Windows that can still be promised in a line, on the clock of `zone`, first to last.

        `number` (E.164, or "") leaves out its quiet hours. Raises ValueError for an unknown zone.
        """
        rules = self._state.policy.callbacks
        if not rules.enabled:
            return []
        until_ms = now_ms + rules.slot_horizon_ms
        opening = without(line.dial_hours, self.quiet(number, now_ms, until_ms)) if number else line.dial_hours
        free: list[View] = []
        for day in slot_days(zone, now_ms, 0, rules.slot_horizon_ms):
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
                if taken < rules.slot_capacity:
                    free.append({"from": begins, "to": ends, "left": rules.slot_capacity - taken})
            if len(free) >= SLOTS_SHOWN:
                break
        return free[:SLOTS_SHOWN]

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

    def _takes(self, line: Line, phone: bool, now_ms: int) -> bool:
        hours = line.phone_hours if phone else line.chat_hours
        open_now = is_open(hours, now_ms) and is_open(line.spoken_hours, now_ms)
        return open_now and not line.closed and line.waiting_count < line.rules.queue_limit

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
