"""A desk on a store that somebody else runs: it says what that promises, and refuses one that promises nothing."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import pytest
from aiohttp import web

from router.journal.embedded import EmbeddedServer
from router.journal.port import JournalError
from router.service.backup import back_up, restore
from router.service.erasing import erase_in_desk
from router.service.folder import Place
from router.service.server import DeskService, ServiceError
from router.service.snapshotting import snapshot_desk
from router.service.verify import verify
from tests.service.desk import until
from tests.service.whole import desk_in, heard, open_contact, say
from tests.web.desk import DeskProcess, get

Set = Callable[..., Awaitable[Any]]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[EmbeddedServer]:
    """A store in another folder, which stands for one that somebody else runs."""
    async with EmbeddedServer(tmp_path / "elsewhere") as running:
        yield running


@pytest.fixture
def url(server: EmbeddedServer) -> str:
    """Its URL, with all rights."""
    reach = server._reach()
    return f"unix://admin:{reach.admin_password}@{reach.socket}"


@pytest.fixture
async def config(server: EmbeddedServer) -> AsyncIterator[Set]:
    """Changes one of its settings."""
    async with server.admin() as admin:
        yield lambda name, value: cast(Awaitable[Any], admin.config_set(name, value))


async def readyz(service: DeskService) -> tuple[int, dict[str, Any]]:
    """What `/readyz` answers."""
    route = next(route for route in service.routes() if route.path == "/readyz")
    answer = await cast(Any, route.handler)(None)
    assert isinstance(answer, web.Response)
    return answer.status, json.loads(cast(bytes, answer.body))


async def test_a_desk_lives_on_a_store_elsewhere(server: EmbeddedServer, url: str, tmp_path: Path) -> None:
    """It starts, stops and starts again; the store goes on; `/readyz` tells the tier and what it means."""
    folder = tmp_path / "desk"
    async with desk_in(folder, redis=url) as service:
        assert "" == await open_contact(service, 11, 1001, "topic")
        status, told = await readyz(service)
        assert (200, True, "E1", []) == (
            status, told["ready"], told["durability"]["tier"], told["durability"]["warnings"],
        )  # fmt: skip
        assert "survives kill -9" in told["durability"]["promise"]
        assert "survives kill -9" in service.health()["durability"]
    assert server.alive
    assert not (folder / "store").exists()

    async with desk_in(folder, redis=url) as service:
        assert ["topic"] == heard(service, 11)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [("maxmemory-policy", "allkeys-lru", "throws data away"), ("appendonly", "no", "append-only file is off")],
)
async def test_a_store_that_may_lose_all_is_refused_unless_told(
    url: str, config: Set, tmp_path: Path, name: str, value: str, reason: str
) -> None:
    """One that evicts or keeps nothing is used only if that was asked for, and then `/readyz` says so."""
    await config(name, value)

    with pytest.raises(ServiceError, match=rf"the store cannot be used: .*{reason}.*--accept-loss"):
        async with desk_in(tmp_path / "desk", redis=url):
            pass
    async with desk_in(tmp_path / "desk", redis=url, accept_loss=True) as service:
        told = (await readyz(service))[1]["durability"]

    assert ("none", "acknowledged work may be lost at any time") == (told["tier"], told["promise"])
    assert reason in told["losses"][0]


async def test_a_store_that_changes_is_noticed(
    url: str, config: Set, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that comes to promise less while the desk runs makes it not ready, until it is put right."""
    monkeypatch.setattr("router.service.store.LOOK_AGAIN_S", 0.02)
    async with desk_in(tmp_path / "desk", redis=url) as service:
        await config("maxmemory-policy", "allkeys-lru")
        await until(lambda: service.store.trouble)
        status, told = await readyz(service)
        assert (503, False) == (status, told["ready"])
        assert str(tmp_path) not in json.dumps(told)
        await config("maxmemory-policy", "noeviction")
        await until(lambda: not service.store.trouble)
        assert 200 == (await readyz(service))[0]


async def test_an_absent_store_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that does not answer is said in a sentence, without its password, and no key file is drawn for it."""
    monkeypatch.setattr("router.service.server.ELSEWHERE_S", 0.1)
    with pytest.raises(ServiceError, match="the store cannot be used: no answer from the store") as refused:
        async with desk_in(tmp_path / "desk", redis=f"unix://admin:canary@{tmp_path}/none.sock"):
            pass

    assert "canary" not in str(refused.value)
    assert [] == list((tmp_path / "desk").iterdir())


async def test_another_deployment_is_kept_out(url: str, tmp_path: Path) -> None:
    """Two deployments on one store would seal what the other cannot open: the second is told, the first goes on."""
    async with desk_in(tmp_path / "desk", redis=url) as service:
        await open_contact(service, 11, 1001, "topic")
        with pytest.raises(ServiceError, match="restore it from your copy"):
            async with desk_in(tmp_path / "other", redis=url):
                pass
        async with desk_in(tmp_path / "third"):
            pass
        with pytest.raises(ServiceError, match="is another deployment's"):
            async with desk_in(tmp_path / "third", redis=url):
                pass

        await say(service, 11, 1001, "still here")
        assert ["topic", "still here"] == heard(service, 11)


async def test_the_tools_find_the_store_elsewhere(url: str, tmp_path: Path) -> None:
    """Verifying, snapshots, backups, restoring and erasing go to the store that is named."""
    place = Place(tmp_path / "desk", url)
    async with desk_in(place.data, redis=url) as service:
        await open_contact(service, 11, 1001, "topic")
        await open_contact(service, 12, 1002, "topic")
    await snapshot_desk(place)
    assert [11] == await erase_in_desk(place, [11])
    about = await back_up(place, tmp_path / "backup")
    assert [] == (await verify(place)).faults
    assert 1 == about.keys
    new = Place(tmp_path / "new", url)
    new.data.mkdir()
    shutil.copy(place.data / "desk.keys", new.data)
    with pytest.raises(JournalError, match="the store holds a desk already"):
        await restore(tmp_path / "backup", new)
    async with EmbeddedServer(tmp_path / "second") as second:
        new = Place(new.data, second.url)
        await restore(tmp_path / "backup", new)
        async with desk_in(new.data, redis=second.url) as service:
            assert ([""], ["topic"]) == (heard(service, 11), heard(service, 12))


async def test_the_command_line_names_the_store(url: str, config: Set, tmp_path: Path) -> None:
    """`ringback serve --redis URL --accept-loss` uses a store that may lose all, and `/readyz` says so over HTTP."""
    await config("maxmemory-policy", "allkeys-lru")
    desk = DeskProcess(tmp_path / "desk", "--redis", url, "--accept-loss")
    try:
        await asyncio.to_thread(desk.start)
        status, _, body = await asyncio.to_thread(get, f"{desk.address}/readyz")
    finally:
        desk.end()
    assert (200, "none") == (status, json.loads(body)["durability"]["tier"])
