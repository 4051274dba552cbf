"""
Files that are there whole or not at all, also after a power cut: written aside, flushed, renamed, the folder flushed.

What stands in them is the callers' affair.
"""

import os
from pathlib import Path
from typing import Final

from router.journal.fail_points import reach

UNFINISHED: Final = ".unfinished"
"""Ends the name of a file that is being written; one that a crash has left is of no account and may be removed."""


def write_whole(path: Path, *parts: bytes) -> None:
    """Make a file of these parts, readable by its owner alone; an older one of the name is replaced."""
    aside = path.with_name(path.name + UNFINISHED)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        reach("file begun")
        for part in parts:
            file.write(part[: len(part) // 2])
            file.flush()
            reach("file half written")
            file.write(part[len(part) // 2 :])
        file.flush()
        reach("file written")
        os.fsync(file.fileno())
    reach("file flushed")
    rename(aside, path)


def rename(old: Path, new: Path) -> None:
    """Give a file its final name, and have the folder remember it."""
    old.replace(new)
    reach("file renamed")
    flush_folder(new.parent)
    reach("folder flushed")


def flush_folder(folder: Path) -> None:
    """Have the folder remember its files over a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner may enter, unless it is there."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        flush_folder(folder.parent)
