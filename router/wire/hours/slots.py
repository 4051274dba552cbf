"""The windows in which an ASC may ask to be called back, by the ASC's own clock."""

from datetime import date, datetime, time, timedelta

from router.core.hours import Interval, Intervals, is_open, next_close
from router.wire.hours.periods import DAY_MIN
from router.wire.hours.zones import first_reached_ms, local_day, occurrences_ms, zone_of

MINUTE_MS = 60_000


def callback_slots(
    time_zone: str,
    day: date,
    *,
    slot_ms: int,
    now_ms: int,
    lead_ms: int,
    horizon_ms: int,
    opening: Intervals,
) -> list[Interval]:
    """
    The slots of one day in the ASC's zone, (starts, ends) in epoch milliseconds, in order and without overlap.

    A slot starts on the grid of the wall clock that begins at midnight (for half hours: at :00 and :30), lasts exactly
    `slot_ms`, lies within one interval of `opening`, starts no sooner than `lead_ms` from now and ends no later than
    `horizon_ms` from now. `opening` is the line's contact hours for the phone, without the quiet hours of the number.
    Raises ValueError for an unknown zone and for a slot that is not a number of whole minutes up to a day.
    """
    if slot_ms % MINUTE_MS or not 0 < slot_ms <= DAY_MIN * MINUTE_MS:
        raise ValueError(f"a slot lasts whole minutes, from one up to a day, not {slot_ms} ms")
    zone = zone_of(time_zone)
    if day not in slot_days(time_zone, now_ms, lead_ms, horizon_ms):
        return []
    midnight = datetime.combine(day, time())
    starts: list[int] = []
    for minutes in range(0, DAY_MIN, slot_ms // MINUTE_MS):
        early, late = occurrences_ms(zone, midnight + timedelta(minutes=minutes))
        if early <= late:  # Otherwise the clock leaves this time out.
            starts.extend((early,) if early == late else (early, late))
    day_ends = first_reached_ms(zone, midnight + timedelta(days=1))
    slots: list[Interval] = []
    free_from = now_ms + lead_ms
    for start in sorted(starts):
        end = start + slot_ms
        if start >= free_from and end <= min(now_ms + horizon_ms, day_ends) and _open_throughout(opening, start, end):
            slots.append((start, end))
            free_from = end
    return slots


def slot_days(time_zone: str, now_ms: int, lead_ms: int, horizon_ms: int) -> list[date]:
    """The days in the ASC's zone on which there may be a slot; at most two years of them."""
    zone = zone_of(time_zone)
    day, last = local_day(zone, now_ms + lead_ms), local_day(zone, now_ms + horizon_ms)
    return [day + timedelta(days=ahead) for ahead in range(min((last - day).days + 1, 732))]


def _open_throughout(opening: Intervals, start: int, end: int) -> bool:
    closes = next_close(opening, start)
    return is_open(opening, start) and (closes is None or closes >= end)
