"""The page of lessons and the tests that it names belong together."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "explanation" / "lessons.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \|.*\|$", PAGE, re.MULTILINE)
NAMED = re.findall(r"`(test_\w+)`", PAGE)
THERE = [
    name
    for path in sorted((ROOT / "tests" / "lessons").glob("test_*.py"))
    for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
]


def test_every_complaint_has_its_row() -> None:
    """The forty-five lines stand on the page, each once and in order."""
    assert [str(number) for number in range(1, 46)] == ROWS


def test_every_test_that_is_named_exists() -> None:
    """Whoever looks up a test of the page finds it, once."""
    assert [] == [name for name in NAMED if THERE.count(name) != 1]


def test_every_scenario_is_on_the_page_in_its_row() -> None:
    """No numbered scenario and no cause is left out, and each stands in the row of its number."""
    numbered = [name for name in THERE if re.match(r"test_(\d\d|cause_\d)_", name)]

    assert [] == [name for name in numbered if NAMED.count(name) != 1]
    for row in re.findall(r"^\| \d+ \|.*\|$", PAGE, re.MULTILINE):
        number = int(row.split("|")[1])
        assert f"`test_{number:02}_" in row
        assert {number} == {int(name) for name in re.findall(r"`test_(\d\d)_", row)}
