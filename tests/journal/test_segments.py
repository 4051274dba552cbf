"""The archive gives back every byte, and misses, doubles, swaps or flips nothing unseen."""

import random
import shutil
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.journal.entry_line import entry_line, read_line
from router.journal.port import StoredEntry
from router.journal.segments import Archive, ArchiveDamaged

ANY = StoredEntry(1, 1_000, 1, "desk-1", "7:1", b"\x00" * 16, "agent:7", b'["NodeBeat","desk-1",1]', b"\xff\x00", 0, 1)


def entries(first: int, last: int) -> list[StoredEntry]:
    """Entries that differ from each other."""
    return [
        StoredEntry(
            offset, 1_000 * offset, 1, "desk-1", f"7:{offset}", b"", "agent:7", b'["PostMessage",%d,"asc",7]' % offset,
            random.Random(offset).randbytes(40), 0, 1,
        )
        for offset in range(first, last + 1)
    ]  # fmt: skip


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Four segments of five entries."""
    made = Archive(tmp_path / "archive")
    for first in (1, 6, 11, 16):
        made.write(entries(first, first + 4), "9f2c61d0", 3)
    return made


def files(archive: Archive) -> list[Path]:
    return sorted(archive.folder.glob("*.segment"))


@given(st.binary(max_size=60), st.text(max_size=10), st.binary(max_size=20), st.integers(0, 2**53))
def test_every_byte_of_an_entry_comes_back(command: bytes, actor: str, sealed: bytes, due: int) -> None:
    """Whatever lies in the journal, readable or not, a line gives it back as it was."""
    stored = StoredEntry(7, 2**52, 3, "desk-1", "", sealed[:16], actor, command, sealed, due, 1)

    line = entry_line(stored)

    assert stored == read_line(line)
    assert 1 == line.count(b"\n")


@pytest.mark.parametrize(
    "command",
    [b'["A","\\u00e9"]', '["A","é\u2028"]'.encode(), b'["A", 1]', b'["A",1.0,1e5]', b'["A",NaN]', b'"A"', b"", b"\xff"],
)
def test_commands_that_json_would_write_otherwise_are_kept_as_they_are(command: bytes) -> None:
    """A command is readable in its line only if the same bytes come out again."""
    stored = StoredEntry(1, 1, 1, "n", "", b"", "", command, b"", 0, 1)

    assert command == read_line(entry_line(stored)).command


def test_the_archive_gives_back_what_was_written(archive: Archive) -> None:
    """By offset and count as the store is read, across segments and up to the end, and all of it in a row."""
    written = entries(1, 20)

    assert written == list(archive.entries())
    assert written[3:5] == archive.read(3, 10)
    assert written[5:8] == archive.read(5, 3)
    assert [] == archive.read(20, 10)
    assert [(1, 5, 3), (6, 10, 3), (11, 15, 3), (16, 20, 3)] == [
        (each.first, each.last, each.core_version) for each in archive.segments()
    ]
    archive.write(entries(21, 21), "other", 4)
    assert entries(21, 21) == archive.read(20, 10)
    assert [] == archive.faults()


def test_a_segment_can_be_read_without_this_program(archive: Archive) -> None:
    """Two lines, then gzip of lines of JSON: any tool reads it."""
    head, seal, body = files(archive)[1].read_bytes().split(b"\n", 2)

    assert b'"first":6' in head
    assert 64 == len(seal)
    assert b"".join(map(entry_line, entries(6, 10))) == zlib.decompress(body, wbits=31)


def test_any_flipped_bit_is_found_and_placed(tmp_path: Path) -> None:
    """Wherever a bit of a file is flipped, in head, seal or body, the fault names the file."""
    archive = Archive(tmp_path)
    archive.write(entries(1, 2), "9f2c61d0", 3)
    archive.write(entries(3, 4), "9f2c61d0", 3)
    victim = files(archive)[1]
    whole = victim.read_bytes()
    for position in range(0, len(whole), 2):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << position % 8
        victim.write_bytes(damaged)

        found = archive.faults()

        assert 1 == len(found), (position, found)
        assert str(victim) in found[0]
    victim.write_bytes(whole)
    assert [] == archive.faults()


@pytest.mark.parametrize("kept", [0, 1, 100, -1])
def test_a_file_that_was_cut_is_found(archive: Archive, kept: int) -> None:
    """Nothing, a byte, part of the head or all but a byte: the fault names the file, and reading stops there."""
    victim = files(archive)[2]
    victim.write_bytes(victim.read_bytes()[:kept])

    assert [str(victim)] == [fault.partition(": ")[0] for fault in archive.faults()]
    with pytest.raises(ArchiveDamaged, match=victim.name):
        list(archive.entries())


def test_a_missing_segment_is_found(archive: Archive) -> None:
    """A hole is placed by the offsets that are missing; nothing is read past it."""
    first, second, third, _ = files(archive)
    second.unlink()

    assert [f"{third}: the entries 6 to 10 are missing before it"] == archive.faults()
    with pytest.raises(ArchiveDamaged, match="the entries 6 to 10 are missing"):
        archive.read(0, 10)
    first.unlink()
    assert "the entries 1 to 10 are missing before it" in archive.faults()[0]


def test_swapped_segments_are_found(archive: Archive) -> None:
    """The contents of two files exchanged: both are told by their names."""
    _, second, third, _ = files(archive)
    contents = second.read_bytes(), third.read_bytes()
    third.write_bytes(contents[0])
    second.write_bytes(contents[1])

    assert [second.name, third.name] == [Path(fault.partition(": ")[0]).name for fault in archive.faults()][:2]


def test_a_segment_of_another_archive_is_found(archive: Archive, tmp_path: Path) -> None:
    """Right in itself, with the right offsets, but sealed after another past: the chain tells."""
    other = Archive(tmp_path / "other")
    other.write([ANY, *entries(2, 5)], "9f2c61d0", 3)
    other.write(entries(6, 10), "9f2c61d0", 3)
    shutil.copy(files(other)[1], files(archive)[1])

    assert [] == other.faults()
    placed = [str(file) for file in files(archive)[1:3]]
    assert placed == [fault.partition(": it does not follow on the segment before it")[0] for fault in archive.faults()]


def test_the_archive_goes_on_without_a_gap(archive: Archive) -> None:
    """What does not follow on the last entry is not written; what a crash left half written is removed."""
    left = archive.folder / "x.segment.unfinished"
    left.write_bytes(b"half")
    for wrong in ([], entries(22, 23), entries(20, 22), entries(21, 22)[::-1]):
        with pytest.raises(ValueError, match="goes on at offset 21"):
            archive.write(wrong, "9f2c61d0", 3)

    archive.write(entries(21, 22), "9f2c61d0", 3)

    assert not left.exists()
    assert entries(1, 22) == list(archive.entries())
