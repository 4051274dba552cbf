"""
The desk as a running service: store, node and gateway started, watched and stopped together.

The web application composes it: `service = await start_service(settings)`, `app.add_routes(service.routes())`,
`await serve(app, service, host, port)`. No routing decision and no page lives here.
"""

import asyncio
import errno
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import structlog
from aiohttp import web

from router.journal.embedded import EmbeddedServer
from router.journal.port import JournalError
from router.journal.redis import RedisJournal
from router.service.auth import Tokens
from router.service.connection import Limits
from router.service.gateway import Door, Gateway
from router.service.health import health
from router.service.node import FoldFailed, Listener, Node, NodeDown
from router.service.patience import PatientRunner
from router.service.replay import DESK, STORE
from router.service.store import StoreGuard
from router.service.transcripts import Transcripts
from router.wire.policy import PolicyDocument
from router.wire.sealing import DeskKeys, KeyFileError

BACKLOG: Final = 4_096

log = structlog.get_logger(__name__)


class ServiceError(Exception):
    """The service cannot start or go on; the text says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """What an operator chooses. Everything the desk keeps lives under `data_dir`."""

    data_dir: Path
    policy: PolicyDocument
    origins: tuple[str, ...] = ()
    """Exact origins of pages (`http://127.0.0.1:8080`) whose scripts may connect. A browser always sends one."""
    machines: bool = False
    """Whether clients without an `Origin` header (programs, not pages) may connect."""
    node_name: str = "desk-1"
    region: str | None = None
    """ISO 3166 code in which national phone numbers are read when the frame names none."""
    check: bool = False
    """Check every law of the desk after every entry; slow, for tests."""
    limits: Limits = field(default_factory=Limits)
    """What one connection may do."""
    listeners: tuple[Listener, ...] = ()
    """Read models of the application; they follow the desk from the first entry of its journal on."""


class DeskService:
    """A started desk. `tokens` makes sign-in tokens for the demo's people."""

    def __init__(self, store: StoreGuard, node: Node, gateway: Gateway, tokens: Tokens) -> None:
        self.store = store
        self.node = node
        self.gateway = gateway
        self.tokens = tokens
        self._started_at = time.monotonic()

    @property
    def url(self) -> str:
        """Where the journal's store listens (a unix socket)."""
        return self.store.server.url

    def routes(self) -> list[web.RouteDef]:
        """`GET /ws` and `GET /healthz`, for the application's own router."""
        return [web.get("/ws", self.gateway.handle, allow_head=False), web.get("/healthz", self._show_health)]

    def health(self) -> dict[str, Any]:
        """What `/healthz` shows; `status` is `ok`, `degraded` or `stopped`."""
        return health(self.node, self.gateway, self.store, time.monotonic() - self._started_at)

    def board_extra(self, measure: Callable[[], dict[str, Any]]) -> None:
        """Let the application add measures to the supervisors' board; called once a second while somebody watches."""
        self.gateway.teller.board.extra = measure

    async def stop(self) -> None:
        """Close the sockets (1012), say `NodeStopped`, stop the store."""
        await self.gateway.stop()
        await self.node.stop()
        await self.store.stop()

    async def _show_health(self, _request: web.Request) -> web.Response:
        found = self.health()
        return web.json_response(found, status=200 if found["status"] == "ok" else 503)


async def start_service(settings: ServiceSettings) -> DeskService:
    """Start (or adopt) the store, fold the journal, join the desk. Raises `ServiceError`."""
    folder = settings.data_dir
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        keys = _keys(folder)
    except (OSError, KeyFileError) as error:
        raise ServiceError(f"the folder {folder} cannot be used: {error}") from error
    store = StoreGuard(EmbeddedServer(folder / STORE))
    try:
        await store.start()
    except JournalError as error:
        raise ServiceError(f"the store cannot be started: {error}") from error
    try:
        journal = RedisJournal(store.server.url, DESK)
        node = Node(journal, settings.node_name, settings.policy, settings.check)
        transcripts = Transcripts(node.desk.state, keys)
        node.listeners += [transcripts, *settings.listeners]
        await node.start()
        transcripts.add_keys(await journal.load_keys(transcripts.needed_keys()))
    except (JournalError, FoldFailed, NodeDown) as error:
        await store.stop()
        raise ServiceError(f"the desk cannot be started: {error}") from error
    door = Door(settings.origins, settings.machines, settings.region, settings.limits)
    tokens = Tokens(keys.token_key)
    gateway = Gateway(node, keys, transcripts, tokens, door)
    node.listeners.append(gateway.teller)
    gateway.start()
    log.info("desk started", node=node.name, incarnation=node.incarnation, epoch=node.epoch, offset=node.applied)
    return DeskService(store, node, gateway, tokens)


async def serve(
    app: web.Application,
    service: DeskService,
    host: str,
    port: int,
    listening: Callable[[str], None] | None = None,
) -> signal.Signals | None:
    """
    Serve until SIGINT or SIGTERM, then stop in good order; `listening` is told the address once it can be reached.

    Returns the signal that ended it.

    Raises `ServiceError` when the port is taken, or when the node had to stop by itself.
    """
    runner = PatientRunner(app, access_log=None, shutdown_timeout=1.0, handle_signals=False)
    loop = asyncio.get_running_loop()
    stopped: asyncio.Future[signal.Signals] = loop.create_future()

    def stop(number: signal.Signals) -> None:
        if not stopped.done():
            stopped.set_result(number)

    try:
        await runner.setup()
        site = web.TCPSite(runner, host, port, backlog=BACKLOG)
        await _listen(site, host, port)
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop, number)
        if listening is not None:
            listening(f"http://{host}:{runner.addresses[0][1]}")
        either: set[asyncio.Future[Any]] = {stopped, service.node.ended}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await service.stop()
        await runner.cleanup()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
    reason = service.node.ended.exception() if service.node.ended.done() else None
    if reason is not None:
        raise ServiceError(f"the desk had to stop: {reason}") from reason
    return stopped.result() if stopped.done() else None


async def _listen(site: web.TCPSite, host: str, port: int) -> None:
    try:
        await site.start()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ServiceError(f"port {port} of {host} is taken: stop the other program or choose another") from error
        raise ServiceError(f"cannot listen on port {port} of {host}: {error}") from error


def _keys(folder: Path) -> DeskKeys:
    """The desk's keys; new ones only where there is no store yet, for what was sealed needs the old ones."""
    file = folder / "desk.keys"
    return DeskKeys.load(file) if (folder / STORE).exists() else DeskKeys.load_or_create(file)
