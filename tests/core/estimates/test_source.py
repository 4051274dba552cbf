"""The estimates are part of the core: nothing in them could differ between two runs."""

from pathlib import Path

import pytest

import router.core.estimates
from tests.laws.source import offences

FILES = sorted(Path(router.core.estimates.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_estimates_are_whole_numbers(path: Path) -> None:
    """No floats, no division that is not whole, no impure import."""
    assert len(FILES) > 1
    assert [] == offences(path.read_text(encoding="utf-8"))
