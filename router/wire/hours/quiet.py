"""
Quiet hours of a phone number: when nobody may be dialled, because it is night where the number may be.

A number tells its zone only roughly. One of a country with several zones, or a mobile or toll-free one, may ring in any
of them: it is quiet as long as it is quiet in one. A number that tells nothing has the desk's zone.
"""

from collections.abc import Iterable
from typing import Final

import phonenumbers
from phonenumbers.timezone import time_zones_for_number

from router.core.hours import Intervals, clipped, merged
from router.wire.hours.compile import days_between, period_instants
from router.wire.hours.periods import DAY_MIN
from router.wire.hours.zones import check_stretch, zone_names, zone_of

QUIET_FROM_MIN: Final = 21 * 60
QUIET_TO_MIN: Final = 8 * 60


def number_zones(e164: str, desk_zone: str) -> tuple[str, ...]:
    """The IANA zones in which a number (`+4930901820`) may ring, by libphonenumber's tables; else the desk's alone."""
    try:
        found = time_zones_for_number(phonenumbers.parse(e164, None))
    except phonenumbers.NumberParseException:
        found = ()
    return tuple(sorted({zone if zone in zone_names() else desk_zone for zone in found})) or (desk_zone,)


def quiet_intervals(
    zones: Iterable[str],
    from_ms: int,
    to_ms: int,
    quiet_from_min: int = QUIET_FROM_MIN,
    quiet_to_min: int = QUIET_TO_MIN,
) -> Intervals:
    """
    When a number in one of these zones may not be dialled, between two instants.

    Quiet hours are minutes of the day, and may run past midnight; equal ones mean that there are none. The first
    instant from `at` on at which it may ring is `router.core.hours.next_close(quiet, at)`. Raises ValueError for an
    unknown zone and for a stretch of time that is empty, longer than ten years, or outside 1970 to 2099.
    """
    check_stretch(from_ms, to_ms)
    if quiet_from_min == quiet_to_min:
        return ()
    period = (quiet_from_min, quiet_to_min if quiet_to_min > quiet_from_min else quiet_to_min + DAY_MIN)
    nights = (
        period_instants(zone, day, period) for zone in map(zone_of, zones) for day in days_between(zone, from_ms, to_ms)
    )
    return clipped(merged(nights), from_ms, to_ms)
