"""The larger collection of published values, which is not part of the project: where it is, and how to ask it."""

import json
from pathlib import Path
from typing import Any

import pytest

ORACLES = Path(__file__).parents[4] / "shared" / "data" / "oracles.json"


def everything() -> dict[str, dict[str, Any]]:
    """All records by id; the test skips where the collection is absent."""
    if not ORACLES.exists():
        pytest.skip("the collection of published values is not here")
    return {entry["id"]: entry for entry in json.loads(ORACLES.read_text(encoding="utf-8"))}


def collected(record: str) -> dict[str, Any]:
    """One record of the collection."""
    return dict(everything()[record])
