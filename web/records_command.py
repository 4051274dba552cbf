"""
The command `ringback records`: making the records of closed contacts anew, and taking them elsewhere.

Only what may be typed and what is printed stands here. Everything heavy is imported inside the command that needs it.
"""

import asyncio
import csv
import sys
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from web.journal_command import Desk, Redis, examples, fail, telling

if TYPE_CHECKING:
    from router.records.gathering import Row
    from router.records.reading import RecordReader, Wanted

RECORDS_VARIABLE: Final = "RINGBACK_RECORDS"
"""The same as `router.service.recorder.RECORDS_VARIABLE`, which is not imported before it is needed."""
NO_RECORDS: Final = "none"
"""The word for a desk that records nothing."""

records = typer.Typer(
    name="records",
    help="Make the records of closed contacts anew, and take them elsewhere.",
    epilog=examples("ringback records rebuild ./desk", "ringback records export ./desk contacts.csv"),
    no_args_is_help=True,
)

Url = Annotated[
    str,
    typer.Option(
        "--records", help="URL of the database, if it is not in the folder.", envvar=RECORDS_VARIABLE,
        show_default=False,
    ),
]  # fmt: skip
Day = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Closed on this day (UTC) or later.", show_default=False),
]
BeforeDay = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Closed before this day (UTC).", show_default=False)
]


@contextmanager
def _telling() -> Iterator[None]:
    """Tell errors in a sentence."""
    from router.records.database import FAULTS, RecordsError
    from router.wire.sealing import KeyFileError

    try:
        with telling():
            yield
    except (RecordsError, KeyFileError) as error:
        fail(str(error))
    except FAULTS as error:
        fail(f"the records cannot be used ({type(error).__name__}); is the database there?")


@records.command(epilog=examples("ringback records rebuild ./desk"))
def rebuild(data: Desk, records: Url = "", redis: Redis = "") -> None:
    """Remove all records and make them anew from the journal; the desk may be running."""
    from router.service.folder import Place
    from router.service.recording import record_desk

    with _telling():
        print(f"recorded up to entry {asyncio.run(record_desk(Place(data, redis), records, anew=True))}")


@records.command(epilog=examples("ringback records update ./desk"))
def update(data: Desk, records: Url = "", redis: Redis = "") -> None:
    """Bring the records up to the journal's end, as a stopped desk left it."""
    from router.service.folder import Place
    from router.service.recording import record_desk

    with _telling():
        print(f"recorded up to entry {asyncio.run(record_desk(Place(data, redis), records))}")


@records.command(epilog=examples("ringback records export ./desk contacts.csv --since 2026-01-01 --until 2026-02-01"))
def export(
    data: Desk,
    file: Annotated[Path, typer.Argument(help="Where to write.")],
    since: Day = None,
    until: BeforeDay = None,
    records: Url = "",
) -> None:
    """Write closed contacts to a CSV file: numbers, times and code words; no names, texts or phone numbers."""
    from router.records.database import address
    from router.records.reading import RecordReader, Wanted
    from router.service.folder import KEYS
    from router.service.recording import mark
    from router.wire.sealing import DeskKeys

    async def write() -> int:
        reader = RecordReader(address(data, records), mark(DeskKeys.load(data / KEYS)))
        try:
            return await _write(reader, Wanted(since=_ms(since), until=_ms(until)), file)
        finally:
            await reader.close()

    if not data.is_dir():
        fail(f"there is no folder {data}", 2)
    with _telling():
        print(f"{asyncio.run(write())} contacts", file=sys.stderr)


def _ms(day: datetime | None) -> int | None:
    return None if day is None else int(day.replace(tzinfo=UTC).timestamp()) * 1000


async def _write(reader: "RecordReader", wanted: "Wanted", file: Path) -> int:
    from router.records.tables import READABLE

    count = 0
    async with aclosing(reader.everything(wanted)) as pages:
        rows: list[Row] = await anext(pages, [])  # before the file is made: there may be no records at all
        with file.open("w", encoding="utf-8", newline="") as out:
            table = csv.writer(out)
            table.writerow(READABLE)
            while rows:
                table.writerows([_cell(row[name]) for name in READABLE] for row in rows)
                count += len(rows)
                rows = await anext(pages, [])
    return count


def _cell(value: Any) -> Any:
    """Nothing where there is nothing. What stands in clear are numbers and code words, which no spreadsheet runs."""
    return "" if value is None else value
