"""The diagrams in docs/architecture.md are what the life-cycle tables say."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_diagrams_show_the_tables() -> None:
    """Drawing the page again changes nothing."""
    spec = importlib.util.spec_from_file_location("draw_lifecycles", ROOT / "scripts" / "draw_lifecycles.py")
    assert spec is not None
    assert spec.loader is not None
    draw = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(draw)

    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

    assert page == draw.redraw(page)
    assert "waiting --> offered: OfferMade" in page
