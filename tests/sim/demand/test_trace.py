"""Contacts replayed as they were: from a table, and from the journal of a desk."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from router.core import events as ev
from router.core.commands import (
    AcceptOffer,
    CloseContact,
    Command,
    FinishWrapUp,
    LeaveContact,
    NodeStarted,
    PolicyChanged,
    RequestChat,
    SignIn,
)
from router.core.ids import AgentId, AscId, CompanyId, ContactId, OfferId, line_key
from router.journal.entry_line import entry_line
from router.journal.port import StoredEntry
from router.wire.codec import COMMAND_VERSION, encode_command
from router.wire.policy import compile_policy
from sim.demand.trace import UNKNOWN, read_trace
from sim.model import build
from sim.problems import BadDocument
from sim.run import simulate
from sim.scenario_file import load_scenario
from sim.settings import changed, plain
from sim.twin import Twin

SCENARIO = """\
name: replay
calendar: {date: 2026-11-17, time_zone: Europe/Berlin, starts: "08:00"}
policy: {products: [expense, travel], languages: [en]}
demand: {traces: [{file: contacts.csv}]}
people: {all: {agents: 9, products: [expense, travel], languages: [en]}}
work: {handle_time: 5 min}
callback: {accept: 0}
run: {horizon: 4 h, seed: 1}
"""
CONTACTS = """\
asked,product,language,handle_s,channel
2026-11-17T08:00:00.250,expense,en,61.5,chat
2026-11-17T08:10:00+00:00,travel,en,,call
2026-11-17T08:05:00,expense,en,,
2026-11-17T07:59:59,expense,en,,
"""


MORNING = datetime(2026, 11, 17, 7, 0, tzinfo=UTC)
"""Eight o'clock in Berlin."""


def journalled(offset: int, happened: tuple[int, Command]) -> bytes:
    """An entry as `ringback journal export` writes it."""
    now, command = happened
    stamp_us = round(MORNING.timestamp() * 1_000_000) + now * 1_000
    return entry_line(
        StoredEntry(
            offset=offset,
            stamp_us=stamp_us,
            incarnation=1,
            node="node",
            op="",
            body=b"",
            actor="",
            command=encode_command(command),
            sealed=b"",
            due=0,
            version=COMMAND_VERSION,
        )
    )


def written(folder: Path, contacts: str = CONTACTS, scenario: str = SCENARIO) -> Path:
    """A scenario beside its trace."""
    (folder / "contacts.csv").write_text(contacts, encoding="utf-8")
    path = folder / "replay.yaml"
    path.write_text(scenario, encoding="utf-8")
    return path


def replayed(path: Path) -> list[tuple[int, Any]]:
    """Every event of one replication with its time."""
    seen: list[tuple[int, Any]] = []
    Twin(build(load_scenario(path)), 1, 0, lambda now, events: seen.extend((now, e) for e in events)).run()
    return seen


def test_contacts_come_as_they_came(tmp_path: Path) -> None:
    """At the very millisecond, in their line and channel; times without an offset are the desk's own."""
    events = replayed(written(tmp_path))

    asked = [(now, e.line, e.channel) for now, e in events if isinstance(e, ev.ContactQueued)]
    assert asked == [
        (250, "expense/en", "chat"), (300_000, "expense/en", "chat"), (4_200_000, "travel/en", "call"),
    ]  # fmt: skip
    ended = [now for now, e in events if isinstance(e, ev.ContactEnded)]
    assert ended == [61_750, 600_000, 4_500_000]


def test_every_replication_has_the_same_contacts(tmp_path: Path) -> None:
    """What was recorded does not vary; a result pins the file by its digest, and reads back."""
    scenario = load_scenario(written(tmp_path))

    assert simulate(scenario, replications=3).total().offered == 3 * 3
    pinned = plain(scenario)["demand"]["traces"][0]
    assert Path(pinned["file"]) == tmp_path / "contacts.csv"
    assert len(pinned["sha256"]) == 64
    assert changed(scenario, "people.all.agents=3").demand == scenario.demand


def test_a_file_that_has_changed_is_refused(tmp_path: Path) -> None:
    """A digest in the scenario is compared, so that no other contacts are taken for those meant."""
    scenario = SCENARIO.replace("contacts.csv", f"contacts.csv, sha256: '{'0' * 64}'")

    with pytest.raises(BadDocument, match=r"replay\.yaml:4:26  demand.traces\[0\].file: the file is another"):
        load_scenario(written(tmp_path, scenario=scenario))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("asked,", "when,", "contacts.csv:1  no column 'asked'; the first line names when, product"),
        ("08:05:00,", "8 o'clock,", "contacts.csv:4  asked: '2026-11-17T8 o'clock' is not a time like"),
        ("61.5", "-1", "contacts.csv:2  handle_s: -1 is not between 0"),
        ("61.5", "long", "contacts.csv:2  handle_s: 'long' is not a number"),
        (",call", ",fax", "contacts.csv:3  channel: 'fax' is none of chat, callback, call, case"),
        ("travel,en,,call", "travel,en", "contacts.csv:3  3 values for 5 columns"),
        ("travel,en", "hotel,en", "line 3: unknown product 'hotel'"),
        ("travel,en", "travel,fr", "line 3: unknown language 'fr'"),
        ("2026", "2025", "none of its contacts lies within the run, which begins on 2026-11-17"),
    ],
)
def test_bad_tables_are_told_with_file_and_line(tmp_path: Path, before: str, after: str, told: str) -> None:
    """Whoever wrote the file finds the place."""
    with pytest.raises(BadDocument) as problem:
        load_scenario(written(tmp_path, CONTACTS.replace(before, after)))

    assert told in str(problem.value)


def test_parquet_holds_the_same_contacts(tmp_path: Path) -> None:
    """With the extra `data`, a table may be Parquet."""
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    path = written(tmp_path)
    frame = pandas.read_csv(tmp_path / "contacts.csv", dtype=str)
    frame.to_parquet(tmp_path / "contacts.parquet")
    from_csv = replayed(path)
    path.write_text(SCENARIO.replace("contacts.csv", "contacts.parquet"), encoding="utf-8")

    assert replayed(path) == from_csv


def test_a_journal_is_replayed_as_it_happened(tmp_path: Path) -> None:
    """Asked for, waited, talked and wrapped up as then; whoever left does so after the same time, if still in line."""
    path = written(tmp_path, scenario=SCENARIO.replace("contacts.csv", "journal.jsonl"))
    policy = load_scenario(written(tmp_path)).policy
    first, second, line = ContactId(1), ContactId(2), line_key("expense", "en")
    happened: list[tuple[int, Command]] = [
        (0, NodeStarted("node", 1)),
        (0, PolicyChanged(compile_policy(policy), policy.model_dump_json())),
        (1_000, SignIn(AgentId(1), ("expense", "travel"), ("en",), 1)),
        (5_000, RequestChat(first, AscId(1), CompanyId(1), line)),
        (7_000, AcceptOffer(AgentId(1), OfferId(1))),
        (8_000, RequestChat(second, AscId(2), CompanyId(1), line, "some")),
        (68_000, LeaveContact(second, AscId(2))),
        (100_000, CloseContact(AgentId(1), first)),
        (110_000, FinishWrapUp(AgentId(1), first)),
    ]
    (tmp_path / "journal.jsonl").write_bytes(b"".join(map(journalled, range(1, 10), happened)))
    path.write_text(SCENARIO.replace("contacts.csv", "journal.jsonl").replace("agents: 9", "agents: 1"), "utf-8")

    asked = [
        (one.asked, one.impact, one.patience_ms, one.handle_ms, one.wrap_up_ms)
        for one in read_trace(tmp_path / "journal.jsonl")
    ]
    assert asked == [
        (MORNING + timedelta(seconds=5), "one", UNKNOWN, 93_000, 10_000),
        (MORNING + timedelta(seconds=8), "some", 60_000, UNKNOWN, UNKNOWN),
    ]
    events = [(now, type(e).__name__) for now, e in replayed(path)]
    assert [now for now, name in events if name == "ContactQueued"] == [5_000, 8_000]
    assert [now for now, name in events if name == "ContactAbandoned"] == [68_000]
    assert [now for now, name in events if name == "ContactEnded"] == [98_000]


def test_a_torn_journal_is_told_with_its_line(tmp_path: Path) -> None:
    """A line that is no entry is named."""
    scenario = SCENARIO.replace("contacts.csv", "journal.jsonl")
    (tmp_path / "journal.jsonl").write_text('{"offset": 1}\n', encoding="utf-8")

    with pytest.raises(BadDocument, match=r"journal\.jsonl:1  is not an entry of a journal"):
        load_scenario(written(tmp_path, scenario=scenario))
