"""
An entry as one line of JSON: what exports, archived segments and backups are made of.

Every byte comes back: commands stand readable in the line, and what is not readable stands in base64. Nothing sealed is
opened, and no file is touched here.
"""

from base64 import b64decode, b64encode

from pydantic_core import from_json, to_json

from router.journal.port import StoredEntry


def entry_line(stored: StoredEntry) -> bytes:
    """Write an entry as one line, its end included."""
    line = {
        "offset": stored.offset,
        "v": stored.version,
        "t": stored.stamp_us,
        "node": stored.node,
        "incarnation": stored.incarnation,
        "op": stored.op,
        "body": stored.body.hex(),
        "actor": stored.actor,
        **_command(stored.command),
        "sealed": b64encode(stored.sealed).decode(),
        "due": stored.due,
    }
    return to_json(line) + b"\n"


def read_line(line: bytes | str) -> StoredEntry:
    """Read such a line. Raises ValueError, KeyError or TypeError for anything else."""
    fields = from_json(line)
    command = to_json(fields["command"]) if "command" in fields else b64decode(fields["command64"], validate=True)
    return StoredEntry(
        offset=fields["offset"],
        stamp_us=fields["t"],
        incarnation=fields["incarnation"],
        node=fields["node"],
        op=fields["op"],
        body=bytes.fromhex(fields["body"]),
        actor=fields["actor"],
        command=command,
        sealed=b64decode(fields["sealed"], validate=True),
        due=fields["due"],
        version=fields["v"],
    )


def _command(command: bytes) -> dict[str, object]:
    """A command as JSON inside the JSON, if exactly its bytes come out again, else in base64."""
    try:
        readable = from_json(command)
        if to_json(readable) == command:
            return {"command": readable}
    except ValueError:
        pass
    return {"command64": b64encode(command).decode()}
