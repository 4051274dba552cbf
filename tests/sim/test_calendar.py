"""The twin keeps the hours that a live desk keeps, also in other zones and on days on which clocks change."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from router.core import events as ev
from router.core.events import Event
from router.wire.policy import compile_policy
from sim.model import build
from sim.problems import BadDocument
from sim.scenario import Scenario
from sim.scenario_file import as_scenario
from sim.settings import changed, plain
from sim.timetable import Timetable
from sim.twin import Twin

HOUR = 3_600_000
HOURS = {
    "time_zone": "Europe/Prague",
    "contact": {"chat": {"days": {"mon-fri": "08:00-12:00, 13:00-18:00", "sat": "22:00-02:00"}}},
    "lines": {"expense/ja": {"chat": "always"}},
    "languages": {
        "de": {
            "days": {"daily": "07:00-17:00"},
            "time_zone": "Europe/Berlin",
            "holidays": {"country": "DE"},
            "exceptions": {"2026-03-31": "closed"},
        },
        "ja": {"days": {"daily": "09:00-18:00"}, "time_zone": "Asia/Tokyo"},
    },
}


def desk(date: str = "2026-03-27", **sections: Any) -> Scenario:
    """Three lines that are asked for every three minutes each; from Friday on, the clocks change on Sunday."""
    languages = ["en", "de", "ja"]
    data: dict[str, Any] = {
        "name": "hours",
        "policy": {"products": ["expense"], "languages": languages, "hours": HOURS},
        "calendar": {"date": date, "days": 5},
        "demand": {"streams": [{"product": "expense", "language": one, "per_hour": 20} for one in languages]},
        "people": {"all": {"agents": 5, "products": ["expense"], "languages": languages}},
        "work": {"handle_time": "30 s"},
        "run": {"replications": 1},
    }
    for section, changes in sections.items():
        data[section] = {**data[section], **changes}
    return as_scenario(data)


def minutes_let_in(scenario: Scenario) -> dict[str, set[int]]:
    """By line, in which minutes of the run somebody was let in."""
    found: dict[str, set[int]] = {rules.key: set() for rules in build(scenario).rules.lines}

    def see(now: int, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, ev.ContactQueued):
                found[event.line].add(round(now * scenario.run.compress) // 60_000)

    counted = Twin(build(scenario), 1, 0, see).run()
    # Those who find it shut are counted, and are nobody whom the desk has failed.
    assert counted.total.shut > 100
    assert counted.total.blocked == 0
    return found


@pytest.mark.parametrize("compress", [1, 10])
def test_a_line_is_open_in_the_twin_when_it_is_live(compress: int) -> None:
    """Whoever asks is let in when the live policy's hours say so, line by line, and turned away when they do not."""
    scenario = desk(run={"compress": compress})
    begins = round(datetime(2026, 3, 26, 23, tzinfo=UTC).timestamp() * 1000)
    live = compile_policy(scenario.policy, begins, begins + 30 * 24 * HOUR)
    lines = {entry.line: live.hours.calendars[entry.chat] for entry in live.hours.lines}
    languages = {entry.language: live.hours.calendars[entry.calendar] for entry in live.hours.languages}

    let_in = minutes_let_in(scenario)

    for rules in live.lines:
        asked = let_in[rules.key]
        assert len(asked) > 100
        hours = (lines[rules.key], languages[rules.language])
        for at in (begins + minute * 60_000 for minute in asked):
            assert all(any(opens < at + 60_000 and at < closes for opens, closes in one) for one in hours)


def test_opening_hours_are_those_of_the_wall() -> None:
    """In Berlin 07:00 comes an hour earlier once the clocks have changed; exceptions and holidays are kept."""
    let_in = minutes_let_in(desk())["expense/de"]
    begins = datetime(2026, 3, 26, 23, tzinfo=UTC)

    def opened(day: int) -> list[str]:
        """First and last hour (UTC) in which somebody was let in on a day of March."""
        hours = [f"{begins + timedelta(minutes=one):%d %H}" for one in sorted(let_in)]
        there = [hour[3:] for hour in hours if hour.startswith(f"{day} ")]
        return [there[0], there[-1]] if there else []

    assert (opened(27), opened(30), opened(31)) == (["07", "15"], ["06", "14"], [])
    assert minutes_let_in(desk("2026-04-03", calendar={"days": 1}))["expense/de"] == set()


@pytest.mark.parametrize(("date", "hours"), [("2026-03-28", 24), ("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_is_as_long_as_the_wall_shows(date: str, hours: int) -> None:
    """23 hours in spring and 25 in autumn; and it is the policy's own zone where the calendar names none."""
    scenario = desk(calendar={"date": date, "days": 1})

    assert (scenario.run.horizon, scenario.calendar.time_zone) == (hours * HOUR, "Europe/Prague")


def test_shifts_and_labels_go_by_the_wall() -> None:
    """On the day in spring 08:00 comes seven hours after midnight, for people and in reports."""
    shift = {"agents": 1, "products": ["expense"], "languages": ["en", "de", "ja"]}
    scenario = desk(
        people={"all": {**shift, "shift": {"from": "08:00", "to": "16:00", "daily": True}}, "always": shift},
        calendar={"date": "2026-03-28", "days": 2},
    )
    spells = build(scenario).groups[0].spells
    table = Timetable.of(scenario)

    assert [(one.begins_ms // HOUR, (one.ends_ms or 0) // HOUR) for one in spells] == [(8, 16), (31, 39)]
    assert [table.labels[hour] for hour in (0, 24, 25, 26, 31)] == [
        "00:00",
        "+1d 00:00",
        "+1d 01:00",
        "+1d 03:00",
        "+1d 08:00",
    ]


def test_days_say_how_long_a_run_is_also_when_they_change() -> None:
    """The horizon follows from the days: they can be set alone, and both together must not disagree."""
    scenario = desk()

    assert as_scenario(plain(scenario)) == scenario
    assert changed(scenario, "calendar.days=1").run.horizon == 24 * HOUR
    with pytest.raises(BadDocument, match=r"run\.horizon: 'calendar\.days' says how long the run is"):
        desk(run={"horizon": "3 h"})
    with pytest.raises(BadDocument, match=r"run: say how long it is: give 'horizon', or 'calendar\.days'"):
        desk(calendar={"days": None})


def test_hours_need_a_day() -> None:
    """Whether a line is open on no day at all cannot be said, and is not guessed."""
    with pytest.raises(BadDocument, match=r"policy\.hours: whether a line is open depends on the day"):
        desk(calendar={"date": None, "days": 1})
