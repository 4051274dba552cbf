"""
States of the desk at an offset, in files that a start may trust: whole, checked, and agreed on by two folds.

A snapshot is two lines and a body, as a segment is: a JSON object (offset, epoch, version of the rules, lengths and
SHA-256 of what follows), its seal, the state, packed, and what read models keep beside it, packed. It is written as
`.unverified` and counts for nothing until somebody else has folded the journal to the same offset and come to the same
bytes; then it becomes `.verified`. Three verified ones are kept. What is in a state, or beside it, is not known here:
it is bytes.
"""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from router.journal.durable import UNFINISHED, make_folder, rename, write_whole
from router.journal.fail_points import reach
from router.journal.port import JournalError
from router.journal.sealed_head import head, unsealed

FORMAT: Final = 2
KEPT: Final = 3
_VERIFIED: Final = ".verified"
_UNVERIFIED: Final = ".unverified"
_BARRIER: Final = ".rules-"
"""A verified snapshot, kept for good, after which rules of the version that follows in the name hold."""


class SnapshotRefused(JournalError):
    """A snapshot cannot be used; the text says which and why. The journal and its archive hold all that it held."""


class SnapshotOfOther(SnapshotRefused):
    """A snapshot is whole, but in the format of another version of this program."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state after the entry `offset`."""

    offset: int
    epoch: str
    core_version: int
    """The version of the rules that came to this state; others must not go on from it."""
    state: bytes
    beside: bytes = b""
    """What read models need to go on from here; no part of the state, and only its writer vouches for it."""

    @property
    def hash(self) -> str:
        """The SHA-256 of the state, hexadecimal: the same as of the desk that is in this state."""
        return sha256(self.state).hexdigest()


@dataclass(frozen=True, slots=True)
class _About:
    offset: int
    epoch: str
    core_version: int
    size: int
    """Bytes of the packed state."""
    sha256: str
    """Of the packed state."""
    state: str
    """The SHA-256 of the state itself."""
    beside_size: int
    """Bytes of what is beside it, packed."""
    beside_sha256: str
    """Of the same."""
    format: int = FORMAT


class Snapshots:
    """The snapshots of one desk in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save(self, snapshot: Snapshot) -> Path:
        """Write a snapshot that nobody has verified yet; it is on the disk when this returns."""
        make_folder(self.folder)
        for left in self.folder.glob(f"*{UNFINISHED}"):
            left.unlink()
        body, beside = zlib.compress(snapshot.state, level=1), zlib.compress(snapshot.beside, level=1)
        about = _About(
            snapshot.offset, snapshot.epoch, snapshot.core_version, len(body), sha256(body).hexdigest(), snapshot.hash,
            len(beside), sha256(beside).hexdigest(),
        )  # fmt: skip
        path = self._path(snapshot.offset, _UNVERIFIED)
        write_whole(path, head(asdict(about)), body + beside)
        return path

    def approve(self, offset: int, refolded: str) -> Path:
        """
        Make a snapshot count, given the hash to which another fold came; older ones beyond the three newest go.

        Raises `SnapshotRefused` if the hashes differ or the file is not what was written; then it is removed.
        """
        path = self._path(offset, _UNVERIFIED)
        try:
            found = load(path)
            if found.hash != refolded:
                raise SnapshotRefused(f"{path}: folding to {offset} again came to {refolded}, not to {found.hash}")
        except SnapshotRefused:
            path.unlink(missing_ok=True)
            raise
        verified = self._path(offset, _VERIFIED)
        reach("before approval")
        rename(path, verified)
        reach("approved")
        self._prune()
        return verified

    def latest(self, core_version: int, last: int) -> Snapshot | None:
        """Return the first of `newest_first`, or None: the journal is folded from further back then."""
        return next(self.newest_first(core_version, last), None)

    def newest_first(
        self, core_version: int, last: int, passed_over: Callable[[str], None] = lambda why: None
    ) -> Iterator[Snapshot]:
        """
        Go through the verified snapshots of these rules at or before the offset `last` that are whole.

        `passed_over` is told of each of the others, in a sentence.
        """
        for path in reversed(self.verified()):
            try:
                found = load(path)
            except SnapshotRefused as refused:
                passed_over(str(refused))
                continue
            if found.core_version != core_version:
                passed_over(f"{path}: it is by version {found.core_version} of the rules, these are {core_version}")
            elif found.offset > last:
                passed_over(f"{path}: the journal ends before it, at {last}")
            else:
                yield found

    def barrier(self, core_version: int, last: int) -> Snapshot | None:
        """
        Return the state by older rules after which these hold, if the journal up to `last` has come past it.

        Raises `SnapshotRefused` if it is damaged: what came after it cannot be folded from anywhere else.
        """
        for path in self.folder.glob(f"*{_BARRIER}{core_version}"):
            found = load(path)
            return found if found.offset <= last else None
        return None

    def set_barrier(self, core_version: int, last: int) -> Snapshot | None:
        """
        Let these rules hold after the entry `last`, if the newest verified snapshot is by older rules and stands there.

        It is kept for good under another name. Returns it, or None if there is no such snapshot.
        """
        for path in reversed(self.verified()):
            try:
                found = load(path)
            except SnapshotRefused:
                continue
            if found.core_version < core_version and found.offset == last:
                rename(path, self._path(found.offset, f"{_BARRIER}{core_version}"))
                return found
        return None

    def verified(self) -> list[Path]:
        """The files of verified snapshots, oldest first."""
        return sorted(self.folder.glob(f"*{_VERIFIED}"))

    def barriers(self) -> list[Path]:
        """The files of the states at which the rules changed, oldest first."""
        return sorted(self.folder.glob(f"*{_BARRIER}*"))

    def faults(self) -> list[str]:
        """Check every verified snapshot, barriers among them; one sentence for each that cannot be used."""
        found: list[str] = []
        for path in [*self.verified(), *self.barriers()]:
            try:
                load(path)
            except SnapshotOfOther:
                continue
            except SnapshotRefused as refused:
                found.append(str(refused))
        return found

    def _prune(self) -> None:
        kept = self.verified()[-KEPT:]
        for path in self.verified()[:-KEPT]:
            path.unlink()
        for path in self.folder.glob(f"*{_UNVERIFIED}"):
            if path.stem < kept[-1].stem:
                path.unlink()

    def _path(self, offset: int, suffix: str) -> Path:
        return self.folder / f"{offset:016d}{suffix}"


def load(path: Path) -> Snapshot:
    """Read a snapshot's file and check every bit of it. Raises `SnapshotRefused`."""
    try:
        said, body = unsealed(path.read_bytes())
        if said.get("format") != FORMAT:
            raise SnapshotOfOther(f"{path}: its format is {said.get('format')}, this program reads {FORMAT}")
        about = _About(**said)
    except OSError as error:
        raise SnapshotRefused(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise SnapshotRefused(f"{path}: {error}") from error
    except TypeError as error:
        raise SnapshotRefused(f"{path}: this is no snapshot") from error
    if not path.name.startswith(f"{about.offset:016d}."):
        raise SnapshotRefused(f"{path}: this is the snapshot at {about.offset} under another name")
    body, beside = body[: about.size], body[about.size :]
    if len(body) != about.size or sha256(body).hexdigest() != about.sha256:
        raise SnapshotRefused(f"{path}: the state is not as it was written")
    if len(beside) != about.beside_size or sha256(beside).hexdigest() != about.beside_sha256:
        raise SnapshotRefused(f"{path}: what is beside the state is not as it was written")
    found = Snapshot(about.offset, about.epoch, about.core_version, zlib.decompress(body), zlib.decompress(beside))
    if found.hash != about.state:
        raise SnapshotRefused(f"{path}: the state is not the one that was packed")
    return found
