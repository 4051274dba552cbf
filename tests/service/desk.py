"""A desk behind a real port in this process, on a journal in memory, and clients that speak the wire to it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import websockets
from aiohttp import web
from websockets.asyncio.client import ClientConnection

from router.core.desk import Entry, Folded
from router.journal.memory import MemoryJournal, MemoryStore
from router.journal.port import StoredEntry
from router.service.auth import Person, Tokens
from router.service.gateway import LOOPBACK, Door, Gateway
from router.service.limits import Limits
from router.service.node import Node
from router.service.transcripts import Transcripts
from router.service.unused_keys import UnusedKeys
from router.wire.frames import PROTOCOL
from router.wire.policy import PolicyDocument
from router.wire.sealing import DeskKeys

KEYS = DeskKeys(b"1" * 32, b"2" * 32, b"3" * 32)
TOKENS = Tokens(KEYS.token_key)
ORIGIN = "https://desk.example"
PATIENCE_S = 5.0

DANA = Person(role="asc", id=1001, name="Dana", company="Acme", company_id=5)
OMAR = Person(role="asc", id=1002, name="Omar", company="Borealis", company_id=6)
MINA = Person(role="agent", id=7, name="Mina")
THEO = Person(role="agent", id=8, name="Theo")
SUE = Person(role="supervisor", id=9, name="Sue")


def policy(**rules: Any) -> PolicyDocument:
    """A policy with two lines, for the rules that a test is about."""
    return PolicyDocument(**{"products": ["expense"], "languages": ["en", "de"], **rules})


def real_clock() -> int:
    """Microseconds that pass as they do outside."""
    return time.time_ns() // 1000


async def until(holds: Callable[[], Any], patience_s: float = PATIENCE_S) -> Any:
    """Wait until something holds, and return it; fail after `patience_s`."""
    async with asyncio.timeout(patience_s):
        while not (found := holds()):
            await asyncio.sleep(0.002)
    return found


class Follower:
    """Writes down everything that a node folded."""

    def __init__(self) -> None:
        self.entries: list[tuple[StoredEntry, Entry, Folded]] = []

    def on_entry(self, stored: StoredEntry, entry: Entry, folded: Folded) -> None:
        """Take one entry down."""
        self.entries.append((stored, entry, folded))

    def on_settled(self) -> None:
        """Nothing waits."""

    def commands(self) -> list[str]:
        """The kinds of the commands, in order."""
        return [type(entry.command).__name__ for _, entry, _ in self.entries]

    def events(self) -> list[str]:
        """The kinds of the events, in order."""
        return [type(event).__name__ for _, _, folded in self.entries for event in folded.events]


@dataclass
class Service:
    """What a test may look at."""

    node: Node
    gateway: Gateway
    transcripts: Transcripts
    follower: Follower
    unused_keys: UnusedKeys
    store: MemoryStore
    port: int
    sockets: list[ClientConnection] = field(default_factory=list)

    async def connect(self, **options: Any) -> ClientConnection:
        """A socket that has said nothing yet."""
        options = {"subprotocols": [PROTOCOL], "origin": ORIGIN, "compression": None, **options}
        socket = await websockets.connect(f"ws://127.0.0.1:{self.port}/ws", **options)
        self.sockets.append(socket)
        return socket

    async def join(self, person: Person, session: int | None = None, **auth: Any) -> "Client":
        """A client that is signed in; `auth` is what else its first frame says."""
        client = Client(await self.connect())
        await client.sign_in(person, session, **auth)
        return client


class Client:
    """A person's client: numbers its operations and keeps every frame until somebody asks for it."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.ready: dict[str, Any] = {}
        self.number = 0
        self.frames: list[dict[str, Any]] = []

    @property
    def session(self) -> int:
        """The session that the desk bound."""
        return int(self.ready["session"])

    async def sign_in(self, person: Person, session: int | None = None, **auth: Any) -> None:
        """Say who it is; return when the desk is ready."""
        token = TOKENS.issue(person, int(time.time()) + 600)
        await self.hear("hello")
        await self.say({"t": "auth", "token": token, **auth} | ({"session": session} if session is not None else {}))
        self.ready = await self.hear("ready")
        self.number = self.ready["next"] - 1

    async def say(self, frame: dict[str, Any]) -> None:
        """Send a frame as it is."""
        await self.socket.send(json.dumps(frame))

    async def ask(self, t: str, **fields: Any) -> dict[str, Any]:
        """Send an operation under the next number and return its answer."""
        self.number += 1
        await self.say({"t": t, "id": self.number, **fields})
        return await self.answer(self.number)

    async def answer(self, number: int) -> dict[str, Any]:
        """The ack or nack of an operation."""
        return await self.take(lambda frame: frame["t"] in ("ack", "nack") and frame["id"] == number)

    async def hear(self, t: str, **fields: Any) -> dict[str, Any]:
        """The next frame of this type with these fields."""
        return await self.take(
            lambda frame: frame["t"] == t and all(frame.get(name) == value for name, value in fields.items())
        )

    async def take(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Remove and return the first frame that is wanted; what comes before it is kept."""
        for position, frame in enumerate(self.frames):
            if wanted(frame):
                return self.frames.pop(position)
        async with asyncio.timeout(PATIENCE_S):
            while True:
                frame = json.loads(await self.socket.recv())
                if wanted(frame):
                    return frame
                self.frames.append(frame)

    async def closed(self) -> int:
        """Read to the end of the connection; the close code."""
        async with asyncio.timeout(PATIENCE_S):
            try:
                while True:
                    self.frames.append(json.loads(await self.socket.recv()))
            except websockets.ConnectionClosed:
                return self.socket.close_code or 0

    async def leave(self) -> None:
        """Close the socket."""
        await self.socket.close()


@asynccontextmanager
async def running_desk(
    store: MemoryStore | None = None,
    limits: Limits | None = None,
    machines: bool = False,
    document: PolicyDocument | None = None,
    uncounted: tuple[str, ...] = LOOPBACK,
) -> AsyncIterator[Service]:
    """A desk that checks every law after every entry."""
    store = store or MemoryStore(real_clock)
    journal = MemoryJournal(store)
    node = Node(journal, "desk-1", document or policy(), check=True)
    transcripts, follower = Transcripts(node.desk.state, KEYS), Follower()
    unused_keys = UnusedKeys(journal, transcripts)
    node.listeners += [transcripts, unused_keys, follower]
    await node.start()
    transcripts.add_keys(await journal.load_keys(transcripts.needed_keys()))
    door = Door((ORIGIN,), machines, "DE", limits or Limits(), uncounted)
    gateway = Gateway(node, KEYS, transcripts, TOKENS, door)
    node.listeners.append(gateway.teller)
    gateway.start()
    app = web.Application()
    app.add_routes([web.get("/ws", gateway.handle)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    service = Service(node, gateway, transcripts, follower, unused_keys, store, runner.addresses[0][1])
    try:
        yield service
    finally:
        await gateway.stop()
        await unused_keys.stop()
        await node.stop()
        await runner.cleanup()
        for socket in service.sockets:
            socket.transport.abort()


async def open_chat(asc: Client, topic: str = "Receipt missing", language: str = "en") -> int:
    """Ask for a chat; the contact's id."""
    answer = await asc.ask("chat.request", product="expense", language=language, topic=topic)
    assert answer["t"] == "ack", answer
    return int(answer["contact"])


async def talk(asc: Client, agent: Client, capacity: int = 3) -> int:
    """Bring both into conversation; the contact's id."""
    await agent.ask("agent.sign_in", products=["expense"], languages=["en"], capacity=capacity)
    contact = await open_chat(asc)
    offer = await offered(agent, contact)
    answer = await agent.ask("offer.accept", offer=offer)
    assert answer["t"] == "ack", answer
    return contact


async def offered(agent: Client, contact: int) -> int:
    """The offer of this contact that rings at the agent."""
    shown = await agent.take(
        lambda frame: (
            frame["t"] == "st"
            and frame["s"].startswith("agent:")
            and any(offer["contact"] == contact for offer in frame["d"]["offers"])
        )
    )
    return int(next(offer["offer"] for offer in shown["d"]["offers"] if offer["contact"] == contact))
