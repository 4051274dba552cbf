"""
Checking what a desk has written down, wherever it lies: a desk's folder, a backup, a dump.

Every bit is looked at and nothing is changed; what is wrong is said in sentences that name the file or the offset.
"""

from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path

from router.journal.port import JournalError, StoredEntry
from router.journal.reading import read_ahead
from router.journal.segments import Archive, Segment
from router.service.backup import ABOUT, check_backup, read_about
from router.service.folder import Looked, Place, looking_into
from router.service.replay import load


@dataclass(slots=True)
class Verified:
    """What was looked at, and what is wrong with it."""

    seen: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


async def verify(place: Place) -> Verified:
    """Check what lies at a path. Raises JournalError or BadDump if it is none of the three."""
    if place.data.is_file():
        return _verify_dump(place.data)
    if (place.data / ABOUT).exists():
        faults = check_backup(place.data)
        about = read_about(place.data)
        return Verified([f"backup: entries 1 to {about.last}, keys of {about.keys} contacts"], faults)
    found = Verified()
    archive, snapshots = place.archive, place.snapshots
    found.faults += archive.faults() + snapshots.faults()
    segments = [] if found.faults else archive.segments()
    archived = f"entries 1 to {segments[-1].last} in {len(segments)} segments" if segments else "-"
    found.seen += [f"snapshots: {len(snapshots.verified())}", f"archive: {archived}"]
    async with looking_into(place) as looked:
        await _verify_store(looked, segments, found)
    return found


async def _verify_store(looked: Looked, segments: list[Segment], found: Verified) -> None:
    """Read all that the store holds, and compare it with what the archive holds as well."""
    extent = await looked.store.extent()
    first, last, archived = extent.first, extent.last, segments[-1].last if segments else 0
    found.seen.append(f"store: entries {first} to {last}" if first <= last else f"store: goes on after {last}")
    if first > archived + 1:
        found.faults.append(f"the entries {archived + 1} to {first - 1} are neither in the store nor in the archive")
    if archived > last:
        found.faults.append(f"the archive goes to {archived}, the store only to {last}: they are of different lives")
    try:
        async with aclosing(read_ahead(looked.store, first - 1, last)) as batches:
            async for entries in batches:
                differs = _first_difference(looked.archive, entries, archived)
                if differs:
                    found.faults.append(f"the entry {differs} is another one in the archive than in the store")
                    return
    except JournalError as error:
        found.faults.append(str(error))


def _first_difference(archive: Archive, entries: list[StoredEntry], archived: int) -> int:
    """The first offset at which archive and store differ, 0 if they agree; the store's entries may go on further."""
    for stored in entries:
        if stored.offset > archived:
            break
        if archive.read(stored.offset - 1, 1) != [stored]:
            return stored.offset
    return 0


def _verify_dump(path: Path) -> Verified:
    count = 0
    for count, stored in enumerate(load(path), 1):
        if stored.offset != count:
            return Verified(
                [f"dump: entries 1 to {count - 1}"], [f"{path}, line {count}: it holds the entry {stored.offset}"]
            )
    return Verified([f"dump: entries 1 to {count}"], [] if count else [f"{path} holds no entry"])
