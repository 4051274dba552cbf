"""
The desk without pages, for machines, tests and measurements: `python -m router.service serve|export|replay|...`.

Exit code 0 when all went well, 2 when it cannot start or go on; the last line on stderr then says why.
"""

import argparse
import asyncio
import json
import os
import sys
from base64 import b64decode
from pathlib import Path

from aiohttp import web
from pydantic import ValidationError

from router.journal.port import JournalError
from router.records.database import RecordsError
from router.service.archiving import archive_desk
from router.service.entries import FoldFailed
from router.service.folder import REDIS_VARIABLE, Place
from router.service.logs import set_up_logs
from router.service.recorder import RECORDS_VARIABLE
from router.service.recording import follow_desk
from router.service.replay import BadDump, export_desk, load, replay
from router.service.server import ServiceError, ServiceSettings, serve, start_service
from router.service.snapshotting import refold, snapshot_desk
from router.wire.codec import UnknownEntry
from router.wire.policy import PolicyDocument
from router.wire.sealing import KeyFileError


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m router.service", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serving = commands.add_parser("serve", help="run a desk; the first line on stdout is its address")
    serving.add_argument("--data", type=Path, required=True, help="folder of everything the desk keeps")
    serving.add_argument("--policy", type=Path, required=True, help="policy document, JSON")
    serving.add_argument("--host", default="127.0.0.1")
    serving.add_argument("--port", type=int, default=0, help="0 takes any free one")
    serving.add_argument("--origin", action="append", default=[], help="a page that may connect; may be repeated")
    serving.add_argument("--drain", type=float, default=0.0, help="seconds within which connections end after SIGTERM")
    serving.add_argument("--check", action="store_true", help="check the desk's laws after every entry")
    exporting = commands.add_parser("export", help="write a desk's journal to a file, one JSON object a line")
    exporting.add_argument("--data", type=Path, required=True)
    exporting.add_argument("file", type=Path)
    replaying = commands.add_parser("replay", help="fold such a file and print what it comes to")
    replaying.add_argument("file", type=Path)
    refolding = commands.add_parser("refold", help="fold a desk's journal to an offset and print the state's hash")
    refolding.add_argument("--data", type=Path, required=True)
    refolding.add_argument("offset", type=int)
    keeping = commands.add_parser(
        "snapshot", help="write a verified snapshot at an offset; stdin: what read models kept"
    )
    keeping.add_argument("--data", type=Path, required=True)
    keeping.add_argument("offset", type=int)
    archiving = commands.add_parser("archive", help="archive a desk's journal and trim its store to so many bytes")
    archiving.add_argument("--data", type=Path, required=True)
    archiving.add_argument("keep_bytes", type=int)
    recording = commands.add_parser("record", help="write closed contacts to SQL until standard input ends")
    recording.add_argument("--data", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    elsewhere = os.environ.get(REDIS_VARIABLE, "")
    set_up_logs()
    try:
        if chosen.command == "serve":
            asyncio.run(_serve(chosen))
        elif chosen.command == "export":
            print(asyncio.run(export_desk(Place(chosen.data, elsewhere), chosen.file)), "entries")
        elif chosen.command == "archive":
            asyncio.run(archive_desk(Place(chosen.data, elsewhere), chosen.keep_bytes))
        elif chosen.command == "snapshot":
            os.nice(10)  # Whoever is being served comes first.
            kept = {name: b64decode(said) for name, said in json.load(sys.stdin).items()}
            print(asyncio.run(snapshot_desk(Place(chosen.data, elsewhere), chosen.offset, kept)))
        elif chosen.command == "record":
            asyncio.run(follow_desk(Place(chosen.data, elsewhere), os.environ.get(RECORDS_VARIABLE, "")))
        elif chosen.command == "refold":
            print(asyncio.run(refold(Place(chosen.data, elsewhere), chosen.offset)))
        else:
            found = replay(load(chosen.file))
            print(f"entries {found.entries}\nstate {found.state}\nevents {found.events}")
    except (
        ServiceError,
        JournalError,
        FoldFailed,
        UnknownEntry,
        BadDump,
        RecordsError,
        KeyFileError,
        OSError,
    ) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


async def _serve(chosen: argparse.Namespace) -> None:
    try:
        policy = PolicyDocument.model_validate_json(chosen.policy.read_bytes())
    except ValidationError as error:
        raise ServiceError(f"{chosen.policy} is not a policy document: {error}") from error
    service = await start_service(
        ServiceSettings(
            chosen.data, policy, origins=tuple(chosen.origin), machines=True, check=chosen.check, drain_s=chosen.drain
        )
    )
    app = web.Application()
    app.add_routes(service.routes())
    await serve(app, service, chosen.host, chosen.port, lambda address: print(address, flush=True))


if __name__ == "__main__":
    sys.exit(main())
