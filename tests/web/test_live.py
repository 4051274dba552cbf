"""The live table's numbers are the same after a restart, wherever the start went on from."""

import pickle
from typing import cast

import pytest

from router.core.desk import Desk, Entry
from router.journal.port import StoredEntry
from tests.core.world import random_day
from web.live import CalendarDays, LiveTable, _code

NO_ENTRY = cast(StoredEntry, None)
"""The table counts events; it does not look at how they are stored."""


def table(within_ms: int = 20_000) -> LiveTable:
    return LiveTable(CalendarDays(), within_ms, 0.8)


def follow(desk: Desk, entries: list[Entry], *tables: LiveTable) -> None:
    """Let tables see what the desk folds."""
    for entry in entries:
        folded = desk.fold(entry)
        for each in tables:
            each.on_entry(NO_ENTRY, entry, folded)


def test_kept_counts_go_on() -> None:
    """A table that takes what another kept shows the same then and at the end of the day."""
    entries = random_day(3, 120).entries
    desk, first, second = Desk(), table(), table()
    follow(desk, entries[:60], first)

    second.take(first.keep())
    assert first.board() == second.board()
    follow(desk, entries[60:], first, second)

    assert first.board() == second.board()
    assert first.board()["today"]["all"]["offered"]["value"]
    second.take(b"")
    assert table().board() == second.board()


def test_what_others_counted_is_not_taken() -> None:
    """Counts of another version or another service level are refused, and bytes that make anything else do not run."""
    kept = table().keep()

    for foreign in (b"another version", bytes(len(_code())) + kept[len(_code()) :], table(10_000).keep()):
        with pytest.raises(ValueError, match="counted"):
            table().take(foreign)
    with pytest.raises(ValueError, match="nothing that counts"):
        table().take(_code() + pickle.dumps(print))
