"""
How a database of records is reached: which kinds there are, what each must be told, and bringing its tables up to date.

SQLite is the default and lies in the desk's folder; PostgreSQL is the other. An address may hold a password, so it is
never shown whole.
"""

import os
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

FILE: Final = "records.sqlite"
"""The database in a desk's folder, when no other is named."""
BUSY_S: Final = 5.0
"""How long a transaction waits for another one to end."""

_DRIVERS: Final = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
_MIGRATIONS: Final = Path(__file__).parent / "migrations"


class RecordsError(Exception):
    """The records cannot be used; the text says what is wrong and what to do."""


class NotReady(RecordsError):
    """There are no records yet: the recording process makes file and tables when it begins."""

    def __init__(self) -> None:
        super().__init__(
            "there are no records yet: they are made while the desk runs, or by `ringback records rebuild`"
        )


FAULTS: Final = (SQLAlchemyError, OSError, TimeoutError)
"""What a database may raise that is away, full, locked or broken."""


def address(data: Path, url: str) -> URL:
    """
    The address of a desk's records: `url`, or the file in the desk's folder if it is empty. Raises `RecordsError`.

    `sqlite:////var/desk/records.sqlite` and `postgresql://user:password@host/name` are addresses.
    """
    if not url:
        return URL.create(_DRIVERS["sqlite"], database=str(data.absolute() / FILE))
    try:
        asked = make_url(url)
        driver = _DRIVERS[asked.get_backend_name()]
    except (ArgumentError, KeyError, ValueError):  # said without the text: it may hold a password
        raise RecordsError("the records' address must be sqlite:///FILE or postgresql://HOST/NAME") from None
    if driver == _DRIVERS["sqlite"] and asked.database in (None, "", ":memory:"):
        raise RecordsError("records in memory are of no use: name a file, as in sqlite:////var/desk/records.sqlite")
    return asked.set(drivername=driver)


def connect(where: URL, *, writes: bool) -> AsyncEngine:
    """An engine for this address; it connects when first used. Raises `RecordsError` if its driver is missing."""
    if where.get_backend_name() == "sqlite":
        return _connect_sqlite(where, writes)
    try:
        return create_async_engine(where, pool_size=2, max_overflow=2, pool_timeout=BUSY_S, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise RecordsError(f"records in PostgreSQL need {error.name}: pip install 'ringback[postgres]'") from None


async def migrate(engine: AsyncEngine) -> None:
    """Bring the tables up to date, or make them."""
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    from alembic import command  # here alone, for a server only reads
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _connect_sqlite(where: URL, writes: bool) -> AsyncEngine:
    engine = create_async_engine(where, pool_size=2, max_overflow=2, pool_timeout=BUSY_S)
    file = Path(where.database or "")

    @event.listens_for(engine.sync_engine, "do_connect")
    def prepare(*_: Any) -> None:
        """Nobody but the owner may read the file, nor what the database writes beside it, which takes its rights."""
        if not writes and not file.exists():
            raise NotReady
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        # The driver begins no transaction by itself: `begin` below does, so that changes of tables are in it as well.
        connection.isolation_level = None
        cursor = connection.cursor()
        for setting in (
            "journal_mode = WAL",  # readers and the one writer do not wait for each other
            "synchronous = NORMAL",  # a power cut may take the last transactions; the journal brings them again
            "foreign_keys = ON",
            "secure_delete = ON",
            f"busy_timeout = {round(BUSY_S * 1000)}",
        ):
            cursor.execute(f"PRAGMA {setting}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
