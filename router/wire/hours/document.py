"""
The policy's part `hours`: the desk's zone, and three calendars that are never mixed.

Contact hours say when a line takes contacts on a channel, language hours when a language is spoken, work hours when
the clock of a case runs. What the days and holidays come to as instants is `router.wire.hours.compile`'s affair.
"""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from router.core.hours import merged
from router.core.ids import LineKey
from router.wire.hours.periods import DAY_MIN, Periods, parse_days
from router.wire.hours.public_holidays import PublicHolidays
from router.wire.hours.zones import ZoneName
from router.wire.section import Section
from router.wire.suggest import did_you_mean

_SHORT: Final = {"always": "00:00-24:00", "closed": "closed"}


def _each_day_once(days: object) -> object:
    """Whether the keys are days, none of them twice. The mapping is judged as a whole, before anything in it."""
    if isinstance(days, dict):
        seen: list[int] = []
        for text in days:
            for day in parse_days(str(text)):
                if day in seen:
                    raise ValueError(f"'{text[:40]}' names a day that has its periods already; write each day once")
                seen.append(day)
    return days


def _dates(exceptions: object) -> object:
    """Whether the keys are dates."""
    if isinstance(exceptions, dict):
        for text in exceptions:
            if not _is_date(text):
                raise ValueError(f"'{str(text)[:40]}' is not a date between 1970 and 2099; write it like '2026-12-24'")
    return exceptions


def _is_date(text: object) -> bool:
    try:
        day = date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return False
    return day is not None and 1970 <= day.year <= 2099 and day.isoformat() == text


def _or_short(schema: dict[str, Any]) -> None:
    """Let the JSON Schema of a calendar allow its short forms too."""
    long_form = {key: schema.pop(key) for key in ("additionalProperties", "properties", "required", "type")}
    schema["anyOf"] = [{"enum": list(_SHORT)}, long_form]


class Calendar(Section):
    """
    When something is open: by weekday, but closed on public holidays, and both overruled by single dates.

    A period belongs to the day on which it begins, also the part of it past midnight. `always` and `closed` stand for
    a calendar without exceptions.
    """

    model_config = ConfigDict(json_schema_extra=_or_short)

    days: Annotated[dict[str, Periods], BeforeValidator(_each_day_once)] = Field(
        min_length=1, max_length=7, description="Periods by day: 'mon-fri', 'sat', 'tue, thu', 'daily'; others: closed."
    )
    time_zone: ZoneName | None = Field(None, description="Whose clock the periods mean; without it, the desk's.")
    holidays: PublicHolidays | None = Field(None, description="Closed on the public holidays of this country.")
    exceptions: Annotated[dict[str, Periods], BeforeValidator(_dates)] = Field(
        {}, max_length=1_000, description="Periods of single dates, or 'closed'; they overrule days and holidays."
    )

    @model_validator(mode="before")
    @classmethod
    def _long_form(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        if value not in _SHORT:
            raise ValueError(f"'{value[:40]}' is not a calendar; write 'always', 'closed', or its 'days'")
        return {"days": {"daily": _SHORT[value]}}

    def never_closes(self) -> bool:
        """Whether this is around the clock, on every day there will ever be."""
        days = {day for text, periods in self.days.items() if _whole_day(periods) for day in parse_days(text)}
        return len(days) == 7 and self.holidays is None and all(map(_whole_day, self.exceptions.values()))


def _whole_day(periods: Sequence[tuple[int, int]]) -> bool:
    whole = merged(periods)
    return bool(whole) and whole[0][0] == 0 and whole[0][1] >= DAY_MIN


ALWAYS: Final = Calendar.model_validate("always")
WORKING_DAYS: Final = Calendar.model_validate({"days": {"mon-fri": "08:00-18:00"}})


class ChannelHours(Section):
    """Contact hours by channel; both are around the clock where nothing else is said."""

    chat: Calendar = ALWAYS
    phone: Calendar = Field(ALWAYS, description="Callbacks and calls.")


class LineHours(Section):
    """What differs from `contact` in one line."""

    chat: Calendar | None = None
    phone: Calendar | None = Field(None, description="Callbacks and calls.")


class WorkHours(Section):
    """When the clocks of cases run, by priority."""

    p1: Calendar = ALWAYS
    p2: Calendar = ALWAYS
    p3: Calendar = WORKING_DAYS
    p4: Calendar = WORKING_DAYS


class HoursDocument(Section):
    """Every calendar of a policy. What is left out is around the clock, but for the work hours of P3 and P4."""

    time_zone: ZoneName = Field("UTC", description="The desk's zone: of calendars without one, and unknown numbers.")
    contact: ChannelHours = Field(ChannelHours(), description="When lines take contacts.")
    lines: dict[str, LineHours] = Field({}, max_length=2_500, description="Lines that differ, by `product/language`.")
    languages: dict[str, Calendar] = Field(
        {}, max_length=50, description="When a language is spoken; write the zone of its home."
    )
    work: WorkHours = Field(WorkHours(), description="When the clocks of cases run.")


def check_hours(document: HoursDocument, lines: Sequence[LineKey], languages: Sequence[str]) -> None:
    """Raise ValueError, with a suggestion, when the document names a line or a language that the policy has not."""
    for what, named, known in (("lines", document.lines, lines), ("languages", document.languages, languages)):
        there = frozenset(known)
        for name in named:
            if name not in there:
                raise ValueError(f"hours.{what}: there is no '{name[:40]}'.{did_you_mean(name, known)}")
