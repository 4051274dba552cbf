"""
The archive: entries that may leave the store, in files that can be checked for every bit and for being all there.

A segment is two lines and a body. The first line is a JSON object: offsets, epoch, the version of the rules that folded
it (`core_version`), the body's length and SHA-256, and the seal of the segment before it. The second line is its seal,
the SHA-256 of the first. The body is gzip of one line of JSON an entry; `tail -n +3 FILE | zcat` shows it. So one bit
anywhere, a segment that is missing, doubled or in another's place breaks a hash or the chain of seals.

No store is called here, and no entry is folded.
"""

import gzip
import zlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from router.journal.durable import UNFINISHED, make_folder, write_whole
from router.journal.entry_line import entry_line, read_line
from router.journal.port import JournalError, StoredEntry
from router.journal.sealed_head import head, seal, unsealed

FORMAT: Final = 1
SEGMENT_ENTRIES: Final = 10_000
"""Entries of a full segment: about 2 MB, a sixth of that in the file."""
_SUFFIX: Final = ".segment"
_HEAD_BYTES: Final = 4_096


class ArchiveDamaged(JournalError):
    """The archive does not hold what was written; the text says which file and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Segment:
    """What the first line of a segment says."""

    first: int
    last: int
    epoch: str
    core_version: int
    size: int
    """Bytes of the body, as it lies in the file."""
    sha256: str
    """Of the body, hexadecimal."""
    previous: str
    """The seal of the segment before; empty for the first."""
    format: int = FORMAT

    @property
    def seal(self) -> str:
        """Names this segment and all before it; hexadecimal."""
        return seal(asdict(self))

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.first:016d}-{self.last:016d}{_SUFFIX}"


class Archive:
    """The segments of one desk in a folder, from offset 1 on. One process writes at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: list[Segment] = []
        self._open: tuple[Segment, list[StoredEntry]] | None = None

    def segments(self) -> list[Segment]:
        """
        Read all first lines, in order. Raises `ArchiveDamaged` if one is not right or does not follow on the last.

        Bodies are not looked at; `read` and `faults` do that.
        """
        found: list[Segment] = []
        for path in self._files():
            found.append(_head(path, found[-1] if found else None))
        return found

    def write(self, entries: Sequence[StoredEntry], epoch: str, core_version: int) -> Segment:
        """Add a segment of these entries, which must follow on the last one's; it is on the disk when this returns."""
        make_folder(self.folder)
        for left in self.folder.glob(f"*{UNFINISHED}"):
            left.unlink()
        known = self.segments()
        first = known[-1].last + 1 if known else 1
        if [stored.offset for stored in entries] != list(range(first, first + len(entries))) or not entries:
            raise ValueError(f"the archive goes on at offset {first}, without a gap")
        body = gzip.compress(b"".join(map(entry_line, entries)), compresslevel=6, mtime=0)
        made = Segment(
            first=first,
            last=entries[-1].offset,
            epoch=epoch,
            core_version=core_version,
            size=len(body),
            sha256=sha256(body).hexdigest(),
            previous=known[-1].seal if known else "",
        )
        write_whole(self.folder / made.name, head(asdict(made)), body)
        return made

    def read(self, after: int, count: int) -> list[StoredEntry]:
        """Return at most `count` entries after `after`, from one segment; none after the last. Checks what it reads."""
        if self._open is None or not self._open[0].first <= after + 1 <= self._open[0].last:
            if not self._known or self._known[-1].last <= after:
                self._known = self.segments()
            place = bisect_right(self._known, after, key=lambda segment: segment.last)
            if place == len(self._known):
                return []
            self._open = self._known[place], self.load(self._known[place])
        segment, entries = self._open
        start = after + 1 - segment.first
        return entries[start : start + count]

    def load(self, segment: Segment) -> list[StoredEntry]:
        """Return all entries of a segment. Raises `ArchiveDamaged`."""
        path = self.folder / segment.name
        try:
            body = path.read_bytes()[len(head(asdict(segment))) :]
        except OSError as error:
            raise ArchiveDamaged(f"{path} cannot be read: {error.strerror}") from error
        if len(body) != segment.size or sha256(body).hexdigest() != segment.sha256:
            raise ArchiveDamaged(
                f"{path}: the entries {segment.first} to {segment.last} are not those that were written"
            )
        try:
            entries = [read_line(line) for line in gzip.decompress(body).splitlines()]
        except (ValueError, KeyError, TypeError, OSError, EOFError, zlib.error) as error:
            raise ArchiveDamaged(f"{path}: its entries cannot be read ({error})") from error
        if [stored.offset for stored in entries] != list(range(segment.first, segment.last + 1)):
            raise ArchiveDamaged(f"{path}: it does not hold the entries {segment.first} to {segment.last}")
        return entries

    def entries(self) -> Iterator[StoredEntry]:
        """Go through all entries, in order. Raises `ArchiveDamaged` where something is wrong."""
        for segment in self.segments():
            yield from self.load(segment)

    def faults(self) -> list[str]:
        """Check every bit of every segment; one sentence for each fault, with the file in which it is."""
        found: list[str] = []
        before: Segment | None = None
        lost = False  # what the segment before says of itself is not known
        for path in self._files():
            try:
                segment = _claimed(path) if lost else _head(path, before)
                self.load(segment or _head(path, before))
            except ArchiveDamaged as damaged:
                found.append(str(damaged))
            before = _claimed(path)
            lost = before is None
        return found

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob(f"*{_SUFFIX}"))


def _head(path: Path, before: Segment | None) -> Segment:
    """Read a first line and check it against its seal, its file's name and the segment before."""
    found = _claimed(path)
    if found is None:
        raise ArchiveDamaged(f"{path}: its first line is not one of a segment, or its seal is broken")
    if found.name != path.name:
        raise ArchiveDamaged(f"{path}: this is the segment {found.name} under another name")
    expected = before.last + 1 if before else 1
    if found.first != expected:
        missing = f"the entries {expected} to {found.first - 1} are missing before it"
        doubled = f"it begins at {found.first}, and {expected} was due"
        raise ArchiveDamaged(f"{path}: {missing if found.first > expected else doubled}")
    if found.previous != (before.seal if before else ""):
        raise ArchiveDamaged(
            f"{path}: it does not follow on the segment before it: one of the two is of another archive"
        )
    return found


def _claimed(path: Path) -> Segment | None:
    """What a file says of itself, if its seal holds."""
    try:
        with path.open("rb") as file:
            said, _ = unsealed(file.read(_HEAD_BYTES))
        found = Segment(**said)
    except (OSError, ValueError, TypeError):
        return None
    return found if found.format == FORMAT else None
