"""
What an idle socket costs the serving process in memory, and how long after a kill everybody has everything again.

The desk is the program itself in a process of its own; the clients are here.

- *Idle*: as many ASCs as the system lets us have sockets, at most as many as a node takes, sign in and say nothing but
  that they are alive. What one costs is what the node's resident memory grew by, the session that the desk keeps of
  each included, by their number; the first hundred, which also bring in what is there only once, are left out.
- *Resume*: chats are under way, each with an ASC of its own, when the node is killed; every ASC has just said something
  that may be acknowledged or not. The node is started again, the clients (`sim.client`, the one that programs use) come
  back by themselves, and everybody must have every message of every conversation once, in order, without a gap.
"""

import asyncio
import contextlib
import random
import signal
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from benchmarks.chat_path import cpu_s
from benchmarks.sides import Side, connect
from router.service.auth import Person, Tokens
from router.service.folder import KEYS
from router.service.gateway import MAX_SOCKETS
from router.service.open_files import SPARE, raise_open_files
from router.wire.policy import PolicyDocument
from router.wire.sealing import DeskKeys
from sim.client import Client, Frame, View

KB_GOAL: Final = 25.0
RESUME_GOAL_S: Final = 30.0
FIRST: Final = 100
"""Sockets before the memory is looked at for the first time."""
OF_ONE_COMPANY: Final = 50
"""ASCs of one company."""
AT_ONCE: Final = 100
"""Connections that are being made at the same time."""
EACH: Final = 20
"""Chats that one agent holds: the most that one may."""
WATCHED_S: Final = 5.0
GIVEN_UP_S: Final = 180.0
POLICY: Final = PolicyDocument(
    products=["expense"], languages=["en"], routing={"queue_limit": 100_000},
    offer_timeout="10 min", agent_grace="10 min", asc_grace="10 min",
)  # fmt: skip
"""Nobody is given up, however slow the machine."""


class Node:
    """The desk's program on one folder and one port; it may be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self._data = folder / "data"
        self._policy = folder / "policy.json"
        self._policy.write_text(POLICY.model_dump_json())
        self._log = folder / "log"
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = int(found.getsockname()[1])
        self.origin = f"http://127.0.0.1:{self.port}"
        self.url = f"ws://127.0.0.1:{self.port}/ws"

    async def start(self) -> None:
        """Start it; returns when it can be reached."""
        with self._log.open("a") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "router.service", "serve", "--data", str(self._data),
                "--policy", str(self._policy), "--port", str(self.port), "--origin", self.origin,
                stdout=-1, stderr=log,
            )  # fmt: skip
        assert self.process.stdout is not None
        if not await self.process.stdout.readline():
            raise RuntimeError(self._log.read_text())

    async def end(self, number: signal.Signals) -> None:
        """Send it a signal and wait for its end."""
        self.process.send_signal(number)
        await self.process.wait()

    def token(self, person: Person) -> str:
        """A token for somebody."""
        return self._tokens.issue(person, int(time.time()) + 3_600)

    @cached_property
    def _tokens(self) -> Tokens:
        return Tokens(DeskKeys.load(self._data / KEYS).token_key)

    def kib(self) -> int:
        """Its resident memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))


@asynccontextmanager
async def running() -> AsyncIterator[Node]:
    """A desk in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="ringback-bench-") as kept:
        node = Node(Path(kept))
        await node.start()
        try:
            yield node
        finally:
            await node.end(signal.SIGTERM)


# --- idle sockets


async def idle(most: int = MAX_SOCKETS) -> dict[str, Any]:
    """What each of so many sockets, or of as many as there can be, costs in memory, and all of them in time."""
    count = min(most, raise_open_files() - SPARE)
    async with running() as node:
        sides = await _signed_in(node, range(1, FIRST + 1))
        before = node.kib()
        for start in range(FIRST + 1, count + 1, AT_ONCE):
            sides += await _signed_in(node, range(start, min(start + AT_ONCE, count + 1)))
        kib = (node.kib() - before) / (count - FIRST)
        used = cpu_s(node.process.pid)
        await asyncio.sleep(WATCHED_S)
        busy = (cpu_s(node.process.pid) - used) / WATCHED_S
        closed = sum(side.transport.is_closing() for side in sides)
        for side in sides:
            side.transport.abort()
    if closed:
        raise RuntimeError(f"{closed} of {count} sockets did not last")
    return {
        "sockets": count,
        "sockets_goal": MAX_SOCKETS,
        "kb_each": round(kib * 1.024, 1),
        "kb_goal_at_most": KB_GOAL,
        "share_of_a_core_while_idle": round(busy, 3),
    }


async def _signed_in(node: Node, numbers: Iterable[int]) -> list[Side]:
    return await asyncio.gather(*(_sign_in(node, number) for number in numbers))


async def _sign_in(node: Node, number: int) -> Side:
    side = await connect(node.port, Side)
    side.say(t="auth", token=node.token(_asc(number)))
    await side.hear("ready")
    return side


def _asc(number: int) -> Person:
    return Person(role="asc", id=number, name="Dana", company="Acme", company_id=number // OF_ONE_COMPANY + 1)


# --- sessions that come back


class InTurn(Client):
    """
    A client that takes its turn to connect.

    One process cannot do five thousand people's handshakes at the same time: the server would give up waiting for it.
    What it waits here counts.
    """

    turns = asyncio.Semaphore(AT_ONCE)
    _has_turn = False

    async def _connection(self) -> int:
        await self.turns.acquire()
        self._has_turn = True
        try:
            return await super()._connection()
        finally:
            self._pass_on()

    async def _ready(self, ready: Frame) -> None:
        await super()._ready(ready)
        self._pass_on()

    def _pass_on(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self.turns.release()


class Conversation:
    """An ASC and the agent who took the chat. What each of them said, in order, is known here."""

    def __init__(self, contact: int, asc: Client, agent: Client) -> None:
        self._contact = contact
        self._sides = {"asc": asc, "agent": agent}
        self._said: dict[str, list[str]] = {"asc": [], "agent": []}

    async def say(self, by: str, text: str) -> None:
        """Let one side say something; returns once it is acknowledged."""
        self._said[by].append(text)
        await self._sides[by].send({"t": "msg.send", "contact": self._contact, "text": text})

    def is_whole(self) -> bool:
        """Whether both sides see every message once, in order, and the same."""
        asc, agent = (self._seen_by(client) for client in self._sides.values())
        said = {by: [text for _, who, text in asc if who == by] for by in self._said}
        return asc == agent and said == self._said

    def _seen_by(self, client: Client) -> list[tuple[int, str, str]]:
        view = client.view.contacts.get(self._contact)
        return [] if view is None else [(each["o"], each["by"], each["text"]) for each in view["messages"]]


class Crowd:
    """Agents and ASCs of one desk, each with a client that comes back by itself."""

    def __init__(self, node: Node, tasks: asyncio.TaskGroup) -> None:
        self.clients: list[Client] = []
        self.chats: list[Conversation] = []
        self._node = node
        self._tasks = tasks
        self._chance = random.Random(1)
        self._agents: dict[int, Client] = {}

    def connected(self) -> int:
        """How many of them are signed in."""
        return sum(client.connected for client in self.clients)

    async def talk(self, count: int) -> None:
        """Bring so many chats up to a conversation: both sides have said something."""
        agents = range(1, -(-count // EACH) + 1)
        self._agents = {ident: self._client(Person(role="agent", id=ident, name="Mina")) for ident in agents}
        accepting = [self._tasks.create_task(_work(agent)) for agent in self._agents.values()]
        for start in range(1, count + 1, AT_ONCE):
            some = range(start, min(start + AT_ONCE, count + 1))
            self.chats += await asyncio.gather(*map(self._chat, some))
        for task in accepting:
            task.cancel()
        await asyncio.gather(*(chat.say(by, "before") for chat in self.chats for by in ("asc", "agent")))

    async def _chat(self, ident: int) -> Conversation:
        asc = self._client(_asc(ident))
        opened = await asc.send({"t": "chat.request", "product": "expense", "language": "en", "topic": ""})
        contact = opened["contact"]
        await asc.until(lambda view: view.contacts.get(contact, {}).get("state") == "connected")
        return Conversation(contact, asc, self._agents[asc.view.contacts[contact]["agent"]["id"]])

    def _client(self, person: Person) -> Client:
        token = self._node.token(person)
        client = InTurn(self._node.url, self._node.origin, lambda: token, self._chance)
        self._tasks.create_task(client.run())
        self.clients.append(client)
        return client


async def _work(agent: Client) -> None:
    """Sign in and accept whatever is offered."""
    await agent.send({"t": "agent.sign_in", "products": ["expense"], "languages": ["en"], "capacity": EACH})
    taken: set[int] = set()

    def fresh(view: View) -> list[int]:
        offers = [] if view.agent is None else view.agent["offers"]
        return [offer["offer"] for offer in offers if offer["offer"] not in taken]

    while True:
        await agent.until(lambda view: bool(fresh(view)))
        for ident in fresh(agent.view):
            taken.add(ident)
            await agent.send({"t": "offer.accept", "offer": ident})


async def resume(count: int) -> dict[str, Any]:
    """Kill a node under so many chats; seconds until everybody has resumed, and how many of them lack something."""
    raise_open_files()
    async with running() as node, asyncio.TaskGroup() as tasks:
        crowd = Crowd(node, tasks)
        await crowd.talk(count)
        chats, everybody = crowd.chats, len(crowd.clients)
        saying = [asyncio.create_task(chat.say("asc", "meanwhile")) for chat in chats]
        await _until(lambda: any(task.done() for task in saying))
        killed = time.perf_counter()
        await node.end(signal.SIGKILL)
        await _until(lambda: not crowd.connected())
        unanswered = sum(not task.done() for task in saying)
        await node.start()
        up_s = time.perf_counter() - killed
        await _until(lambda: crowd.connected() == everybody)
        resumed_s = time.perf_counter() - killed
        with contextlib.suppress(TimeoutError):
            await _until(lambda: all(task.done() for task in saying) and all(chat.is_whole() for chat in chats))
        whole_s = time.perf_counter() - killed
        lacking = sum(not chat.is_whole() for chat in chats)
        for client in crowd.clients:
            client.stop()
        await asyncio.gather(*saying, return_exceptions=True)  # what was refused is lacking
    return {
        "sessions": everybody,
        "chats": count,
        "unanswered_at_the_kill": unanswered,
        "seconds_until_the_node_is_up": round(up_s, 1),
        "seconds_until_all_have_resumed": round(resumed_s, 1),
        "seconds_until_all_is_whole": round(whole_s, 1),
        "seconds_goal": RESUME_GOAL_S,
        "chats_with_a_gap": lacking,
    }


async def _until(true: Callable[[], bool]) -> None:
    """Look now and then; gives up, with TimeoutError, long after any goal."""
    async with asyncio.timeout(GIVEN_UP_S):
        while not true():
            await asyncio.sleep(0.05)
