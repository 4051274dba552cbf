"""The tables, their migrations, and what the other database would be told."""

import re
import sqlite3
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, LargeBinary, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from router.records.database import address, connect, migrate
from router.records.reading import Cursor, Wanted, latest_first
from router.records.tables import READABLE, contacts, metadata, position

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "records.md"


async def test_the_migrations_come_to_the_tables(tmp_path: Path) -> None:
    """From nothing to the last step the database is what the code reads and writes; a second time changes nothing."""
    engine = connect(address(tmp_path, ""), writes=True)

    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    await migrate(engine)
    await migrate(engine)
    async with engine.connect() as connection:
        found = await connection.run_sync(differences)
    await engine.dispose()

    assert [] == found


def test_postgresql_has_words_for_everything() -> None:
    """
    Tables, indexes, the locked position and a search can be said in its dialect, with nothing that only SQLite knows.

    This is what can be known also where there is no server to ask.
    """
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    everything = Wanted(1, 2, 3, "expense/en", "served", 4, 5)
    tables = metadata.sorted_tables
    said = [
        *(str(CreateTable(table).compile(dialect=dialect)) for table in tables),
        *(str(CreateIndex(index).compile(dialect=dialect)) for table in tables for index in table.indexes),
        str(select(position).with_for_update().compile(dialect=dialect)),
        str(latest_first(everything, Cursor(1, 2)).compile(dialect=dialect)),
    ]

    assert any("FOR UPDATE" in each for each in said)
    assert any("BYTEA" in each and "BIGINT" in each for each in said)
    assert [] == [each for each in said if re.search(r"PRAGMA|AUTOINCREMENT|BLOB|ROWID", each)]


def test_a_search_reads_no_more_than_it_shows() -> None:
    """By company, ASC, line or nothing: an index gives contacts in the order asked for, so a page is a page's work."""
    with sqlite3.connect(":memory:") as database:
        dialect = sqlite.dialect()  # type: ignore[no-untyped-call]
        for table in metadata.sorted_tables:
            database.execute(str(CreateTable(table).compile(dialect=dialect)))
            for index in table.indexes:
                database.execute(str(CreateIndex(index).compile(dialect=dialect)))
        for wanted in (Wanted(), Wanted(asc_id=1), Wanted(company_id=1), Wanted(line="expense/en"), Wanted(since=5)):
            query = latest_first(wanted, None).compile(dialect=dialect, compile_kwargs={"literal_binds": True})
            plan = [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {query}")]
            assert 1 == len(plan), plan
            assert "USING INDEX" in plan[0], plan
    database.close()


def test_what_people_wrote_stands_in_sealed_columns_alone() -> None:
    """Columns in clear hold numbers and short code words: none is wide enough for a sentence."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            length = getattr(column.type, "length", None)
            assert isinstance(column.type, LargeBinary) or length is None or length <= 64, column
    assert {"intro", "number", "note"} == {column.name for column in contacts.columns} - set(READABLE)


def test_every_table_and_column_is_documented() -> None:
    """Whoever asks the database something of their own finds what each column means."""
    page = PAGE.read_text(encoding="utf-8")

    assert [] == [table for table in metadata.tables if f"## `{table}`" not in page]
    assert [] == [c.name for table in metadata.sorted_tables for c in table.columns if f"| `{c.name}` |" not in page]
