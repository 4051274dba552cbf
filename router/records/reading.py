"""
Looking closed contacts up: search with pages, and one contact whole. Only reads; who may look is not decided here.

Rows come as they are stored: words in them are sealed.
"""

import re
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from sqlalchemy import URL, ColumnElement, Select, and_, or_, select
from sqlalchemy.exc import OperationalError, ProgrammingError

from router.records.database import NotReady, RecordsError, connect
from router.records.gathering import Row
from router.records.tables import attempts, contacts, messages, position, turns

MOST_FOUND: Final = 100
MESSAGES_SHOWN: Final = 500
"""Messages of one answer; the next ones are asked for by the last `o`."""
_EXPORTED_AT_ONCE: Final = 1_000
_CURSOR: Final = re.compile(r"([0-9]{1,16})-([0-9]{1,16})")


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: the next one goes on with what closed before."""

    closed_at: int
    contact_id: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """`<closed_at>-<contact>`, as `str` makes it. Raises ValueError."""
        match = _CURSOR.fullmatch(text)
        if match is None:
            raise ValueError("not the end of a page")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.closed_at}-{self.contact_id}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; None: any. Times are ms, `since` included and `until` not."""

    asc_id: int | None = None
    company_id: int | None = None
    agent_id: int | None = None
    line: str | None = None
    outcome: str | None = None
    since: int | None = None
    until: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same for the database."""
        column = contacts.c
        equal = {column.asc_id: self.asc_id, column.company_id: self.company_id, column.line: self.line,
                 column.outcome: self.outcome}  # fmt: skip
        found = [each == value for each, value in equal.items() if value is not None]
        if self.agent_id is not None:
            held = select(turns.c.contact_id).where(turns.c.agent_id == self.agent_id)
            found.append(column.contact_id.in_(held))
        if self.since is not None:
            found.append(column.closed_at >= self.since)
        if self.until is not None:
            found.append(column.closed_at < self.until)
        return found


@dataclass(frozen=True, slots=True)
class Whole:
    """One contact with its parts; `more` when there are messages after these."""

    contact: Row
    turns: list[Row]
    messages: list[Row]
    attempts: list[Row]
    more: bool


class RecordReader:
    """
    A database of records, read only. Any call may raise a fault of the database, `NotReady` before there are records,
    and `RecordsError` when they are those of another desk than `desk` is the mark of.
    """

    def __init__(self, where: URL, desk: str) -> None:
        self._desk = desk
        self._engine = connect(where, writes=False)

    async def search(self, wanted: Wanted, after: Cursor | None, count: int) -> tuple[list[Row], Cursor | None]:
        """At most `count` contacts, the one that closed last first; and where to go on if there are more."""
        query = latest_first(wanted, after).limit(count + 1)
        rows = await self._rows(query)
        if len(rows) <= count:
            return rows, None
        last = rows[count - 1]
        return rows[:count], Cursor(last["closed_at"], last["contact_id"])

    async def whole(self, contact_id: int, after_o: int = 0) -> Whole | None:
        """One contact, with its messages after `after_o`; None if there is no record of it."""
        found = await self._rows(select(contacts).where(contacts.c.contact_id == contact_id))
        if not found:
            return None

        def parts(table: Any, order: Any) -> Select[Any]:
            return select(table).where(table.c.contact_id == contact_id).order_by(order)

        said = await self._rows(parts(messages, messages.c.o).where(messages.c.o > after_o).limit(MESSAGES_SHOWN + 1))
        return Whole(
            found[0],
            await self._rows(parts(turns, turns.c.turn)),
            said[:MESSAGES_SHOWN],
            await self._rows(parts(attempts, attempts.c.attempt)),
            len(said) > MESSAGES_SHOWN,
        )

    async def closed_before(self, until: int, count: int) -> list[int]:
        """The contacts that closed first, at most `count`, all before `until` (ms)."""
        column = contacts.c
        query = select(column.contact_id).where(column.closed_at < until).order_by(column.closed_at).limit(count)
        return [row["contact_id"] for row in await self._rows(query)]

    async def everything(self, wanted: Wanted) -> AsyncGenerator[list[Row], None]:
        """All contacts that are wanted, some at a time, the one that closed last first."""
        after: Cursor | None = None
        while True:
            rows, after = await self.search(wanted, after, _EXPORTED_AT_ONCE)
            if rows:
                yield rows
            if after is None:
                return

    async def close(self) -> None:
        """Let go of the database."""
        await self._engine.dispose()

    async def _rows(self, query: Select[Any]) -> list[Row]:
        try:
            async with self._engine.connect() as connection:
                desk = (await connection.execute(select(position.c.desk))).scalar_one_or_none()
                if desk is None:
                    raise NotReady
                if desk != self._desk:
                    raise RecordsError("these records are another desk's: give each desk its own database")
                found: Sequence[Any] = (await connection.execute(query)).mappings().all()
        except (OperationalError, ProgrammingError) as error:
            if "no such table" in str(error.orig) or "does not exist" in str(error.orig):
                raise NotReady from None
            raise
        return [dict(row) for row in found]


def latest_first(wanted: Wanted, after: Cursor | None) -> Select[Any]:
    """The query for what is wanted, after the end of a page if one is given."""
    column = contacts.c
    conditions = wanted.conditions()
    if after is not None:
        conditions.append(
            or_(
                column.closed_at < after.closed_at,
                and_(column.closed_at == after.closed_at, column.contact_id < after.contact_id),
            )
        )
    return select(contacts).where(*conditions).order_by(column.closed_at.desc(), column.contact_id.desc())
