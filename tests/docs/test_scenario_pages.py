"""The pages of the scenarios show what was found, and say how anybody finds it again."""

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest

from sim.extending import shipped_names

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "scenarios"


def script() -> Any:
    """The script that writes them."""
    spec = importlib.util.spec_from_file_location("scenario_pages", ROOT / "scripts" / "scenario_pages.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_every_scenario_has_a_page_or_is_named() -> None:
    """And every page is in the list of lessons."""
    listed = (PAGES / "README.md").read_text(encoding="utf-8")
    there = sorted(path.stem for path in PAGES.glob("*.md") if path.stem != "README")

    assert there == sorted(script().SHOWN) == sorted(path.stem for path in (ROOT / "scenarios/expected").glob("*.json"))
    assert [] == [name for name in shipped_names() if f"({name}.md)" not in listed and f"`{name}`" not in listed]


@pytest.mark.parametrize("name", sorted(path.stem for path in PAGES.glob("*.md") if path.stem != "README"))
def test_a_page_shows_the_plans_and_the_command(name: str) -> None:
    """The lesson comes first, then the table of every plan, with the command that repeats it."""
    text = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    data = json.loads((ROOT / "scenarios" / "expected" / f"{name}.json").read_text(encoding="utf-8"))

    assert not text.splitlines()[2].startswith(("<", "|"))
    assert f"`{data['command']}`, seed {data['seed']}" in text
    assert re.findall(r"scenarios/([\w-]+)\.yaml", data["command"])[-1] == name
    if len(data["plans"]) > 1:
        assert [] == [plan for plan in data["plans"] if f"| `{plan}` |" not in text]


def test_tables_are_those_of_what_is_written_down() -> None:
    """Writing a page again changes nothing."""
    made = script()
    for name in ("weekend", "p1-expense-0910"):
        assert made.page(name) == (PAGES / f"{name}.md").read_text(encoding="utf-8")
