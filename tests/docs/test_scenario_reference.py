"""The page of the scenario is that of the models."""

import importlib.util
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_shows_the_models() -> None:
    """Writing the page again changes nothing, and each key is said what it means."""
    spec = importlib.util.spec_from_file_location("scenario_reference", ROOT / "scripts" / "scenario_reference.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)

    page = (ROOT / "docs" / "reference" / "scenario.md").read_text(encoding="utf-8")

    assert page == script.page()
    assert "| `chats` | a whole number, 1 to 20 | `1` | Units: chats an agent may hold at the same time. |" in page
    assert [] == re.findall(r"^\| `\w+` .*\|  \|$", page, re.MULTILINE)
