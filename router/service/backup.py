"""
Backups: everything a desk is, but for its key file, in a folder that can be checked, and a desk made from it again.

A backup is the archive with the rest of the journal as its last segment, the wrapped keys of the contacts, the latest
snapshot, and `backup.json`, which is written last: without it a backup is not whole. The key file is not in it, so that
a backup alone opens nothing; keep a copy of that elsewhere. A restored desk is a new life of its journal (another
epoch): whoever is connected to the old one is never taken for one of this.
"""

import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from router.core.version import CORE_VERSION
from router.journal.archiver import archive_journal
from router.journal.durable import make_folder, write_whole
from router.journal.embedded import EmbeddedServer
from router.journal.port import JournalError, StoredEntry
from router.journal.redis import RedisJournal
from router.journal.sealed_head import head, unsealed
from router.journal.segments import Archive
from router.journal.snapshots import Snapshots
from router.service.folder import ARCHIVE, DESK, KEYS, SNAPSHOTS, STORE, Place, holds_desk, looking_into

FORMAT: Final = 1
ABOUT: Final = "backup.json"
CONTACT_KEYS: Final = "keys.jsonl"
_KEPT_META: Final = ("stamp", "raw", "owner")


class BadBackup(JournalError):
    """A backup cannot be used; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class About:
    """What a backup says of itself."""

    last: int
    """Its last offset."""
    epoch: str
    """Of the life that it was taken from."""
    core_version: int
    seal: str
    """Of the last segment, and so of all."""
    keys: int
    keys_sha256: str
    meta: dict[str, str]
    """The store's clock and the nodes' incarnations, which go on after a restore."""
    format: int = FORMAT


async def back_up(place: Place, folder: Path) -> About:
    """Write a backup of a desk, which may be running, into a folder that is empty or not there yet."""
    _must_be_empty(folder)
    make_folder(folder)
    async with looking_into(place) as found:
        archive = Archive(folder / ARCHIVE)
        _copy(found.archive.folder, archive.folder, [segment.name for segment in found.archive.segments()])
        last = await archive_journal(found.whole, found.opened.epoch, archive, CORE_VERSION, whole=True)
        snapshots = [*found.snapshots.verified()[-1:], *found.snapshots.barriers()]
        _copy(found.snapshots.folder, folder / SNAPSHOTS, [path.name for path in snapshots])
        # The keys come after the entries, so that there is one for every entry that needs it.
        keys = _key_lines({contact: key async for contact, key in found.store.all_keys()}.items())
        write_whole(folder / CONTACT_KEYS, keys)
        meta = await found.store.meta()
    about = About(
        last=last,
        epoch=found.opened.epoch,
        core_version=CORE_VERSION,
        seal=archive.segments()[-1].seal,
        keys=keys.count(b"\n"),
        keys_sha256=sha256(keys).hexdigest(),
        meta={name: value for name, value in meta.items() if name in _KEPT_META or name.startswith("incarnation:")},
    )
    write_whole(folder / ABOUT, head(asdict(about)))
    faults = check_backup(folder)
    if faults:
        raise BadBackup(f"the backup does not give back what was written to it: {faults[0]}")
    return about


def read_about(folder: Path) -> About:
    """What a backup says of itself. Raises BadBackup."""
    try:
        said, _ = unsealed((folder / ABOUT).read_bytes())
        about = About(**said)
    except OSError as error:
        raise BadBackup(f"{folder / ABOUT} cannot be read ({error.strerror}): the backup is not whole") from error
    except (ValueError, TypeError) as error:
        raise BadBackup(f"{folder / ABOUT}: {error}") from error
    if about.format != FORMAT:
        raise BadBackup(f"{folder / ABOUT}: its format is {about.format}, this program reads {FORMAT}")
    return about


def check_backup(folder: Path) -> list[str]:
    """Check every bit of a backup; one sentence for each fault. Raises BadBackup if it is none."""
    about = read_about(folder)
    archive = Archive(folder / ARCHIVE)
    faults = archive.faults() + Snapshots(folder / SNAPSHOTS).faults()
    if not faults and about.seal not in [segment.seal for segment in archive.segments()[-1:]]:
        faults.append(f"{archive.folder} does not end with the segment that ends at {about.last}")
    try:
        keys = (folder / CONTACT_KEYS).read_bytes()
    except OSError as error:
        return [*faults, f"{folder / CONTACT_KEYS} cannot be read: {error.strerror}"]
    if sha256(keys).hexdigest() != about.keys_sha256:
        faults.append(f"{folder / CONTACT_KEYS} is not as it was written")
    return faults


async def restore(folder: Path, place: Place, erased: Collection[int] = ()) -> str:
    """
    Make a desk from a backup in a place that has none; returns the new epoch.

    The place's folder must hold the key file. `erased`: contacts whose keys are left out, because they were erased
    after the backup was taken. Raises `BadBackup` or `JournalError`; what a failed try left must be removed by hand.
    """
    faults = check_backup(folder)
    if faults:
        raise BadBackup(f"nothing was restored: {faults[0]}")
    if not (place.data / KEYS).exists():
        raise JournalError(f"put your copy of {KEYS} into {place.data} first: without it no text can be read again")
    for part in (STORE, ARCHIVE, SNAPSHOTS):
        _must_be_empty(place.data / part)
    if place.redis and await holds_desk(place.redis):
        raise JournalError("the store holds a desk already: restore into an empty one")
    about = read_about(folder)
    archive = Archive(folder / ARCHIVE)
    segments = archive.segments()
    _copy(archive.folder, place.data / ARCHIVE, [segment.name for segment in segments])
    kept = Snapshots(folder / SNAPSHOTS)
    _copy(kept.folder, place.data / SNAPSHOTS, [path.name for path in (*kept.verified(), *kept.barriers())])
    epoch = secrets.token_hex(4)
    stamp = archive.load(segments[-1])[-1].stamp_us
    meta = {**about.meta, "epoch": epoch, "last": str(about.last), "appended": str(stamp)}
    keys = [(contact, key) for contact, key in _read_keys(folder / CONTACT_KEYS) if contact not in erased]
    if place.redis:
        await _fill(place.redis, meta, keys)
    else:
        async with EmbeddedServer(place.data / STORE) as server:
            await _fill(server.url, meta, keys)
    return epoch


def entries_of(folder: Path) -> Iterator[StoredEntry]:
    """All entries of a backup, in order. Raises BadBackup or `ArchiveDamaged`."""
    read_about(folder)
    return Archive(folder / ARCHIVE).entries()


def forget(folder: Path, contacts: Collection[int]) -> int:
    """
    Take the keys of erased contacts out of a backup, so that nobody can read from it what they sealed.

    Returns how many were in it. Raises BadBackup. After a crash the backup is faulty until this is done again.
    """
    about = read_about(folder)
    held = _read_keys(folder / CONTACT_KEYS)
    kept = [(contact, key) for contact, key in held if contact not in contacts]
    content = _key_lines(kept)
    write_whole(folder / CONTACT_KEYS, content)
    about = replace(about, keys=len(kept), keys_sha256=sha256(content).hexdigest())
    write_whole(folder / ABOUT, head(asdict(about)))
    return len(held) - len(kept)


async def _fill(url: str, meta: dict[str, str], keys: list[tuple[int, bytes]]) -> None:
    journal = RedisJournal(url, DESK)
    try:
        await journal.restore(meta, keys)
    finally:
        await journal.close()


def _key_lines(keys: Iterable[tuple[int, bytes]]) -> bytes:
    lines = [json.dumps({"contact": contact, "key": b64encode(key).decode()}) + "\n" for contact, key in sorted(keys)]
    return "".join(lines).encode()


def _read_keys(path: Path) -> list[tuple[int, bytes]]:
    said: list[dict[str, Any]] = [json.loads(line) for line in path.read_bytes().splitlines()]
    return [(each["contact"], b64decode(each["key"])) for each in said]


def _copy(old: Path, new: Path, names: list[str]) -> None:
    """Copy files durably; the folder is made also when there are none."""
    make_folder(new)
    for name in names:
        write_whole(new / name, (old / name).read_bytes())


def _must_be_empty(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise JournalError(f"{folder} is not empty: choose another folder, or move what is there away")
