"""
One connection to the store that asks one question at a time, again and again until it is answered or patience ends.

Rule 1: the client's own retries stay off, and no exchange is ever cut short: a lost reply may hide an append, and a
connection with an unread reply in it hands that reply to the next question. Rule 2: only what may be asked twice is
asked here.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final

from redis.asyncio.connection import Connection, parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, RedisError, ResponseError
from redis.utils import HIREDIS_AVAILABLE

from router.journal import functions
from router.journal.port import BatchGap, Fenced, JournalError, Regressed, Uncertain, Unusable

if HIREDIS_AVAILABLE:
    import hiredis

FIRST_PAUSE_S: Final = 0.02
LONGEST_PAUSE_S: Final = 0.5

Command = tuple[bytes | str | int, ...]

_VERDICTS: Final[dict[str, type[JournalError]]] = {"FENCED": Fenced, "GAP": BatchGap, "REGRESSED": Regressed}
_PASSING: Final = frozenset({"BUSY", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "MISCONF", "OOM", "READONLY", "TRYAGAIN"})
"""Error replies that end by themselves or by an operator's hand; any other one means that the store does not fit."""


class Line:
    """A connection of one's own. `url` is `unix://<path>`, `redis://` or `rediss://`; times are seconds."""

    def __init__(self, url: str, timeout_s: float, patience_s: float) -> None:
        if not HIREDIS_AVAILABLE:
            raise Unusable("reading the journal without hiredis is ten times slower: install redis[hiredis]")
        settings: dict[str, Any] = dict(parse_url(url))
        kind = settings.pop("connection_class", Connection)
        # `_once` sets one time limit round a whole exchange (connect, write, read); the client's own limit on writing
        # would start a task for every batch.
        settings.update(
            socket_timeout=None,
            socket_connect_timeout=timeout_s,
            retry=Retry(NoBackoff(), 0),
            health_check_interval=0,
            protocol=2,
            decode_responses=False,
        )
        self._connection = kind(**settings)
        self._lock = asyncio.Lock()
        self._timeout_s = timeout_s
        self._patience_s = patience_s
        self._closed = False

    async def ask(self, *command: bytes | str | int, wait_s: float = 0.0) -> Any:
        """
        Ask until answered. The store itself may hold the question for `wait_s`.

        Raises `Fenced`, `BatchGap` or `Regressed` as the store says, `Unusable` for an error reply that will not pass,
        `Uncertain` when patience ended.
        """
        return await self._shielded(partial(self._once, *command, wait_s=wait_s), insist=False)

    async def ask_at_once(self, *commands: Command) -> list[Any]:
        """Ask several questions between which nothing else happens in the store. Errors as in `ask`."""
        answers: list[Any] = await self._shielded(partial(self._transaction, commands), insist=False)
        return answers

    async def insist(self, *command: bytes | str | int) -> Any:
        """Ask as `ask` does, but take any error reply for a passing one: what was asked may have been done already."""
        return await self._shielded(partial(self._once, *command), insist=True)

    async def info(self, section: str) -> dict[str, str]:
        """What the store says of itself under this heading. Errors as in `ask`."""
        lines = (await self.ask("INFO", section)).decode().splitlines()
        return {name: value for name, _, value in (line.partition(":") for line in lines) if name[:1] != "#"}

    async def load_functions(self) -> None:
        """Bring the library of functions into the store, unless it is there. Errors as in `ask`."""
        await functions.load(self.ask)

    async def close(self) -> None:
        """Let the exchange in flight end, then disconnect for good."""
        self._closed = True
        async with self._lock:
            await self._connection.disconnect()

    async def _shielded(self, once: Callable[[], Awaitable[Any]], insist: bool) -> Any:
        if self._closed:
            raise JournalError("the journal was closed: make another one")
        # A caller that is cancelled leaves; the exchange goes on to its end and keeps the next one waiting.
        return await asyncio.shield(asyncio.ensure_future(self._exchange(once, insist)))

    async def _exchange(self, once: Callable[[], Awaitable[Any]], insist: bool) -> Any:
        async with self._lock:
            clock = asyncio.get_running_loop().time
            give_up = clock() + self._patience_s
            pause = FIRST_PAUSE_S
            missing = False
            while True:
                failure: Exception
                try:
                    if missing:
                        await functions.load(self._once)
                    return await once()
                except ResponseError as error:
                    failure = error
                    missing = "Function not found" in str(error)
                    if not missing:
                        _judge(error, insist)
                except (RedisError, OSError) as error:  # a time-out is an OSError
                    failure = error
                    if not insist and login_refused(error):
                        raise Unusable(f"the store does not let us in: {error}") from error
                if self._closed or clock() + pause > give_up:
                    raise Uncertain(
                        f"no answer from the store within {self._patience_s:g} s "
                        f"(last: {type(failure).__name__}: {failure}); "
                        "what was asked may have been done: ask the same again"
                    ) from failure
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_S)

    async def _once(self, *command: bytes | str | int, wait_s: float = 0.0) -> Any:
        async with self._speaking(self._timeout_s + wait_s):
            await self._send(command)
            return await self._connection.read_response()

    async def _transaction(self, commands: Sequence[Command]) -> Any:
        async with self._speaking(self._timeout_s):
            await self._send(("MULTI",), *commands, ("EXEC",))
            refused: ResponseError | None = None
            answers: Any = None
            for _ in range(len(commands) + 2):  # every reply is read, so that none is left for the next question
                try:
                    answers = await self._connection.read_response()
                except ResponseError as error:
                    refused = refused or error
            refused = refused or next((each for each in answers if isinstance(each, ResponseError)), None)
            if refused is not None:
                raise refused
            return answers

    @asynccontextmanager
    async def _speaking(self, limit_s: float) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(limit_s):
                if not self._connection.is_connected:
                    await self._connection.connect()
                yield
        except ResponseError:
            raise
        except BaseException:
            # Whatever else ended the exchange, its reply may still come: this connection must not be asked again.
            await self._connection.disconnect(nowait=True)
            raise

    async def _send(self, *commands: Command) -> None:
        # hiredis packs ten times faster than the client does; its stub knows commands of one word only.
        packed = b"".join([hiredis.pack_command(command) for command in commands])  # type: ignore[arg-type]
        await self._connection.send_packed_command(packed, check_health=False)


def login_refused(error: Exception) -> bool:
    """Say whether the store did not accept name and password; on a Unix socket the client wraps that error."""
    return isinstance(error, AuthenticationError) or isinstance(error.__cause__, AuthenticationError)


def _judge(error: ResponseError, insist: bool) -> None:
    """Turn an error reply into the error that it stands for; return if asking again may help."""
    code = getattr(error, "status_code", None) or str(error).partition(" ")[0]
    if code in _VERDICTS:
        raise _VERDICTS[code](str(error).partition(" ")[2]) from error
    if not (insist or code in _PASSING):
        raise Unusable(
            f"the store cannot serve as a journal: {error} "
            "(it must be Redis 7.0 or later, or Valkey, and its user must be allowed FCALL and FUNCTION)"
        ) from error
