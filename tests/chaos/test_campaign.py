"""A slice of the campaign: twenty deaths of real processes under real clients, and nothing that must never happen."""

import pytest

from tests.chaos.campaign import Campaign


@pytest.mark.timeout(240)
async def test_twenty_kills(tmp_path):
    """Node and store are killed twenty times, files and answers are spoilt between: every invariant holds."""
    result = await Campaign(tmp_path, seed=20, kills=20, tell=print, life_s=(0.05, 0.3)).run()

    assert [] == [str(violation) for violation in result.violations]
    assert result.kills >= 20
    assert result.evidence is not None
    assert result.evidence.steps
    assert result.seen["operations sent again"]
