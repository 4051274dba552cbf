"""Counts as they stand in files, and what is told of a file that cannot be used."""

from datetime import date
from pathlib import Path

import pytest

from sim.calibrate.counts import read_counts
from sim.demand.table import BadData

HEADER = "timestamp,calls\n"


def written(folder: Path, text: str) -> Path:
    """A file of counts."""
    path = folder / "counts.csv"
    path.write_text(text, encoding="utf-8")
    return path


def days(count: int, first: date = date(2026, 11, 2), rates: tuple[int, ...] = (10, 20, 30, 40)) -> str:
    """Quarter-hours from nine on, the same on every day."""
    lines = []
    for each in range(count):
        day = date.fromordinal(first.toordinal() + each)
        lines += [f"{day} 09:{15 * i:02d},{rate}" for i, rate in enumerate(rates)]
    return HEADER + "\n".join(lines) + "\n"


def test_cells_are_put_together_to_periods(tmp_path: Path) -> None:
    """Quarter-hours make half hours; every weekday that was asked for, and no other."""
    found = read_counts(written(tmp_path, days(14)), weekdays=["mon", "tue"])

    assert [str(day) for day in found.days] == ["2026-11-02", "2026-11-03", "2026-11-09", "2026-11-10"]
    assert (found.starts, found.every) == (540, 30)
    assert found.periods.tolist() == [[30, 70]] * 4
    assert found.totals.tolist() == [100] * 4


def test_days_that_are_none_are_left_out(tmp_path: Path) -> None:
    """A day with less than half of the usual, or with cells missing, is no quiet day; it is named."""
    holiday = days(1, date(2026, 11, 16), (0, 3, 0, 1)).removeprefix(HEADER)
    torn = days(1, date(2026, 11, 17)).removeprefix(HEADER).splitlines()[:3]
    found = read_counts(written(tmp_path, days(14) + holiday + "\n".join(torn)))

    assert len(found.days) == 14
    assert [str(day) for day in found.exceptions] == ["2026-11-16", "2026-11-17"]


def test_cells_that_fill_no_period_count_in_the_day_alone(tmp_path: Path) -> None:
    """A last quarter-hour without its other half is no period of half an hour, and its share is told."""
    found = read_counts(written(tmp_path, days(7, rates=(10, 20, 30, 40, 25)).replace("09:60", "10:00")))

    assert found.periods.shape == (7, 2)
    assert found.totals.tolist() == [125] * 7
    assert found.left_over == pytest.approx(0.2)


def test_dates_and_minutes_are_read_as_well(tmp_path: Path) -> None:
    """`date` and `minute_of_day`, and counts that are no whole numbers."""
    lines = [f"2026-11-{day:02d},{minute},1.5" for day in range(2, 7) for minute in (0, 6, 12, 18, 24)]
    found = read_counts(written(tmp_path, "date,minute_of_day,count\n" + "\n".join(lines)))

    assert found.periods.tolist() == [[7.5]] * 5


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "counts.csv  holds no counts"),
        (HEADER, "counts.csv  holds no counts"),
        ("timestamp,n\n2026-11-02 09:00,1\n", "counts.csv:1  no column 'calls' (or contacts, count) with the counts"),
        ("when,calls\n2026-11-02 09:00,1\n", "counts.csv:1  no column 'timestamp', nor 'date' and 'minute_of_day'"),
        (HEADER + "2026-11-02 09:00,1\n02.11.2026,4\n", "counts.csv:3  timestamp: '02.11.2026' is not a time like"),
        (HEADER + "2026-11-02 09:00,many\n", "counts.csv:2  calls: 'many' is not a number"),
        (HEADER + "2026-11-02 09:00,-4\n", "counts.csv:2  calls: -4 is not between 0 and"),
        (HEADER + "2026-11-02 09:00,nan\n", "counts.csv:2  calls: nan is not between 0 and"),
        (HEADER + "2026-11-02 09:00,1\n2026-11-02 09:00,1\n", "counts.csv:3  2026-11-02 09:00 was counted before"),
        (HEADER + "2026-11-02 09:00,1,2\n", "counts.csv:2  3 values for 2 columns"),
        (
            "date,minute_of_day,calls\n2026-11-02,1440,1\n",
            "counts.csv:2  minute_of_day: 1440 is not between 0 and 1,439",
        ),
        ("date,minute_of_day,calls\n2026-11-02,1.5,1\n", "counts.csv:2  minute_of_day: 1.5 is not a whole number"),
        ("date,minute_of_day,calls\n2.11.,1,1\n", "counts.csv:2  date: '2.11.' is not a day like"),
        (HEADER + "2026-11-02 09:00,1\n2026-11-02 09:07,1\n", "cells of 7 min cannot be put together to periods of 30"),
    ],
)
def test_bad_files_are_told_with_their_line(tmp_path: Path, text: str, told: str) -> None:
    """Whoever wrote the file finds the place."""
    with pytest.raises(BadData) as problem:
        read_counts(written(tmp_path, text))

    assert told in str(problem.value)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are named, not guessed at."""
    path = tmp_path / "counts.csv"
    path.write_bytes(HEADER.encode() + b"\xff\xfe\n")

    with pytest.raises(BadData, match="is not text in UTF-8"):
        read_counts(path)
