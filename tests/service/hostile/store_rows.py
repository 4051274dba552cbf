"""
What a store may hold or answer that no desk has put there: foreign entries, lost keys, error replies, nonsense.

A desk folds past nothing that it does not understand and acknowledges nothing that is not there. To add an input, add a
row.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from tests.journal.worlds import StoreWorld

Damage = Callable[[StoreWorld], Awaitable[object]]

GOOD: Final = {
    "v": b"1", "t": b"9999999999999999", "node": b"desk-1:1", "op": b"", "body": b"", "actor": b"",
    "command": b'["NodeBeat","desk-1",1]', "sealed": b"", "due": b"0",
}  # fmt: skip


@dataclass(frozen=True)
class AtRest:
    """Damage done while nothing runs, and what the next start says; empty: it starts."""

    what: str
    damage: Damage
    says: str = ""


@dataclass(frozen=True)
class Alive:
    """Damage done while a node runs, and why it stops at the next operation; empty: it waits and answers nothing."""

    what: str
    damage: Damage
    says: str = ""


@dataclass(frozen=True)
class Reply:
    """What the store answers to an append instead of doing it; `says` why the node stops, empty: it asks again."""

    what: str
    answer: bytes
    says: str = ""


def _do(command: str, *arguments: str | int) -> Damage:
    """Run a command; an argument `{journal}`, `{meta}` or `{keys}` is that key."""

    def do(store: StoreWorld) -> Awaitable[object]:
        names = {part: store.key(part) for part in ("journal", "meta", "keys")}
        return store.do(command, *(each.format(**names) if isinstance(each, str) else each for each in arguments))

    return do


def entry(**fields: bytes | None) -> Damage:
    """One more entry, written past the function; None leaves a field out."""

    async def add(store: StoreWorld) -> None:
        offset = await store.do("HINCRBY", store.key("meta"), "last", 1)
        flat = [part for name, value in {**GOOD, **fields}.items() if value is not None for part in (name, value)]
        await store.do("XADD", store.key("journal"), f"{offset}-0", *flat)

    return add


def _both(*damages: Damage) -> Damage:
    async def do(store: StoreWorld) -> None:
        for damage in damages:
            await damage(store)

    return do


AT_REST: Final = (
    AtRest("nothing", _do("PING")),
    AtRest("an entry of a later version", entry(v=b"99"), "its version is 99"),
    AtRest("an entry of version 0", entry(v=b"0"), "its version is 0"),
    AtRest("a version that is no number", entry(v=b"x"), "invalid literal"),
    AtRest("a command from the future", entry(command=b'["FromTheFuture",1]'), "no command 'FromTheFuture'"),
    AtRest("a command cut short", entry(command=b'["NodeBeat","desk-1"'), "not a JSON array"),
    AtRest("a command with a field less", entry(command=b'["NodeBeat","desk-1"]'), "NodeBeat has other fields"),
    AtRest("a command with a field more", entry(command=b'["NodeBeat","desk-1",1,1]'), "NodeBeat has other fields"),
    AtRest("a command with a field of another type", entry(command=b'["NodeBeat",1,"x"]'), "is not str"),
    AtRest("a command that is true for 1", entry(command=b'["NodeBeat","desk-1",true]'), "is not int"),
    AtRest("a command that is an object", entry(command=b'{"NodeBeat":1}'), "is not understood"),
    AtRest("an empty command", entry(command=b""), "not a JSON array"),
    AtRest("a command of a megabyte", entry(command=b"x" * 1_000_000), "not a JSON array"),
    AtRest("a command of a hundred thousand open arrays", entry(command=b"[" * 100_000), "not a JSON array"),
    AtRest("a command that is not UTF-8", entry(command=b'["NodeBeat","\xff",1]'), "not a JSON array"),
    AtRest("an operation without a counter", entry(op=b"7"), "invalid literal"),
    AtRest("an operation that is none", entry(op=b"x:y"), "invalid literal"),
    AtRest("an operation that is not UTF-8", entry(op=b"\xff"), "cannot be read"),
    AtRest("a node that is none", entry(node=b"desk-1"), "cannot be read"),
    AtRest("time that goes back", entry(t=b"1"), "cannot be folded"),
    AtRest("time that is no number", entry(t=b"soon"), "cannot be read"),
    AtRest("a deadline that is no number", entry(due=b"soon"), "cannot be read"),
    AtRest("a field missing", entry(sealed=None), "cannot be read"),
    AtRest("a foreign field", entry(colour=b"red"), "cannot be read"),
    AtRest("a foreign id", _do("XADD", "{journal}", "9-9", "hello", "world"), "foreign id|missing|cannot be read"),
    AtRest("an entry deleted", _do("XDEL", "{journal}", "2-0"), "entry 2 of the journal cannot be read: it is missing"),
    AtRest("the first entry deleted", _do("XDEL", "{journal}", "1-0"), "the entries after 0 are gone"),
    AtRest("the last entry deleted", _do("HINCRBY", "{meta}", "last", 1), "it is missing"),
    AtRest("all entries trimmed", _do("XTRIM", "{journal}", "MAXLEN", 0), "the entries after 0 are gone"),
    AtRest("the stream gone", _do("DEL", "{journal}"), "the entries after 0 are gone|the stream is gone"),
    AtRest("the stream is a text", _both(_do("DEL", "{journal}"), _do("SET", "{journal}", "x")), "WRONGTYPE"),
    AtRest("meta gone", _do("DEL", "{meta}"), "its meta hash is gone"),
    AtRest("meta is a text", _both(_do("DEL", "{meta}"), _do("SET", "{meta}", "x")), "WRONGTYPE"),
    AtRest("the epoch gone", _do("HDEL", "{meta}", "epoch"), "lost its epoch or its last offset"),
    AtRest("the last offset gone", _do("HDEL", "{meta}", "last"), "lost its epoch or its last offset"),
    AtRest("everything gone", _do("FLUSHALL")),
    AtRest("our functions gone", _do("FUNCTION", "FLUSH")),
)

ALIVE: Final = (
    Alive("everything gone", _do("FLUSHALL"), "the epoch is false"),
    Alive("meta gone", _do("DEL", "{meta}"), "the epoch is false"),
    Alive("the stream gone", _do("DEL", "{journal}"), "the stream is gone"),
    Alive("the last entries gone", _do("HINCRBY", "{meta}", "last", -2), "was folded"),
    Alive("another epoch", _do("HSET", "{meta}", "epoch", "deadbeef"), "the epoch is deadbeef"),
    Alive(
        "our incarnation gone", _do("HDEL", "{meta}", "incarnation:desk-1"), "incarnation 1 of node desk-1 is not known"
    ),
    Alive("another life of ours", _do("HINCRBY", "{meta}", "incarnation:desk-1", 1), "has taken over"),
    Alive("our batches gone", _do("HDEL", "{meta}", "batch:desk-1"), "came after 0"),
    Alive("a foreign entry", entry(node=b"desk-9:1", command=b'["FromTheFuture",1]'), "no command 'FromTheFuture'"),
    Alive("an entry in our name", entry(), "returned our entries in another order"),
    Alive("a foreign id", _do("XADD", "{journal}", "9999-0", "hello", "world")),
    Alive("the stream is a text", _both(_do("DEL", "{journal}"), _do("SET", "{journal}", "x"))),
    Alive("meta is a text", _both(_do("DEL", "{meta}"), _do("SET", "{meta}", "x"))),
    Alive("no memory left", _do("CONFIG", "SET", "maxmemory", "1")),
)

_PASSING: Final = tuple(
    Reply(what, answer)
    for what, answer in (
        ("moved", b"-MOVED 7638 127.0.0.1:6381\r\n"),
        ("ask", b"-ASK 7638 127.0.0.1:6381\r\n"),
        ("read-only", b"-READONLY You can't write against a read only replica.\r\n"),
        ("loading", b"-LOADING Redis is loading the dataset in memory\r\n"),
        ("busy", b"-BUSY Redis is busy running a script.\r\n"),
        ("no script", b"-NOSCRIPT No matching script.\r\n"),
        ("no function", b"-ERR Function not found\r\n"),
        ("out of memory", b"-OOM command not allowed when used memory > 'maxmemory'.\r\n"),
        ("no login", b"-NOAUTH Authentication required.\r\n"),
        ("no right", b"-NOPERM this user has no permissions to run the 'fcall' command\r\n"),
        ("cluster down", b"-CLUSTERDOWN Hash slot not served\r\n"),
        ("disk failing", b"-MISCONF Errors writing to the AOF file: No space left on device\r\n"),
        ("too few replicas", b"-NOREPLICAS Not enough good replicas to write.\r\n"),
        ("an unknown error", b"-WHATEVER\r\n"),
        ("nothing", b""),
        ("not the protocol", b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        ("a length that is none", b"*x\r\n"),
    )
)
_ENDING: Final = (
    Reply("fenced", b"-FENCED incarnation 2 of node desk-1 has taken over\r\n", "has taken over"),
    Reply("a gap", b"-GAP batch 9 came after 7\r\n", "came after 7"),
    Reply("regressed", b"-REGRESSED the epoch is x\r\n", "the epoch is x"),
    Reply("a number", b":5\r\n", "cannot unpack"),
    Reply("null", b"$-1\r\n", "cannot unpack"),
    Reply("an empty array", b"*0\r\n", "not enough values"),
    Reply("entries far ahead", b"*5\r\n:9\r\n:1\r\n*1\r\n*2\r\n$3\r\n9-0\r\n*0\r\n:0\r\n*0\r\n", "begins at 9"),
)
REPLIES: Final = (*_PASSING, *_ENDING)
