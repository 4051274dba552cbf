"""
What the clients of a campaign did and saw, one JSON object a line: the evidence that the judge reads.

`invoke` is an operation's first way out of a client; `ok` means acknowledged, `fail` surely refused, `info` that nobody
can know. What is neither of the three (`rx`, `view`, `nemesis`) is `info` as well. Nothing is judged here.
"""

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

Kind = Literal["invoke", "ok", "fail", "info"]


@dataclass(frozen=True, slots=True)
class Note:
    """
    One line. `t`: ns on the harness's clock; `p`: whose (`asc:1001`); `f`: what was asked, or `rx`, `view`, `nemesis`;
    `op`: session:counter; `v`: the frame or whatever belongs to it; `o`, `e`: as in the answer.
    """

    t: int
    p: str
    type: Kind
    f: str
    op: str = ""
    company: int = 0
    chat: int = 0
    v: Any = None
    err: str = ""
    o: int = 0
    e: str = ""
    run: str = ""

    def but(self, **changes: Any) -> "Note":
        """The same with changes, for tests that plant a bug."""
        return replace(self, **changes)


class History:
    """One process's part of the history, written as it happens. `run` names the campaign; its seed is in it."""

    def __init__(self, path: Path, run: str) -> None:
        self._file = path.open("a", encoding="utf-8")
        self._run = run
        self._count = 0
        self.oks = 0
        """Operations acknowledged so far; a nemesis waits for it to grow."""

    def note(self, p: str, type: Kind, f: str, **fields: Any) -> None:
        """Write one line with the time of now."""
        self.oks += type == "ok"
        note = Note(time.monotonic_ns(), p, type, f, run=self._run, **fields)
        full = {"i": self._count, **asdict(note)}
        self._count += 1
        self._file.write(json.dumps({name: value for name, value in full.items() if value not in ("", None)}) + "\n")

    def close(self) -> None:
        """Nothing is noted any more."""
        self._file.close()


def read(paths: Iterable[Path]) -> list[Note]:
    """The notes of several processes of one machine, merged by time."""
    notes = [note for path in paths for note in _notes(path)]
    return sorted(notes, key=lambda note: note.t)


def _notes(path: Path) -> Iterator[Note]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            fields = json.loads(line)
            del fields["i"]
            yield Note(**fields)
