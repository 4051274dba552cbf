"""
`python -m tests.chaos`: torment a real desk with real clients, and judge what came of it.

Progress goes to standard error, the summary is the last line of standard output. Exit code 0 when nothing was violated,
1 when something was, 130 when it was interrupted before its end and nothing was.
"""

import argparse
import asyncio
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.chaos.campaign import Campaign, Result
from tests.chaos.report import document, summary

DISK_MB = 256
"""The store's own file system where one can be mounted."""


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=500, help="end after so many deaths of processes")
    parser.add_argument("--seed", type=int, default=None, help="draws faults, people and words")
    parser.add_argument("--report", type=Path, default=None, help="write the report to this file (Markdown)")
    parser.add_argument("--keep", type=Path, default=None, help="keep history, journal and logs in this new folder")
    chosen = parser.parse_args()
    seed = chosen.seed if chosen.seed is not None else random.SystemRandom().randrange(10**6)
    folder = chosen.keep or Path(tempfile.mkdtemp(prefix="chaos-"))
    folder.mkdir(parents=True, exist_ok=True)
    print(f"seed {seed}, everything lies in {folder}", file=sys.stderr)
    with _small_disk(folder) as disk:
        result = asyncio.run(_run(folder, disk, seed, chosen.kills))
    if chosen.report is not None:
        chosen.report.write_text(document(result, datetime.now(UTC).date()))
    for violation in result.violations:
        print(violation)
    if not result.violations and chosen.keep is None:
        shutil.rmtree(folder)
    print(summary(result))
    return 1 if result.violations else 130 if result.interrupted else 0


async def _run(folder: Path, disk: Path | None, seed: int, kills: int) -> Result:
    data, ballast = (disk / "data", disk / "ballast") if disk else (None, None)
    campaign = Campaign(folder, seed, kills, lambda line: print(line, file=sys.stderr, flush=True), data, ballast)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, campaign.stop.set)
    loop.add_signal_handler(signal.SIGTERM, campaign.stop.set)
    return await campaign.run()


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path | None]:
    """A tmpfs that can be filled without harm to others; None where that is not permitted."""
    place = folder / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=700", "ringback-chaos", str(place)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    try:
        yield place if mounted else None
    finally:
        if mounted:
            # What lies there is worth keeping like the rest of the folder.
            shutil.copytree(place, folder / "from-disk", ignore=shutil.ignore_patterns("ballast", "*.sock*"))
            subprocess.run(["umount", "-l", str(place)], check=False)


if __name__ == "__main__":
    sys.exit(main())
