"""Durations as people write them: exact, with a unit, and nothing that could be meant otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.wire.units import MAX_DURATION_MS, format_duration_ms, parse_duration_ms


@pytest.mark.parametrize(
    ("written", "ms"),
    [
        ("0 s", 0),
        ("0ms", 0),
        (0, 0),
        ("250 ms", 250),
        ("20 s", 20_000),
        ("20s", 20_000),
        (" 20 s ", 20_000),
        ("1.5 min", 90_000),
        ("0.1 s", 100),
        ("1 h", 3_600_000),
        ("1 d", 86_400_000),
        ("366 d", MAX_DURATION_MS),
        ("0.0001 s", 0),
        ("0.5 ms", 0),
        ("1.5 ms", 2),
        ("2.5 ms", 2),
    ],
)
def test_a_number_and_a_unit(written, ms):
    """What is written is what is meant, to the millisecond; halves of one are rounded to even."""
    assert ms == parse_duration_ms(written)
    assert type(parse_duration_ms(written)) is int


@pytest.mark.parametrize("written", [20, 1.0, 0.0, False, True, None, ["20 s"], b"20 s"])
def test_a_number_without_a_unit_is_refused(written):
    """Nobody guesses whether seconds or milliseconds were meant; only 0 is the same in all of them."""
    with pytest.raises(ValueError, match="a duration needs a unit"):
        parse_duration_ms(written)


@pytest.mark.parametrize(
    "written",
    [
        "", " ", "20", "s", "20 sec", "20 S", "20  s", "-1 s", "+1 s", "1e3 s", "1_000 s", "1,5 s", ".5 s", "5. s",
        "inf s", "nan s", "1 s 2", "20 s\n30 s", "1:30", "1234567890123 s", "1.1234567890 s", "0x10 s",
    ],
)  # fmt: skip
def test_what_is_no_duration_is_refused_and_shown(written):
    """Signs, exponents, thousands and commas are refused; the message says how to write it, and quotes little."""
    with pytest.raises(ValueError, match="is not a duration; write a number and ms, s, min, h or d"):
        parse_duration_ms(written)


def test_a_long_text_is_quoted_short():
    """A message does not repeat a page of nonsense."""
    with pytest.raises(ValueError, match="is not a duration") as caught:
        parse_duration_ms("x" * 10_000)

    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("written", ["367 d", "8785 h", "999999999999 d"])
def test_more_than_a_year_is_a_mistake(written):
    """A duration that no desk has is refused before it becomes a deadline."""
    with pytest.raises(ValueError, match="is longer than a year"):
        parse_duration_ms(written)


@pytest.mark.parametrize(
    ("ms", "written"),
    [(0, "0 ms"), (1, "1 ms"), (1_500, "1500 ms"), (20_000, "20 s"), (90_000, "90 s"), (120_000, "2 min"),
     (3_600_000, "1 h"), (5_400_000, "90 min"), (172_800_000, "48 h")],
)  # fmt: skip
def test_durations_are_written_with_the_largest_unit_that_fits(ms, written):
    """Each duration has one way of being written, so that documents can be compared."""
    assert written == format_duration_ms(ms)


@given(st.integers(min_value=0, max_value=MAX_DURATION_MS))
def test_what_is_written_is_read_back(ms):
    """Writing a duration and reading it changes nothing."""
    assert ms == parse_duration_ms(format_duration_ms(ms))


@given(st.text(max_size=30))
def test_any_text_is_a_duration_or_an_error(text):
    """No text does anything but give milliseconds or a ValueError."""
    try:
        ms = parse_duration_ms(text)
    except ValueError:
        return
    assert 0 <= ms <= MAX_DURATION_MS
