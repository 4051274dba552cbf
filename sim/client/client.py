"""
One person's connection: the client rules of the protocol on the library `websockets`.

The same rules as the browser's `client.js`: an outbox that is filled before anything is sent, at most 16 unanswered,
the same number and content again after a reconnect, a full-jitter back-off, one action for each close code.
"""

import asyncio
import contextlib
import json
import random
from collections import deque
from collections.abc import Callable
from typing import Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage
from websockets.typing import Origin, Subprotocol

from sim.client.view import Frame, OtherJournal, View

PROTOCOLS: Final = tuple(map(Subprotocol, ("ringback.v2", "ringback.v1")))
"""The versions of the protocol that are spoken here, the one liked best first."""
MOST_UNANSWERED: Final = 16
FIRST_BACK_OFF_S: Final = 0.5
LONGEST_BACK_OFF_S: Final = 30.0
READY_WITHIN_S: Final = 10.0
LEAST_WAIT_S: Final = 0.02

_STOP: Final = frozenset({1002, 1007, 1009, 4400, 4401, 4403, 4409, 4426})
"""After these closes coming back would not help."""
_EXPIRED: Final = 4401
"""A token is fresh for each connection, so this one is final, too, unless the token was good and came to its end."""
_AT_ONCE: Final = 1012


class Refusal(Exception):
    """The desk, or the way to it, said no. `code` is stable."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code


class Client:
    """
    A person's client. Run `run()` as a task; it ends after `stop()` or after a close that means stop.

    `token` gives a fresh sign-in token for each connection. `jitter` is the only chance in here: it spreads
    reconnections and is not part of what is rehearsed.
    """

    def __init__(self, url: str, origin: str, token: Callable[[], str], jitter: random.Random) -> None:
        self.view = View()
        self.session: int | None = None
        self.connected = False
        self._url = url
        self._origin = origin
        self._token = token
        self._jitter = jitter
        self._counter = 0
        self._outbox: dict[int, Frame] = {}
        self._done: deque[Frame] = deque(maxlen=MOST_UNANSWERED)
        self._answers: dict[int, asyncio.Future[Frame]] = {}
        self._room = asyncio.Semaphore(MOST_UNANSWERED)
        self._news = asyncio.Event()
        self._held = False
        self._stopped = False
        self._syncing: set[int] = set()
        self._socket: ClientConnection | None = None
        self._lost_at: float | None = None
        """Since when there is no connection, loop time."""

    @property
    def stopped(self) -> bool:
        """Whether this client will not come back."""
        return self._stopped

    async def send(self, body: Frame) -> Frame:
        """Do an operation and wait for its `ack`, over reconnections if need be. Raises `Refusal`."""
        if self._stopped:
            raise Refusal("stopped")
        await self._room.acquire()
        self._counter += 1
        op_id = self._counter
        op = {**body, "id": op_id}
        self._outbox[op_id] = op
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._answers[op_id] = answer
        if self.connected and not self._held:
            await self._transmit(op)
        return await answer

    async def until(self, true: Callable[[View], bool]) -> None:
        """Wait for the view to make `true` true. Raises `Refusal` when the client stops first."""
        while not true(self.view):
            if self._stopped:
                raise Refusal("stopped")
            self._news.clear()
            await self._news.wait()

    async def news(self) -> None:
        """Wait for the next change of the view or the connection. Raises `Refusal` when the client stops."""
        if self._stopped:
            raise Refusal("stopped")
        self._news.clear()
        await self._news.wait()

    def nudge(self) -> None:
        """Let whoever waits look again, though nothing came from the server."""
        self._news.set()

    def stop(self) -> None:
        """End the connection for good; whoever waits is told by `Refusal`."""
        self._stopped = True
        self._news.set()
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(Refusal("stopped"))
                answer.exception()  # whoever sent it may be gone; then nobody needs to hear
        if self._socket is not None:
            self._socket.transport.close()

    async def run(self) -> None:
        """Stay connected until stopped."""
        while not self._stopped:
            code = await self._connection()
            was_in, self.connected = self.connected, False
            self._socket = None
            self._syncing.clear()
            if code in _STOP and not (code == _EXPIRED and was_in):
                self.stop()
            elif not self.stopped:
                now = asyncio.get_running_loop().time()
                if self._lost_at is None:
                    self._lost_at = now
                    if code == _AT_ONCE:
                        continue
                await asyncio.sleep(self._bound(now - self._lost_at) * self._jitter.random())

    @staticmethod
    def _bound(away_s: float) -> float:
        """Full jitter up to this: nobody stays away for more than twice as long as the desk did, or much longer."""
        return min(LONGEST_BACK_OFF_S, max(FIRST_BACK_OFF_S, away_s))

    async def _connection(self) -> int:
        """One connection from handshake to close; returns the close code, 1006 when there was no proper one."""
        try:
            async with connect(
                self._url,
                origin=Origin(self._origin),
                subprotocols=PROTOCOLS,
                compression=None,
                proxy=None,
                max_size=2**22,
                open_timeout=READY_WITHIN_S,
                close_timeout=1,
            ) as socket:
                self._socket = socket
                await self._speak(socket)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd is not None else 1006
        except OtherJournal:
            return _AT_ONCE
        except (OSError, TimeoutError, InvalidHandshake, InvalidMessage):
            return 1006
        return 1000

    async def _speak(self, socket: ClientConnection) -> None:
        async with asyncio.timeout(READY_WITHIN_S):
            hello = json.loads(await socket.recv())
            auth: Frame = {"t": "auth", "token": self._token()}
            if self.session is not None:
                auth["session"] = self.session
            if socket.subprotocol == PROTOCOLS[0]:
                auth["resume"] = self.view.held()
            await socket.send(json.dumps(auth))
            ready = json.loads(await socket.recv())
        await self._ready(ready)
        beat = asyncio.create_task(self._beat(socket, hello["hb_ms"] / 1000))
        try:
            async for text in socket:
                await self._take(json.loads(text))
        finally:
            beat.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beat

    async def _ready(self, ready: Frame) -> None:
        if self.session is not None and self.session != ready["session"]:
            self._give_up()
        elif ready["next"] < next(iter(self._outbox), self._counter + 1):
            self._do_again(ready["next"])
        self.session = ready["session"]
        self._counter = max(self._counter, ready["next"] - 1)
        self._lost_at = None
        self._held = False
        self.view.apply(ready)
        self.connected = True
        self._news.set()
        await self._send_all()

    def _give_up(self) -> None:
        """The server forgot the session: nobody can tell what became of the operations under way."""
        self._counter = 0
        self._done.clear()
        for op_id in list(self._outbox):
            self._answer(op_id, None, "session_lost")

    def _do_again(self, expected: int) -> None:
        """
        The journal has lost what it acknowledged: what took effect by the number it expects, and later, is sent again.

        All of that, and what is under way, gets the numbers that follow: none of them is used in that journal.
        """
        again = [*(op for op in self._done if op["id"] >= expected), *self._outbox.values()]
        answers, self._answers, self._outbox = self._answers, {}, {}
        self._done = deque((op for op in self._done if op["id"] < expected), MOST_UNANSWERED)
        for op_id, op in enumerate(again, expected):
            self._outbox[op_id] = {**op, "id": op_id}
            if op["id"] in answers:
                self._answers[op_id] = answers[op["id"]]
        self._counter = expected - 1 + len(again)

    async def _take(self, frame: Frame) -> None:
        missing: list[int] = []
        if frame["t"] == "ack":
            op = self._outbox.get(frame["id"])
            if op is not None:
                missing = self.view.apply_ack(op, frame)
                self._done.append(op)
                self._answer(frame["id"], frame)
        elif frame["t"] == "nack":
            if frame["final"]:
                self._answer(frame["id"], None, frame["code"], frame["message"])
            else:
                self._hold(frame.get("retry_ms", 0) / 1000)
        else:
            missing = self.view.apply(frame)
            if frame["t"] == "snap":
                self._syncing.discard(frame["d"]["contact"])
        self._news.set()
        for contact_id in missing:
            if contact_id not in self._syncing:
                self._syncing.add(contact_id)
                await self._transmit({"t": "sync", "contact": contact_id})

    def _answer(self, op_id: int, ack: Frame | None, code: str = "", message: str = "") -> None:
        if self._outbox.pop(op_id, None) is None:
            return
        answer = self._answers.pop(op_id, None)
        if answer is None:  # it was done again, and answered the first time
            return
        self._room.release()
        if answer.done():  # whoever waited was cancelled
            return
        if ack is not None:
            answer.set_result(ack)
        else:
            answer.set_exception(Refusal(code, message))

    def _hold(self, seconds: float) -> None:
        """Nothing goes out until the time is up; then everything that has no answer goes again, in order."""
        if self._held:
            return
        self._held = True
        wait = LEAST_WAIT_S + seconds * (1 + self._jitter.random() / 2)
        asyncio.get_running_loop().call_later(wait, self._release)

    def _release(self) -> None:
        self._held = False
        if self.connected:
            self._again = asyncio.ensure_future(self._send_all())

    async def _send_all(self) -> None:
        for op in list(self._outbox.values()):
            await self._transmit(op)

    async def _transmit(self, frame: Frame) -> None:
        if self._socket is not None:
            with contextlib.suppress(ConnectionClosed):  # the outbox goes again after the reconnect
                await self._socket.send(json.dumps(frame, separators=(",", ":")))

    async def _beat(self, socket: ClientConnection, every_s: float) -> None:
        await asyncio.sleep(every_s * self._jitter.random())
        while True:
            await self._transmit({"t": "beat"})
            await asyncio.sleep(every_s)
            if self._outbox and not self._held:
                await self._send_all()
