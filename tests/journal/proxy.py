"""A wire between a journal and its store that loses, holds back or makes up what the store answers to a call."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path


class Proxy:
    """Passes everything on, except as a test says."""

    def __init__(self, socket: str) -> None:
        self._socket = socket
        self.url = ""
        self.lose = 0
        """So many of the next answers to a function call are swallowed, and the connection is cut."""
        self.instead: deque[bytes] = deque()
        """Answers given to the next function calls, which never reach the store; an empty one hangs up."""
        self.calls = 0
        """Function calls that came through."""
        self.accepted = 0
        """Connections that were made."""
        self.open = asyncio.Event()
        """While it is not set, answers wait here."""
        self.open.set()
        self.connections: set[asyncio.Task[None]] = set()

    async def serve(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """Carry one connection to its end."""
        task = asyncio.current_task()
        assert task is not None
        self.connections.add(task)
        self.accepted += 1
        answers, forth = await asyncio.open_unix_connection(self._socket)
        called = False

        async def questions() -> None:
            nonlocal called
            while data := await client.read(65_536):
                called = b"FCALL" in data
                self.calls += called
                if called and self.instead:
                    answer = self.instead.popleft()
                    if not answer:
                        return
                    back.write(answer)
                    continue
                forth.write(data)
                await forth.drain()

        async def replies() -> None:
            while data := await answers.read(65_536):
                if called and self.lose:
                    self.lose -= 1
                    return
                await self.open.wait()
                back.write(data)
                await back.drain()

        pumps = [asyncio.ensure_future(questions()), asyncio.ensure_future(replies())]
        with suppress(asyncio.CancelledError):
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        for writer in (forth, back):
            writer.close()
        self.connections.discard(task)


@asynccontextmanager
async def proxy(socket: str, folder: Path) -> AsyncIterator[Proxy]:
    """Run a proxy in front of the store's socket; its own socket lies in `folder`."""
    made = Proxy(socket)
    server = await asyncio.start_unix_server(made.serve, folder / "proxy.sock")
    made.url = f"unix://{folder}/proxy.sock"
    try:
        yield made
    finally:
        server.close()
        for connection in list(made.connections):
            connection.cancel()
        await asyncio.gather(*made.connections)
