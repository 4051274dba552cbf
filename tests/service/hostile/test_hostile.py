"""Nothing that anybody sends costs much, tells anything about the inside, or keeps others from being served."""

import os
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.service.hostile import frame_rows, http_rows, upgrade_rows
from tests.service.hostile.row import Row, play
from tests.service.raw import Endpoint, Witness
from tests.web.desk import DeskProcess

ROWS: Final = (*http_rows.ROWS, *upgrade_rows.ROWS, *frame_rows.ROWS)
INNER: Final = ("traceback", "aiohttp", "pydantic", "python", "router", "web.", ".py", "canary", "exception")
"""Words that an answer holds only if it tells about the inside, or gives back what it should keep to itself."""


def cpu_ms(pid: int) -> float:
    """Time on the processor of a process's main thread, where the system tells it."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6


def kept_kib(pid: int) -> int:
    """Memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_024


@pytest.mark.skipif(sys.platform != "linux", reason="work and memory are read from /proc")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_hostile_input(served: DeskProcess, endpoint: Endpoint, witness: Witness, row: Row) -> None:
    """Each row ends as it says, cheaply; nothing of the inside is told; another client is served afterwards."""
    assert served.process is not None
    pid = served.process.pid
    worked, kept = cpu_ms(pid), kept_kib(pid)
    outcome, said = play(row, endpoint)

    assert outcome in row.expect.split(" | ")
    assert witness.is_served()
    assert cpu_ms(pid) - worked <= row.cpu_ms
    assert kept_kib(pid) - kept <= row.kept_kib
    for word in INNER:
        assert word not in said.lower()
