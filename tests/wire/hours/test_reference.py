"""The page about hours: its example can be loaded, and it leaves no setting out."""

import re
from pathlib import Path

from router.core.ids import line_key
from router.wire.hours.compile import compile_hours
from router.wire.hours.document import Calendar, HoursDocument
from sim.yaml_file import parse_yaml
from tests.wire.hours.wall import DAY_MS, ms

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "hours.md").read_text(encoding="utf-8")


def test_the_example_can_be_loaded() -> None:
    """What the reader copies compiles."""
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    document = HoursDocument.model_validate(parse_yaml(example, "hours.md").data["hours"])
    start = ms("2026-12-24 00:00")

    hours = compile_hours(document, [line_key("expense", "de")], ["de", "ja"], start, start + 7 * DAY_MS)

    assert set(document.model_fields_set) == set(HoursDocument.model_fields)
    assert all(hours.calendars)


def test_every_setting_is_on_the_page() -> None:
    """Keys of the part and keys of a calendar."""
    names = [*HoursDocument.model_fields, *Calendar.model_fields]

    assert [] == [name for name in names if f"`{name}`" not in PAGE]
