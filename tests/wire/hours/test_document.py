"""What people may write about hours, what is filled in, and what is told when it cannot be meant."""

import pytest
from pydantic import ValidationError

from router.core.ids import LineKey
from router.wire.hours.document import ALWAYS, Calendar, HoursDocument, check_hours

EVERYTHING = {
    "time_zone": "Europe/Prague",
    "contact": {"chat": "always", "phone": {"days": {"mon-fri": "07:00-20:00"}}},
    "lines": {"expense/de": {"chat": {"days": {"mon-sat": "08:00-18:00"}}, "phone": "closed"}},
    "languages": {
        "de": {
            "days": {"mon-thu": "08:00-12:00, 13:00-18:00", "fri": "08:00-14:00"},
            "time_zone": "Europe/Berlin",
            "holidays": {"country": "DE", "subdivision": "BY"},
            "exceptions": {"2026-12-24": "closed", "2026-12-28": "10:00-14:00"},
        }
    },
    "work": {"p1": "always", "p2": "always", "p3": {"days": {"mon-fri": "08:00-18:00"}}, "p4": "closed"},
}
LINES = [LineKey("expense/en"), LineKey("expense/de")]


def problems(calendar: object) -> str:
    """What is said about a calendar that cannot be meant."""
    with pytest.raises(ValidationError) as error:
        Calendar.model_validate(calendar)
    return str(error.value)


def test_without_a_word_everything_is_open() -> None:
    """Around the clock in UTC; only the clocks of P3 and P4 rest, at night and on weekends."""
    document = HoursDocument.model_validate({})

    assert "UTC" == document.time_zone
    assert [ALWAYS] * 4 == [document.contact.chat, document.contact.phone, document.work.p1, document.work.p2]
    assert [{"mon-fri": ((480, 1080),)}] * 2 == [document.work.p3.days, document.work.p4.days]
    assert ({}, {}) == (document.lines, document.languages)


def test_a_document_survives_the_journal() -> None:
    """Written to JSON, by wall-clock times, and read again it is the same document."""
    document = HoursDocument.model_validate(EVERYTHING)
    text = document.model_dump_json()

    assert document == HoursDocument.model_validate_json(text)
    assert '"mon-thu":"08:00-12:00, 13:00-18:00"' in text
    assert '"2026-12-24":"closed"' in text


def test_the_example_uses_every_setting() -> None:
    """A setting that is added must be added to the test above, too."""
    assert set(EVERYTHING) == set(HoursDocument.model_fields)
    assert set(EVERYTHING["languages"]["de"]) == set(Calendar.model_fields)  # type: ignore[index]


def test_every_setting_is_described() -> None:
    """Each has a sentence for the schema that editors show."""
    fields = [*HoursDocument.model_fields.items(), *Calendar.model_fields.items()]

    assert [] == [name for name, field in fields if not field.description]


def test_short_and_long_forms_are_the_same() -> None:
    """`always` and `closed` are words for a calendar; the schema allows them too."""
    schema = Calendar.model_json_schema()

    assert Calendar.model_validate("always") == Calendar.model_validate({"days": {"daily": "00:00-24:00"}})
    assert Calendar.model_validate("closed") == Calendar.model_validate({"days": {"daily": "closed"}})
    assert [{"enum": ["always", "closed"]}, "object"] == [schema["anyOf"][0], schema["anyOf"][1]["type"]]


@pytest.mark.parametrize(
    ("calendar", "never"),
    [
        ("always", True),
        ({"days": {"mon-fri": "00:00-24:00", "sat-sun": "00:00-12:00, 12:00-00:00"}}, True),
        ({"days": {"daily": "00:00-24:00"}, "exceptions": {"2026-12-24": "00:00-24:00"}}, True),
        ({"days": {"daily": "00:00-24:00"}, "exceptions": {"2026-12-24": "closed"}}, False),
        ({"days": {"daily": "00:00-24:00"}, "holidays": {"country": "DE"}}, False),
        ({"days": {"mon-sat": "00:00-24:00"}}, False),
        ({"days": {"daily": "00:00-23:59"}}, False),
        ("closed", False),
    ],
)
def test_what_never_closes(calendar: object, never: bool) -> None:
    """Around the clock is told from nearly so, in whatever words."""
    assert never == Calendar.model_validate(calendar).never_closes()


@pytest.mark.parametrize(
    ("calendar", "what"),
    [
        ("sometimes", "'sometimes' is not a calendar; write 'always', 'closed', or its 'days'"),
        ({}, "Field required"),
        ({"days": {}}, "at least 1 item"),
        ({"days": {"mon": ""}}, "a day without a word"),
        ({"days": {"mon": "08:00-18:00", "mon-fri": "09:00-17:00"}}, "'mon-fri' names a day that has its periods"),
        ({"days": {"daily": "08:00-18:00", "sun": "closed"}}, "'sun' names a day that has its periods already"),
        ({"days": {"mon, mon": "08:00-18:00"}}, "names a day that has its periods already"),
        ({"days": {1: "closed"}}, "'1' is not a day"),
        ({"days": "mon-fri"}, "valid dictionary"),
        ({"days": {"mon": "08:00-12:00, 11:00-13:00"}}, "overlap; write them as one"),
        ({"days": {"wek": "closed"}}, "'wek' is not a day; write mon, tue,"),
        ({"days": {"daily": "closed"}, "time_zone": "Europe/Berln"}, "Did you mean 'Europe/Berlin'?"),
        ({"days": {"daily": "closed"}, "timezone": "UTC"}, "Extra inputs are not permitted"),
        ({"days": {"daily": "closed"}, "exceptions": {"9999-12-31": "closed"}}, "not a date between 1970 and 2099"),
        ({"days": {"daily": "closed"}, "exceptions": {"2026-02-29": "closed"}}, "'2026-02-29' is not a date"),
        ({"days": {"daily": "closed"}, "exceptions": {"2026-W53-4": "closed"}}, "'2026-W53-4' is not a date"),
        ({"days": {"daily": "closed"}, "exceptions": {"20261224": "closed"}}, "write it like '2026-12-24'"),
        ({"days": {"daily": "closed"}, "exceptions": {20261224: "closed"}}, "'20261224' is not a date"),
        ({"days": {"daily": "closed"}, "exceptions": {"2026-12-24": "shut"}}, "'shut' is not a period"),
        ({"days": {"daily": "closed"}, "exceptions": ["2026-12-24"]}, "valid dictionary"),
        ({"days": {"daily": "closed"}, "holidays": {"country": "UK"}}, "known for the country 'UK'. Write its ISO"),
        ({"days": {"daily": "closed"}, "holidays": {"country": "Germany"}}, "Write its ISO 3166 code, like 'DE'."),
        ({"days": {"daily": "closed"}, "holidays": {"country": "CH", "subdivision": "ZÜ"}}, "no part 'ZÜ'"),
        ({"days": {"daily": "closed"}, "holidays": {"country": "DE", "subdivision": "Bavaria"}}, "Known there: BB, BE"),
        ({"days": {"daily": "closed"}, "holidays": {"country": "EG", "subdivision": "C"}}, "There are none here"),
        ({"days": {"daily": "closed"}, "holidays": {"subdivision": "BY"}}, "Field required"),
        pytest.param(
            {"days": {"daily": "closed"}, "exceptions": {f"{y}-01-{d:02}": "closed" for y in range(1970, 2010)
                                                         for d in range(1, 28)}},
            "at most 1000 items", id="too many exceptions",
        ),
        pytest.param({"days": {f"mon{n}": "closed" for n in range(100_000)}}, "'mon0' is not a day", id="many days"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant(calendar: object, what: str) -> None:
    """The error says what was wrong, where, and what to write."""
    assert what in problems(calendar)


@pytest.mark.parametrize(
    ("part", "what"),
    [
        ({"lines": {"expense/dee": {}}}, "hours.lines: there is no 'expense/dee'. Did you mean 'expense/de'?"),
        ({"lines": {"travel/de": {}}}, "hours.lines: there is no 'travel/de'."),
        ({"languages": {"fr": "always"}}, "hours.languages: there is no 'fr'. Known here: en, de."),
    ],
)
def test_hours_of_what_is_not_there(part: object, what: str) -> None:
    """Hours of a line or a language that the policy has not are a mistake, not a wish."""
    check_hours(HoursDocument.model_validate(EVERYTHING), LINES, ["en", "de"])
    with pytest.raises(ValueError, match=r"hours\.") as error:
        check_hours(HoursDocument.model_validate(part), LINES, ["en", "de"])

    assert what in str(error.value)
