"""
The desk as a running service: store, node and gateway started, watched and stopped together.

The web application composes it: `service = await start_service(settings)`, `app.add_routes(service.routes())`,
`await serve(app, service, host, port)`. No routing decision and no page lives here.
"""

import asyncio
import errno
import signal
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import structlog
from aiohttp import web

from router.journal.archived import ArchivedJournal
from router.journal.archiver import KEEP_BYTES
from router.journal.embedded import EmbeddedServer
from router.journal.port import Journal, JournalError
from router.journal.redis import RedisJournal
from router.journal.segments import Archive
from router.records.database import RecordsError
from router.service.archiving import Archiving
from router.service.auth import Tokens
from router.service.entries import FoldFailed
from router.service.erasing import ERASED, Erasures, erase
from router.service.folder import ARCHIVE, DESK, KEYS, STORE, Place, holds_desk
from router.service.gateway import LOOPBACK, Door, Gateway
from router.service.health import health, readiness
from router.service.limits import Limits
from router.service.node import Node
from router.service.open_files import raise_open_files
from router.service.past import Keeper, Past
from router.service.patience import PatientRunner
from router.service.records import Records
from router.service.snapshotting import EVERY, Snapshotting
from router.service.store import Store, StoreElsewhere, StoreGuard
from router.service.submissions import Listener, NodeDown
from router.service.transcripts import Transcripts
from router.service.unused_keys import UnusedKeys
from router.wire.policy import PolicyDocument
from router.wire.sealing import DeskKeys, KeyFileError

BACKLOG: Final = 4_096
ELSEWHERE_S: Final = 5.0
"""How long a store that somebody else runs may take to answer when the desk starts."""
_OWNER: Final = b"ringback owner 1\n"
"""Its keyed hash marks the store as this deployment's: others have other keys, and would seal what nobody can open."""

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
    """What a connection, a person and an address may do."""
    proxies: tuple[str, ...] = ()
    """Addresses of proxies in front, whose connections are not counted as those of one address."""
    listeners: tuple[Listener, ...] = ()
    """Read models of the application; they follow the desk from the first entry of its journal on, or, if they are
    keepers (`router.service.past`), from what they kept. With one that is none the journal is folded whole."""
    drain_s: float = 0.0
    """Within how many seconds after SIGTERM the connections end, one after the other; 0: all at once. Worth the while
    where other nodes serve on."""
    snapshot_every: int = EVERY
    """Entries from one snapshot to the next."""
    redis: str = ""
    """URL of a Redis or Valkey that somebody else runs; empty: one of our own, in `data_dir`."""
    keep_bytes: int = KEEP_BYTES
    """What the journal may take of the store's memory; more is archived under `data_dir`."""
    accept_loss: bool = False
    """Use such a store also if it may lose what was acknowledged at any time."""
    records: str | None = None
    """Address of the database of closed contacts; empty: a file in `data_dir`; None: they are not recorded."""
    keep_days: int | None = None
    """Contacts that closed so long ago are erased and their records removed; None: never. Needs records."""


class DeskService:
    """A started desk. `tokens` makes sign-in tokens for the demo's people."""

    def __init__(self, parts: "_Parts", tokens: Tokens, drain_s: float = 0.0) -> None:
        self.store = parts.store
        self.node = parts.node
        self.gateway = parts.gateway
        self.tokens = tokens
        self._parts = parts
        self._drain_s = drain_s
        self._started_at = time.monotonic()

    @property
    def url(self) -> str:
        """Where the journal's store listens."""
        return self.store.url

    @property
    def recorded(self) -> bool:
        """Whether contacts that are over are recorded and can be looked up."""
        return self._parts.records is not None

    def routes(self) -> list[web.RouteDef]:
        """`GET /ws`, `/healthz`, `/readyz` and those of the records, for the application's own router."""
        records = self._parts.records
        return [
            web.get("/ws", self.gateway.handle, allow_head=False),
            web.get("/healthz", self._show_health),
            web.get("/readyz", self._show_readiness),
            *(records.routes() if records is not None else ()),
        ]

    def health(self) -> dict[str, Any]:
        """What `/healthz` shows; `status` is `ok`, `degraded` or `stopped`."""
        return health(self.node, self.gateway, self.store, self._parts.records, time.monotonic() - self._started_at)

    def board_extra(self, measure: Callable[[], dict[str, Any]]) -> None:
        """Let the application add measures to the supervisors' board; called once a second while somebody watches."""
        self.gateway.teller.board.extra = measure

    async def drain(self, cut_short: "asyncio.Future[None]") -> None:
        """Be no longer ready, let nobody new in, and let everybody go within the time that was set; then `stop`."""
        await self.gateway.drain(self._drain_s, cut_short)

    async def stop(self) -> None:
        """Close the sockets (1012), say `NodeStopped`, stop the store."""
        await self.gateway.stop()
        if self._parts.records is not None:
            await self._parts.records.stop()
        await self._parts.archiving.stop()
        await self._parts.snapshotting.stop()
        await self._parts.unused_keys.stop()
        await self.node.stop()
        await self.store.stop()

    async def erase(self, contacts: Collection[int]) -> None:
        """
        Erase contacts for good: nobody can open again what was said, and a replay comes to the same state.

        Returns once the store's files are without their keys. Raises JournalError; then ask again.
        """
        self._parts.transcripts.erase(contacts)
        await erase(self._parts.journal, self._parts.erasures, contacts)

    async def _show_health(self, _request: web.Request) -> web.Response:
        found = self.health()
        return web.json_response(found, status=200 if found["status"] == "ok" else 503)

    async def _show_readiness(self, _request: web.Request) -> web.Response:
        found = readiness(self.node, self.gateway, self.store, self._parts.records)
        return web.json_response(found, status=200 if found["ready"] else 503)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a started desk is made of."""

    store: Store
    journal: Journal
    node: Node
    transcripts: Transcripts
    unused_keys: UnusedKeys
    erasures: Erasures
    archiving: Archiving
    snapshotting: Snapshotting
    gateway: Gateway
    records: Records | None


async def start_service(settings: ServiceSettings) -> DeskService:
    """Start (or adopt, or find) the store, fold the journal, join the desk. Raises `ServiceError`."""
    folder = settings.data_dir
    store: Store
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        records = None if settings.records is None else Records(folder, settings.records, settings.keep_days)
        if settings.redis:
            store = StoreElsewhere(settings.redis, settings.accept_loss, ELSEWHERE_S)
        else:
            store = StoreGuard(EmbeddedServer(folder / STORE))
            keys = _keys(folder, is_new=not (folder / STORE).exists())
        await store.start()
    except RecordsError as error:
        raise ServiceError(str(error)) from error
    except (OSError, KeyFileError) as error:
        raise ServiceError(f"the folder {folder} cannot be used: {error}") from error
    except JournalError as error:
        raise ServiceError(f"the store cannot be {'used' if settings.redis else 'started'}: {error}") from error
    direct: RedisJournal | None = None
    try:
        if settings.redis:
            keys = _keys(folder, is_new=not await holds_desk(store.url))
        direct = RedisJournal(store.url, DESK, owner=keys.body_hash(_OWNER).hex())
        journal = ArchivedJournal(direct, Archive(folder / ARCHIVE))
        node = Node(journal, settings.node_name, settings.policy, settings.check)
        place = Place(folder, settings.redis)
        keepers = [listener for listener in settings.listeners if isinstance(listener, Keeper)]
        past = await _past(node, place, settings.listeners, keepers)
        transcripts = Transcripts(node.desk.state, keys)
        if past.words is not None:
            transcripts.take(past.words)
        unused_keys = UnusedKeys(journal, transcripts)
        erasures = Erasures(folder / ERASED)
        node.listeners += [transcripts, unused_keys, *settings.listeners]
        await node.start()
        if await journal.load_keys(erasures.contacts()):  # a crash came between the list and the deletion
            await journal.erase(erasures.contacts())
        transcripts.add_keys(await journal.load_keys(transcripts.needed_keys()))
    except (JournalError, FoldFailed, NodeDown, KeyFileError) as error:
        if direct is not None:
            await direct.close()
        await store.stop()
        raise ServiceError(f"the desk cannot be started: {error}") from error
    uncounted = (*LOOPBACK, *settings.proxies)
    door = Door(settings.origins, settings.machines, settings.region, settings.limits, uncounted)
    tokens = Tokens(keys.token_key)
    gateway = Gateway(node, keys, transcripts, tokens, door)
    node.listeners.append(gateway.teller)
    gateway.start()
    archiving = Archiving(journal, place, settings.keep_bytes)
    archiving.start()
    snapshotting = Snapshotting(node, place, keepers, settings.snapshot_every)
    if len(keepers) == len(settings.listeners):
        snapshotting.start(past.offset)
    log.info("desk started", node=node.name, incarnation=node.incarnation, epoch=node.epoch, offset=node.applied)
    parts = _Parts(store, journal, node, transcripts, unused_keys, erasures, archiving, snapshotting, gateway, records)
    service = DeskService(parts, tokens, settings.drain_s)
    if records is not None:
        records.start(store.url, journal, node, keys, tokens, service.erase)
    return service


async def _past(node: Node, place: Place, listeners: Collection[Listener], keepers: Sequence[Keeper]) -> Past:
    """Open the journal where a snapshot lets the node and every read model go on."""
    if len(keepers) < len(listeners):
        return await node.open(place.snapshots, None)
    past = await node.open(place.snapshots, [keeper.name for keeper in keepers])
    try:
        for keeper in keepers:
            keeper.take(past.kept.get(keeper.name, b""))
    except ValueError as error:
        log.warning("the journal is folded whole, for a read model cannot go on from a snapshot", reason=str(error))
        for keeper in keepers:
            keeper.take(b"")
        return await node.open(place.snapshots, None)
    return past


async def serve(
    app: web.Application,
    service: DeskService,
    host: str,
    port: int,
    listening: Callable[[str], None] | None = None,
) -> signal.Signals | None:
    """
    Serve until SIGINT or SIGTERM, then stop in good order; `listening` is told the address once it can be reached.

    SIGTERM drains first, as a rolling restart wants it; SIGINT, or a second signal, does not wait for that.

    Returns the signal that ended it.

    Raises `ServiceError` when the port is taken, or when the node had to stop by itself.
    """
    raise_open_files()
    runner = PatientRunner(app, access_log=None, shutdown_timeout=1.0, handle_signals=False)
    loop = asyncio.get_running_loop()
    stopped: asyncio.Future[signal.Signals] = loop.create_future()
    in_haste: asyncio.Future[None] = loop.create_future()

    def stop(number: signal.Signals) -> None:
        if stopped.done() and not in_haste.done():
            in_haste.set_result(None)
        elif not stopped.done():
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
        if service.node.running and stopped.done() and stopped.result() is signal.SIGTERM:
            await service.drain(in_haste)
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


def _keys(folder: Path, is_new: bool) -> DeskKeys:
    """The desk's keys; new ones only where nothing was sealed yet, for what was sealed needs the old ones."""
    file = folder / KEYS
    return DeskKeys.load_or_create(file) if is_new else DeskKeys.load(file)
