"""What `sim.theory` offers stands in its reference, and nothing else does."""

import re
from pathlib import Path

from sim import theory

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "theory.md"
FIELDS = {"p_wait", "abandon", "ew", "ev", "occupancy", "blocked", "survival", "mean_min", "kinks"}
OTHERS = {"service_rate", "abandon_rate", "ValueError"}


def test_every_formula_is_documented_with_its_source() -> None:
    """Each public name is on the page, and each name in the page's tables of functions exists."""
    text = PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"`([A-Za-z_]\w*)`", text))

    assert [] == sorted(set(theory.__all__) - named)
    assert [] == sorted(named - set(theory.__all__) - FIELDS - OTHERS)
