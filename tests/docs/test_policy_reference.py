"""The page of the policy is that of the models."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_shows_the_models() -> None:
    """Writing the page again changes nothing, and each setting is said what it means."""
    spec = importlib.util.spec_from_file_location("policy_reference", ROOT / "scripts" / "policy_reference.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)

    page = (ROOT / "docs" / "reference" / "policy.md").read_text(encoding="utf-8")

    assert page == script.page()
    assert "| `max_draining` | `3` | Most agents draining at once. |" in page
