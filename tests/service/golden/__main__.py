"""Write the journal of the present rules."""

import json

from router.core.version import CORE_VERSION
from router.journal.entry_line import entry_line
from router.journal.port import ENTRY_VERSION, StoredEntry
from router.service.replay import load, replay
from router.wire.codec import encode_command
from tests.core.world import random_day
from tests.service.test_golden import FOLDER

DAY, STEPS = 1, 250
"""A day with steps, transfers, callbacks, sessions and outages."""

if __name__ == "__main__":
    path = FOLDER / f"rules-{CORE_VERSION}.jsonl"
    with path.open("wb") as file:
        for offset, entry in enumerate(random_day(DAY, STEPS).entries, 1):
            op, body = (f"{entry.op.session_id}:{entry.op.counter}", entry.op.body[:16]) if entry.op else ("", b"")
            command = encode_command(entry.command)
            file.write(
                entry_line(
                    StoredEntry(offset, entry.now * 1_000, 1, "golden", op, body, "", command, b"", 0, ENTRY_VERSION)
                )
            )
    found = replay(load(path))
    path.with_suffix(".json").write_text(json.dumps({"entries": found.entries, "events": found.events}) + "\n")
