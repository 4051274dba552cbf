"""A dump of the journal holds all that a replay needs, and nothing that can be read of people."""

import pytest

from router.journal.functions import CODE
from router.journal.memory import MemoryJournal
from router.journal.port import ENTRY_VERSION
from router.service.entries import FoldFailed
from router.service.replay import BadDump, export, load, replay
from router.wire.codec import COMMAND_VERSION
from tests.service.desk import DANA, MINA, running_desk, talk


async def test_a_dump_is_the_journal(tmp_path):
    """Entry by entry the same, and folded to the same state."""
    async with running_desk() as desk:
        dana, mina = await desk.join(DANA), await desk.join(MINA)
        contact = await talk(dana, mina)
        await dana.ask("msg.send", contact=contact, text="canary")
    journal = MemoryJournal(desk.store)
    opened = await journal.open("export")
    file = tmp_path / "dump.jsonl"
    count = await export(journal, opened.last, file)

    assert count == opened.last == len(desk.store.entries)
    assert desk.store.entries == list(load(file))
    assert replay(desk.store.entries).state == replay(load(file)).state
    assert "canary" not in file.read_text()


def test_entries_carry_the_version_of_what_is_in_them():
    """What is written today is read as of today, wherever it is written, and never for an older form."""
    assert COMMAND_VERSION == ENTRY_VERSION
    assert f"'v', '{ENTRY_VERSION}'".encode() in CODE


@pytest.mark.parametrize("line", ["", "{}", "[]", "nonsense", '{"offset":1}'])
def test_a_dump_that_is_damaged_names_the_line(tmp_path, line):
    """A broken dump is never folded in part without a word."""
    file = tmp_path / "dump.jsonl"
    file.write_text(line + "\n")

    with pytest.raises(BadDump, match="line 1"):
        replay(load(file))


async def test_a_replay_that_breaks_names_the_offset():
    """Time that goes back is a bug in the journal, and the entry is named."""
    async with running_desk() as desk:
        pass
    entries = list(desk.store.entries)
    entries[1].stamp_us = 0

    with pytest.raises(FoldFailed, match="entry 2 of the journal"):
        replay(entries)
