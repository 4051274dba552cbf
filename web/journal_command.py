"""
The command `ringback journal`: looking at, checking, archiving, backing up and erasing what a desk has recorded.

Only what may be typed and what is printed stands here. Everything heavy is imported inside the command that needs it.
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

if TYPE_CHECKING:
    from router.service.folder import Place

REDIS_VARIABLE: Final = "RINGBACK_REDIS"
"""The same as `router.service.folder.REDIS_VARIABLE`, which is not imported before it is needed."""


def examples(*lines: str) -> str:
    """How a command is typed, for the end of its help."""
    return "\n\n".join(("Examples:", *lines))


def fail(message: str, code: int = 1) -> NoReturn:
    """Say what is wrong and end."""
    print(f"ringback: {message}", file=sys.stderr)
    raise typer.Exit(code)


journal = typer.Typer(
    name="journal",
    help="Look at, check, archive and back up what a desk has recorded.",
    epilog=examples("ringback journal verify ./desk", "ringback journal backup ./desk ./backups/monday"),
    no_args_is_help=True,
)

Desk = Annotated[Path, typer.Argument(help="Folder of a desk, running or not.")]
Redis = Annotated[str, typer.Option(help="URL of the store, if it is not in the folder.", envvar=REDIS_VARIABLE)]


@contextmanager
def telling() -> Iterator[None]:
    """Tell errors in a sentence."""
    from router.journal.port import JournalError
    from router.service.entries import FoldFailed
    from router.service.replay import BadDump
    from router.wire.codec import UnknownEntry

    try:
        yield
    except (JournalError, FoldFailed, BadDump, UnknownEntry, OSError) as error:
        fail(str(error))


def _place(data: Path, redis: str) -> "Place":
    from router.service.folder import Place

    return Place(data, redis)


@journal.command(epilog=examples("ringback journal verify ./desk", "ringback journal verify ./backups/monday"))
def verify(
    path: Annotated[Path, typer.Argument(help="Folder of a desk or of a backup, or a file that `export` wrote.")],
    redis: Redis = "",
) -> None:
    """Check every bit that was recorded; exit code 1 and a line for each fault if there is any."""
    from router.service.verify import verify as look

    with telling():
        found = asyncio.run(look(_place(path, redis)))
    print("\n".join(found.seen))
    for fault in found.faults:
        print(f"ringback: {fault}", file=sys.stderr)
    if found.faults:
        raise typer.Exit(1)


@journal.command(epilog=examples("ringback journal export ./desk journal.jsonl"))
def export(
    data: Desk,
    file: Annotated[Path, typer.Argument(help="Where to write, one JSON object a line.")],
    redis: Redis = "",
) -> None:
    """Write a desk's journal to a file. Names, texts and numbers stay sealed."""
    from router.service.replay import export_desk

    with telling():
        print(f"{asyncio.run(export_desk(_place(data, redis), file))} entries")


@journal.command(epilog=examples("ringback journal replay journal.jsonl", "ringback journal replay ./backups/monday"))
def replay(
    path: Annotated[Path, typer.Argument(help="A file that `export` wrote, or the folder of a backup.")],
) -> None:
    """Fold a journal again in a fresh desk and print hashes to compare."""
    from router.service.backup import entries_of
    from router.service.replay import load
    from router.service.replay import replay as fold

    with telling():
        found = fold(entries_of(path) if path.is_dir() else load(path))
    print(f"entries {found.entries}\nstate   {found.state}\nevents  {found.events}")


@journal.command(epilog=examples("ringback journal archive ./desk", "ringback journal archive ./desk --keep-mb 64"))
def archive(
    data: Desk,
    keep_mb: Annotated[int, typer.Option(help="Memory that the journal may take in the store.", min=0)] = 256,
    redis: Redis = "",
) -> None:
    """Archive full segments of the journal, and let go of the oldest entries in the store that are archived."""
    from router.service.archiving import archive_desk

    with telling():
        last, first = asyncio.run(archive_desk(_place(data, redis), keep_mb * 1024 * 1024))
    print(f"archived up to {last}, the store begins at {first}")


@journal.command(epilog=examples("ringback journal snapshot ./desk"))
def snapshot(data: Desk, redis: Redis = "") -> None:
    """Write the desk's state down, and have another process come to the same one."""
    from router.service.snapshotting import snapshot_desk

    with telling():
        print(asyncio.run(snapshot_desk(_place(data, redis))))


@journal.command(epilog=examples("ringback journal backup ./desk ./backups/monday"))
def backup(
    data: Desk,
    folder: Annotated[Path, typer.Argument(help="Where to write; empty or not there yet.")],
    redis: Redis = "",
) -> None:
    """Write everything of a desk but its key file into a folder, and check it. Keep the key file's copy elsewhere."""
    from router.service.backup import back_up

    with telling():
        about = asyncio.run(back_up(_place(data, redis), folder))
    print(f"entries 1 to {about.last}, keys of {about.keys} contacts")


@journal.command(epilog=examples("ringback journal restore ./backups/monday ./desk --erased ./old/erased.jsonl"))
def restore(
    folder: Annotated[Path, typer.Argument(help="Folder of a backup.")],
    data: Annotated[Path, typer.Argument(help="Folder of the new desk, with the key file in it and no store.")],
    erased: Annotated[
        Path | None, typer.Option(help="List of contacts that were erased since; their keys are left out.")
    ] = None,
    redis: Redis = "",
) -> None:
    """Make a desk from a backup. It is a new life of its journal: who was connected to the old one starts anew."""
    from router.service.backup import restore as make
    from router.service.erasing import Erasures

    if erased is not None and not erased.is_file():
        fail(f"there is no file {erased}", 2)
    with telling():
        gone = Erasures(erased).contacts() if erased is not None else frozenset()
        epoch = asyncio.run(make(folder, _place(data, redis), gone))
    print(f"restored; the epoch is {epoch}")


@journal.command(
    epilog=examples(
        "ringback journal erase ./desk 5521", "ringback journal erase ./desk --asc 1001 --backup ./backups/monday"
    )
)
def erase(
    data: Annotated[Path, typer.Argument(help="Folder of a desk that is not running.")],
    contacts: Annotated[list[int] | None, typer.Argument(help="Contacts whose words are to be gone.")] = None,
    asc: Annotated[int | None, typer.Option(help="All contacts that this person ever opened.", min=1)] = None,
    backup: Annotated[list[Path] | None, typer.Option(help="Take the keys out of this backup too; repeatable.")] = None,
    redis: Redis = "",
) -> None:
    """Make what people said unreadable for good, by deleting the keys of their contacts. A replay stays the same."""
    from router.service.backup import forget
    from router.service.erasing import erase_in_desk

    if not contacts and asc is None:
        fail("say which contacts, or whose with --asc", 2)
    with telling():
        erased = asyncio.run(erase_in_desk(_place(data, redis), contacts or (), asc))
        print(f"erased {len(erased)} contacts")
        for folder in backup or ():
            print(f"{folder}: {forget(folder, erased)} keys taken out")
