"""What a store elsewhere promises is found out and told as it is, never better."""

import re
from collections.abc import AsyncIterator

import pytest
from redis.asyncio.connection import parse_url

from router.journal.durability import PROMISES, detect, judge
from router.journal.line import Line
from router.journal.port import Unusable
from tests.journal.worlds import StoreWorld

GOOD = {
    "role": "master", "aof_enabled": "1", "maxmemory_policy": "noeviction", "connected_slaves": "0",
    "cluster_enabled": "0",
}  # fmt: skip
ALWAYS = {
    "appendfsync": "always", "no-appendfsync-on-rewrite": "no", "save": "", "min-replicas-to-write": "0",
    "min-replicas-max-lag": "10",
}  # fmt: skip
REPLICATED = {"min-replicas-to-write": "1"}


@pytest.mark.parametrize(
    ("info", "settings", "tier", "warning"),
    [
        ({}, {}, "E1", ""),
        ({}, {"save": "3600 1"}, "E1", ""),
        ({}, {"appendfsync": "everysec"}, "E2", "appendfsync always"),
        ({}, {"appendfsync": "no"}, "E2", "appendfsync always"),
        ({}, {"no-appendfsync-on-rewrite": "yes"}, "E2", "no-appendfsync-on-rewrite no"),
        ({}, None, "E2", "CONFIG GET is not allowed"),
        ({"connected_slaves": "1"}, REPLICATED, "E3", "append-only file cannot be seen"),
        ({"connected_slaves": "1"}, {}, "E3", "min-replicas-to-write 1"),
        ({"connected_slaves": "2"}, {**REPLICATED, "min-replicas-max-lag": "60"}, "E3", "min-replicas-max-lag 10"),
        ({"connected_slaves": "2"}, {**REPLICATED, "min-replicas-max-lag": "0"}, "E3", "min-replicas-max-lag 10"),
        ({}, REPLICATED, "E3", "append-only file cannot be seen"),
        ({"connected_slaves": "1"}, None, "E3", "CONFIG GET is not allowed"),
        ({"connected_slaves": "1"}, {**REPLICATED, "appendfsync": "everysec"}, "E3", "appendfsync always"),
        ({"cluster_enabled": "1", "connected_slaves": "1"}, REPLICATED, "E4", "append-only file cannot be seen"),
        ({"cluster_enabled": "1"}, {}, "E4", "min-replicas-to-write 1"),
    ],
)
def test_each_setup_has_its_tier(
    info: dict[str, str], settings: dict[str, str] | None, tier: str, warning: str
) -> None:
    """One server that flushes always is as good as ours; anything less says what is less, and what to set."""
    found = judge({**GOOD, **info}, None if settings is None else {**ALWAYS, **settings})

    assert (tier, ()) == (found.tier, found.losses)
    assert any(warning in each for each in found.warnings) if warning else not found.warnings
    assert found.promise == PROMISES[tier]


@pytest.mark.parametrize(
    ("info", "settings", "loss"),
    [
        ({"maxmemory_policy": "allkeys-lru"}, {}, r"throws data away .* \(maxmemory-policy allkeys-lru\)"),
        ({"maxmemory_policy": "volatile-ttl"}, {}, "set noeviction"),
        ({"aof_enabled": "0"}, {}, "nothing is written to disk"),
        ({"aof_enabled": "0"}, {"save": "3600 1"}, "at most snapshots are"),
        ({"aof_enabled": "0"}, None, "at most snapshots are"),
        ({"aof_enabled": "0", "cluster_enabled": "1"}, {}, "set appendonly yes"),
    ],
)
def test_what_may_lose_anything_has_no_tier(info: dict[str, str], settings: dict[str, str] | None, loss: str) -> None:
    """A store that evicts or keeps no append-only file promises nothing, whatever else it does."""
    found = judge({**GOOD, **info}, None if settings is None else {**ALWAYS, **settings})

    assert "none" == found.tier
    assert re.search(loss, found.losses[0])


def test_a_replica_is_never_used() -> None:
    """It takes no appends, and what it shows is not the latest."""
    with pytest.raises(Unusable, match="the store's role is slave: give the URL of the primary"):
        judge({**GOOD, "role": "slave"}, ALWAYS)


@pytest.fixture
async def line(store: StoreWorld) -> AsyncIterator[Line]:
    """A connection that may ask for everything."""
    reach = store.server._reach()
    made = Line(f"unix://admin:{reach.admin_password}@{reach.socket}", 5.0, 1.0)
    assert parse_url(store.server.url)["path"] == reach.socket
    yield made
    await made.close()


async def test_a_real_store_is_asked(store: StoreWorld, line: Line) -> None:
    """A store that keeps our promise is E1; set otherwise it is what it then is; who may not ask assumes the less."""
    assert ("E1", ()) == ((await detect(line)).tier, (await detect(line)).warnings)
    for name, value, back, tier in (
        ("appendfsync", "everysec", "always", "E2"),
        ("maxmemory-policy", "allkeys-lru", "noeviction", "none"),
        ("min-replicas-to-write", "1", "0", "E3"),
    ):
        await store.do("CONFIG", "SET", name, value)
        try:
            assert tier == (await detect(line)).tier
        finally:
            await store.do("CONFIG", "SET", name, back)
    working = Line(store.server.url, 5.0, 1.0)
    assert "E2" == (await detect(working)).tier
    await working.close()
