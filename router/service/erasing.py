"""
Erasing people: their contacts' keys are deleted for good, and which contacts that were is remembered.

What they said stays sealed in the journal, the archive and every backup, and nobody can open it again; a replay comes
to the same state. The list of erased contacts holds numbers and nothing else: with it, a backup that is older than an
erasure is restored without their keys.
"""

import json
import os
from collections.abc import Collection
from contextlib import aclosing
from pathlib import Path
from typing import Final

from router.core.desk import Desk
from router.journal.durable import flush_folder
from router.journal.port import Journal, JournalError
from router.journal.reading import read_ahead
from router.service.entries import read_entry
from router.service.folder import Place, looking_into

ERASED: Final = "erased.jsonl"


class Erasures:
    """The list, in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, contacts: Collection[int]) -> None:
        """Remember contacts; they are on the disk when this returns."""
        with os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w") as file:
            file.writelines(json.dumps({"contact": contact}) + "\n" for contact in contacts)
            file.flush()
            os.fsync(file.fileno())
        flush_folder(self.path.parent)

    def contacts(self) -> frozenset[int]:
        """All of them; none if there is no list. Raises JournalError if it is not one."""
        try:
            return frozenset(int(json.loads(line)["contact"]) for line in self.path.read_bytes().splitlines())
        except FileNotFoundError:
            return frozenset()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise JournalError(f"{self.path} is no list of erased contacts: {error}") from error


async def erase(journal: Journal, erasures: Erasures, contacts: Collection[int]) -> None:
    """Erase contacts. The list comes first: what is on it and was not deleted, because of a crash, is deleted again."""
    erasures.add(contacts)
    await journal.erase(contacts)


async def erase_in_desk(place: Place, contacts: Collection[int], asc_id: int | None = None) -> list[int]:
    """
    Erase contacts of a desk that is not running, and all that an ASC ever opened if one is named; returns which.

    Raises JournalError, also when the desk runs: it would go on to show what it has in memory.
    """
    async with looking_into(place) as found:
        if found.running and not place.redis:
            raise JournalError(f"the desk in {place.data} is running: stop it first, it has the keys in its memory")
        doomed = sorted({*contacts, *(await _contacts_of(found.whole, found.opened.last, asc_id) if asc_id else ())})
        if doomed:
            await erase(found.whole, Erasures(place.data / ERASED), doomed)
        return doomed


async def _contacts_of(journal: Journal, last: int, asc_id: int) -> set[int]:
    """The contacts that were ever opened for an ASC: those in whose first events this ASC is named."""
    desk, contacts = Desk(), set[int]()
    async with aclosing(read_ahead(journal, 0, last)) as batches:
        async for entries in batches:
            for stored in entries:
                for event in desk.fold(read_entry(stored)).events:
                    if getattr(event, "asc_id", None) == asc_id:
                        contacts.add(getattr(event, "contact_id", 0))
    contacts.discard(0)
    return contacts
