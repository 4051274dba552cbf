"""
The store that a desk brings along: a Valkey or Redis server of our own on a Unix socket, durable before it answers.

Rule 1: only the server's life is managed here; the journal speaks to it through `url`, as to any other store.
Rule 2: the server outlives us: a parent that is killed leaves it running, and the next one adopts it by its lock and
its socket.
"""

import asyncio
import logging
import os
import signal
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import BusyLoadingError, RedisError

from router.journal.append_only import tail_may_be_cut
from router.journal.line import login_refused
from router.journal.process import Process
from router.journal.server_binary import find_server_binary
from router.journal.server_files import (
    CONFIG,
    VERIFIED,
    Access,
    Lock,
    StoreFailed,
    StoreLocked,
    access,
    open_log,
    prepare_folder,
    write_config,
)

LOOK_AGAIN_S: Final = 0.02
STOP_TIMEOUT_S: Final = 10.0
OLDEST_VERSION: Final = 7
LOG_TAIL: Final = 1_000

_log = logging.getLogger(__name__)


class EmbeddedServer:
    """
    The server of one data folder, which this process looks after alone.

    `program`: another server than the one that is found. `start_timeout_s`: how long it may stay silent; loading its
    data does not count. `answer_timeout_s`: the limit of one question. After `wait_exit` returned, call `start` again.
    """

    def __init__(
        self,
        data: Path,
        *,
        program: Path | None = None,
        start_timeout_s: float = 30.0,
        answer_timeout_s: float = 5.0,
    ) -> None:
        self._data = data
        self._program = program
        self._start_timeout_s = start_timeout_s
        self._answer_timeout_s = answer_timeout_s
        self._folder = data
        self._supervisor: Lock | None = None
        self._access: Access | None = None
        self._process: Process | None = None
        self.adopted = False
        """The server ran before us; it was left by a parent that was killed."""

    @property
    def url(self) -> str:
        """Where the journal connects to; its user may not do what endangers the data."""
        return f"unix://{quote(self._reach().socket)}"

    @property
    def pid(self) -> int | None:
        """The server's process id, None if it was not started."""
        return None if self._process is None else self._process.pid

    @property
    def alive(self) -> bool:
        """Say whether the server runs."""
        return self._process is not None and self._process.alive

    async def start(self) -> None:
        """
        Start the server, or adopt one that lives, and return once it serves with the promised settings.

        Raises `StoreLocked`, `StoreDamaged`, `NoServerBinary` or `StoreFailed`; then nothing of ours runs.
        """
        if self.alive:
            return
        self._forget_process()
        try:
            await self._start()
        except OSError as error:  # a full disk, most likely; whoever looks after us tries again when there is room
            raise StoreFailed(f"the store's folder {self._folder} cannot be written: {error}") from error

    async def wait_exit(self) -> int | None:
        """Return when the server has ended, with its exit code (None for an adopted one)."""
        if self._process is None:
            return None
        await self._process.wait()
        return self._process.exit_code

    async def stop(self) -> None:
        """Shut the server down in order and let go of the data folder."""
        if self._process is not None and self._process.alive:
            self._process.send(signal.SIGTERM)
            try:
                async with asyncio.timeout(STOP_TIMEOUT_S):
                    await self._process.wait()
            except TimeoutError:
                _log.warning("the store %s did not end by itself and is killed; it loses nothing", self.pid)
        await self._give_up()

    def admin(self) -> Redis:
        """Return a client that may do everything, for checks and repairs; the caller closes it."""
        return Redis(
            unix_socket_path=self._reach().socket,
            username="admin",
            password=self._reach().admin_password,
            retry=Retry(NoBackoff(), 0),
            socket_timeout=self._answer_timeout_s,
            socket_connect_timeout=self._answer_timeout_s,
            decode_responses=True,
        )

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _start(self) -> None:
        self._folder = prepare_folder(self._data)
        self._supervisor = self._supervisor or Lock(self._folder / "supervisor.lock")
        if not self._supervisor.take():
            raise StoreLocked(
                f"the data in {self._folder} is used by the process {self._supervisor.holder()}: "
                "stop that one, or choose another data folder"
            )
        try:
            self._access = access(self._folder)
            await self._bring_up()
            await self._verify()
        except BaseException:
            await self._give_up()
            raise

    async def _bring_up(self) -> None:
        lock = Lock(self._folder / "server.lock")
        clock = asyncio.get_running_loop().time
        give_up = clock() + self._start_timeout_s
        while not lock.take():  # a server lives, or the last work of a dead one
            if await self._answers():
                self.adopted = True
                return
            if clock() > give_up:
                raise StoreFailed(
                    f"a store on the data in {self._folder} is alive but does not answer "
                    f"(it was started as process {lock.holder()}): stop it first"
                )
            await asyncio.sleep(LOOK_AGAIN_S)
        self.adopted = False
        try:
            log_start = self._spawn(lock)
            if await self._serves():
                return
            if await asyncio.to_thread(self._only_tail_is_cut, log_start):
                _log.warning("the last write to %s was cut off; nothing in it was acknowledged", self._folder)
                log_start = self._spawn(lock, "--aof-load-truncated", "yes")
                if await self._serves():
                    return
            raise StoreFailed(f"the store in {self._folder} did not start: {self._log_since(log_start)[-LOG_TAIL:]}")
        finally:
            lock.release()

    def _spawn(self, lock: Lock, *options: str) -> int:
        """Start the server, which inherits the lock, and return where its log begins."""
        assert lock.fd is not None
        self._forget_process()
        program = self._program or find_server_binary()
        config = write_config(self._folder, self._reach())
        log = open_log(self._folder)
        try:
            log_start = os.fstat(log).st_size
            child = subprocess.Popen(
                [str(program), str(config), *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                cwd=self._folder, env={"LC_ALL": "C", "PATH": os.environ.get("PATH", "")},
                start_new_session=True,  # Ctrl-C reaches us, who stop it after our last append
                umask=0o077,
                pass_fds=(lock.fd,),
            )  # fmt: skip
        except OSError as error:
            raise StoreFailed(f"the store program {program} cannot be started: {error}") from error
        finally:
            os.close(log)
        self._process = Process(child.pid, child)
        lock.note(child.pid)
        return log_start

    async def _serves(self) -> bool:
        """Wait until the server that we started answers; False if it ended instead."""
        assert self._process is not None
        clock = asyncio.get_running_loop().time
        give_up = clock() + self._start_timeout_s
        while self._process.alive:
            answer = await self._answers()
            if answer:
                return True
            if answer is None:  # loading takes its time
                give_up = clock() + self._start_timeout_s
            if clock() > give_up:
                raise StoreFailed(f"the store in {self._folder} did not answer within {self._start_timeout_s:g} s")
            await asyncio.sleep(LOOK_AGAIN_S)
        return False

    async def _answers(self) -> bool | None:
        """Say whether the server answers; None while it is loading."""
        async with self.admin() as admin:
            try:
                return bool(await admin.ping())
            except BusyLoadingError:
                return None
            except (RedisError, OSError) as error:
                if login_refused(error):
                    raise StoreFailed(f"access.json in {self._folder} has not the store's password") from error
                return False

    async def _verify(self) -> None:
        """Ask the running server whether it holds what we promise."""
        async with self.admin() as admin:
            try:
                settings = await admin.config_get(*VERIFIED)
                info = await admin.info("everything")
                watched = self._process or Process(int(info["process_id"]))
            except (RedisError, OSError) as error:
                raise StoreFailed(f"the store in {self._folder} could not be checked: {error}") from error
        wrong = [f"{name} is {settings.get(name)!r}" for name in VERIFIED if settings.get(name) != CONFIG[name]]
        if info["role"] != "master":
            wrong.append(f"its role is {info['role']}")
        if not info["aof_enabled"]:
            wrong.append("its append-only file is off")
        if int(str(info["redis_version"]).split(".")[0]) < OLDEST_VERSION:
            wrong.append(f"its version is {info['redis_version']}, without functions")
        if wrong:
            if self._process is None:
                watched.close()
            raise StoreFailed(
                f"the store in {self._folder} (process {info['process_id']}) does not hold what is promised: "
                f"{', '.join(wrong)}; stop it and start again"
            )
        self._process = watched

    def _only_tail_is_cut(self, log_start: int) -> bool:
        program = self._program or find_server_binary()
        return tail_may_be_cut(self._log_since(log_start), self._folder / CONFIG["appenddirname"], program)

    def _log_since(self, start: int) -> str:
        with (self._folder / "store.log").open("rb") as log:
            log.seek(start)
            return log.read().decode("utf-8", "replace")

    async def _give_up(self) -> None:
        """Leave nothing of ours behind: a server that we started ends, an orphan that we could not adopt lives on."""
        if self._process is not None:
            self._process.send(signal.SIGKILL)
            await self._process.wait()
        self._forget_process()
        if self._supervisor is not None:
            self._supervisor.release()

    def _forget_process(self) -> None:
        if self._process is not None:
            self._process.close()
            self._process = None

    def _reach(self) -> Access:
        if self._access is None:
            raise StoreFailed("the embedded store was not started: call start() first")
        return self._access
