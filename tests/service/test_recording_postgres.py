"""Records in PostgreSQL are those in SQLite, and survive what happens to such a server."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, select, text

from router.records.database import NotReady, RecordsError, address, connect
from router.records.reading import RecordReader, Wanted
from router.records.tables import metadata
from router.service.folder import KEYS, Place
from router.service.recording import mark, record_desk
from router.wire.sealing import DeskKeys
from tests.records.postgres import postgres
from tests.service.test_recording import HOSTILE, call_back, serve_contact
from tests.service.whole import desk_in, words


async def rows(where: URL) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is recorded."""
    engine = connect(where, writes=False)
    async with engine.connect() as connection:
        found = {
            name: sorted(map(tuple, (await connection.execute(select(table))).all()))
            for name, table in metadata.tables.items()
        }
    await engine.dispose()
    return found


async def test_records_in_postgresql_are_those_in_sqlite(tmp_path: Path) -> None:
    """The same rows byte for byte, searched alike; cut connections are made anew, another desk is refused."""
    folder = tmp_path / "desk"
    with postgres() as url:
        where = address(folder, url)
        async with desk_in(folder) as service:
            reader = RecordReader(where, mark(DeskKeys.load(folder / KEYS)))
            with pytest.raises(NotReady):
                await reader.whole(11)
            await serve_contact(service, 11, 1001, HOSTILE)
            await call_back(service, 12, 1001, "+4930901820")
            await record_desk(Place(folder), url)
            last = await record_desk(Place(folder), "")
            await record_desk(Place(folder), url)
            here, there = await rows(where), await rows(address(folder, ""))
            assert {name: here[name] for name in here if name != "position"} == {
                name: there[name] for name in there if name != "position"
            }
            assert here["position"][0][3] >= last

            found, after = await reader.search(Wanted(asc_id=1001, outcome="served", agent_id=7), None, 1)
            assert [12] == [row["contact_id"] for row in found]
            assert [11] == [row["contact_id"] for row in (await reader.search(Wanted(), after, 1))[0]]
            said = await reader.whole(11)
            assert said is not None
            assert HOSTILE == [words(service).open(11, message["sealed"])["text"] for message in said.messages]

            engine = connect(where, writes=True)
            async with engine.connect() as connection:
                others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                await connection.execute(text(f"{others} AND backend_type = 'client backend'"))
            await engine.dispose()
            assert await reader.whole(12) is not None
            await reader.close()

            await record_desk(Place(folder), url, anew=True)
            assert here["contacts"] == (await rows(where))["contacts"]
        async with desk_in(tmp_path / "other"):
            with pytest.raises(RecordsError, match="another desk's"):
                await record_desk(Place(tmp_path / "other"), url)
