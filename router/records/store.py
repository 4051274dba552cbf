"""
The one writer's side of the records: rows and the offset up to which they reach, in the same transaction.

So a crash leaves neither more nor less than what the offset says, writing twice changes nothing, and a journal that is
not the one of before has its records made anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from sqlalchemy import URL, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from router.records.database import RecordsError, connect, migrate
from router.records.gathering import Record
from router.records.tables import PARTS, attempts, contacts, messages, position, turns

ROWS_AT_ONCE: Final = 2_000
"""Rows in one statement; more are more statements of the same transaction."""


class Overtaken(RecordsError):
    """Somebody made these records anew meanwhile; whoever wrote them must begin again."""


@dataclass(frozen=True, slots=True)
class Position:
    """Up to where the records reach: a life of the journal, the last entry, and its time (ms)."""

    epoch: str
    applied: int
    stamp_ms: int


class RecordStore:
    """Where records are written. `desk` is the mark of the desk whose they are; another's are not touched."""

    def __init__(self, where: URL, desk: str) -> None:
        self._engine = connect(where, writes=True)
        self._shown = where.render_as_string(hide_password=True)
        self._desk = desk
        self._epoch = ""
        self._reached = 0

    async def begin(self, epoch: str, last: int) -> Position:
        """
        Make or update the tables, and say where to go on in the journal of this epoch, which ends at `last`.

        Records of another epoch, or beyond `last`, are removed: they are of a journal that is no more.
        """
        await migrate(self._engine)
        async with self._engine.begin() as connection:
            found = await self._position(connection)
            if found is None or found.epoch != epoch or found.applied > last:
                found = await self._clear(connection, epoch)
        self._epoch, self._reached = epoch, found.applied
        return found

    async def clear(self) -> None:
        """Remove all records, so that they are made anew."""
        await migrate(self._engine)
        async with self._engine.begin() as connection:
            await self._position(connection)
            await self._clear(connection, "")

    async def write(self, records: Sequence[Record], applied: int, stamp_ms: int) -> None:
        """Write what ended up to the entry `applied`; what is there already is left out. Raises `Overtaken`."""
        async with self._engine.begin() as connection:
            found = await self._position(connection)
            if found is None or found.epoch != self._epoch or found.applied < self._reached:
                raise Overtaken("the records were made anew meanwhile")
            if found.applied < applied:
                fresh = [each for each in records if each.offset > found.applied]
                # Ids are drawn at random; if one ever comes a second time, the later contact's record stays.
                await self._remove(connection, [each.contact.id for each in fresh])
                await self._insert(connection, fresh)
                await connection.execute(update(position).values(applied=applied, stamp_ms=stamp_ms))
        self._reached = applied

    async def remove(self, ids: Sequence[int]) -> None:
        """Remove the records of these contacts."""
        async with self._engine.begin() as connection:
            await self._remove(connection, ids)

    async def close(self) -> None:
        """Let go of the database."""
        await self._engine.dispose()

    async def _position(self, connection: AsyncConnection) -> Position | None:
        """Where the records are; until this transaction ends nobody else moves it. Raises `RecordsError`."""
        row = (await connection.execute(select(position).with_for_update())).one_or_none()
        if row is None:
            return None
        if row.desk != self._desk:
            raise RecordsError(f"the records in {self._shown} are another desk's: give each desk its own database")
        return Position(row.epoch, row.applied, row.stamp_ms)

    async def _clear(self, connection: AsyncConnection, epoch: str) -> Position:
        for table in (*PARTS, contacts, position):
            await connection.execute(delete(table))
        values = {"id": 1, "desk": self._desk, "epoch": epoch, "applied": 0, "stamp_ms": 0}
        await connection.execute(insert(position).values(values))
        return Position(epoch, 0, 0)

    async def _remove(self, connection: AsyncConnection, ids: Sequence[int]) -> None:
        for table in (*PARTS, contacts):
            await connection.execute(delete(table).where(table.c.contact_id.in_(ids)))

    async def _insert(self, connection: AsyncConnection, records: Sequence[Record]) -> None:
        for table, rows in (
            (contacts, [record.row() for record in records]),
            (turns, list(chain.from_iterable(record.turns for record in records))),
            (messages, list(chain.from_iterable(record.messages for record in records))),
            (attempts, list(chain.from_iterable(record.attempts for record in records))),
        ):
            for start in range(0, len(rows), ROWS_AT_ONCE):
                await connection.execute(insert(table), rows[start : start + ROWS_AT_ONCE])
