"""Days and periods as people write them, and the slips of the pen that are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.wire.hours.periods import DAY_MIN, MOST_PERIODS, format_periods, parse_days, parse_periods


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("08:00-18:00", [(480, 1080)]),
        ("08:00 - 18:00", [(480, 1080)]),
        ("08:00–18:00", [(480, 1080)]),
        ("08:00-12:00, 13:00-18:00", [(480, 720), (780, 1080)]),
        ("13:00-18:00,08:00-12:00", [(480, 720), (780, 1080)]),
        ("08:00-12:00, 12:00-18:00", [(480, 720), (720, 1080)]),
        ("22:00-06:00", [(1320, 1800)]),
        ("22:00-00:00", [(1320, 1440)]),
        ("00:00-24:00", [(0, 1440)]),
        ("05:00-07:00, 22:00-06:00", [(300, 420), (1320, 1800)]),
        (" closed ", []),
    ],
)
def test_periods_of_a_day(text: str, periods: list[tuple[int, int]]) -> None:
    """Several in a day, in any order; one that closes before it opens ends on the next day."""
    assert tuple(periods) == parse_periods(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "a day without a word"),
        ("   ", "a day without a word"),
        ("8-18", "'8-18' is not a period; write it like '08:00-18:00'"),
        ("8:00-18:00", "is not a period"),
        ("08:00", "is not a period"),
        ("08:60-18:00", "is not a period"),
        ("08:00-25:00", "is not a period"),
        ("08:00-24:01", "is not a period"),
        ("08:00-18:00,", "'' is not a period"),
        ("٠٨:٠٠-١٨:٠٠", "is not a period"),
        ("08:00-08:00", "'08:00-08:00' is empty; a whole day is '00:00-24:00'"),
        ("24:00-06:00", "begins when the day is over"),
        ("08:00-12:00, 11:59-13:00", "'08:00-12:00' and '11:59-13:00' overlap"),
        ("08:00-12:00, 08:00-12:00", "overlap"),
        ("20:00-04:00, 22:00-06:00", "'20:00-04:00' and '22:00-06:00' overlap"),
        ("open", "'open' is not a period"),
        (8, "periods are text like '08:00-18:00' or 'closed', not 8"),
        (None, "periods are text"),
        ([["08:00-18:00"] * 10], "periods are text"),
        pytest.param("08:00-09:00," * 100_000, "more than 12 periods in a day", id="a million letters"),
        pytest.param("9" * 10_000_000, "more than 12 periods in a day", id="ten million letters"),
    ],
)
def test_what_cannot_be_meant(text: object, what: str) -> None:
    """Neither guessed at nor taken for something else; the error names the piece, and stays short."""
    with pytest.raises(ValueError, match=r"day|period|overlap") as error:
        parse_periods(text)

    assert what in str(error.value)
    assert len(str(error.value)) < 150


@given(st.lists(st.integers(0, DAY_MIN // 5 - 1), min_size=2, max_size=2 * MOST_PERIODS, unique=True))
def test_periods_survive_being_written(ticks: list[int]) -> None:
    """Whatever was parsed is written, and read again as the same."""
    ticks = sorted(ticks)
    periods = tuple((5 * opens, 5 * closes) for opens, closes in zip(ticks[::2], ticks[1::2], strict=False))

    assert periods == parse_periods(format_periods(periods))
    assert "22:00-06:00" == format_periods(parse_periods("22:00-06:00"))
    assert "closed" == format_periods(())


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon", [0]),
        ("mon-fri", [0, 1, 2, 3, 4]),
        ("sat - sun", [5, 6]),
        ("fri-mon", [0, 4, 5, 6]),
        ("tue, thu", [1, 3]),
        ("mon-wed,sat", [0, 1, 2, 5]),
        ("mon-mon", [0]),
        ("daily", [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_days_of_a_week(text: str, days: list[int]) -> None:
    """One, several, or from one to another, over the weekend too."""
    assert tuple(days) == parse_days(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("mond", "'mond'"),
        ("weekend", "'weekend'"),
        ("Mon", "'Mon'"),
        ("mon-", "''"),
        ("", "''"),
        ("mon,daily", "'daily'"),
        ("mo-fr", "'mo'"),
        pytest.param("x" * 1_000_000, "'xxxx", id="a million letters"),
        pytest.param("mon-" * 1_000_000, "'mon-mon-", id="four million letters"),
    ],
)
def test_a_day_that_does_not_exist(text: str, word: str) -> None:
    """The word is named, and all that there are are told."""
    with pytest.raises(ValueError, match="is not a day; write mon, tue, wed, thu, fri, sat, sun") as error:
        parse_days(text)

    assert str(error.value).startswith(word)
    assert len(str(error.value)) < 150
