"""
The demo: a real desk with virtual people in it, on this machine, in one folder.

The people live in a process of their own, so that the first page is there at once and the server's loop stays free. The
folder keeps where the day is; Ctrl-C takes the folder away, a kill leaves it, and the next demo goes on from it.
"""

import asyncio
import contextlib
import json
import shutil
import signal
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from router.service.logs import set_up_logs
from router.service.server import DeskService, ServiceSettings, serve, start_service
from sim.compress import compress_policy
from sim.rehearsal.clock import RehearsalClock, opening_hours_ms
from sim.scenario import Scenario
from sim.scenario_file import load_scenario
from web.app import make_app
from web.live import LiveTable
from web.orders import Orders
from web.security import own_hosts, own_origins

SCENARIOS: Final = Path(__file__).parents[1] / "scenarios"
SCENARIO: Final = "us-bank-monday.yaml"
FIRST_MS: Final = 10 * 3_600_000
"""The first day begins at ten, when the desk is busy."""
MARK: Final = "demo.json"
"""The file by which a folder is known to be a demo's; it holds the clock and the seed."""
AGAIN_S: Final = 2.0
"""Pause before virtual people who ended by themselves are started again."""
GOODBYE_S: Final = 3.0


class DemoError(Exception):
    """The demo cannot start; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class DemoSettings:
    """What the command line chooses."""

    host: str
    port: int
    data: Path
    speed: float
    seed: int
    people: bool
    check: bool
    records: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """What a demo remembers over a kill."""

    clock: RehearsalClock
    seed: int

    def write(self, folder: Path) -> None:
        """Write it into the demo's folder."""
        (folder / MARK).write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Mark":
        """The mark of a demo's folder. Raises OSError, ValueError, KeyError or TypeError for anything else."""
        told = json.loads((folder / MARK).read_text(encoding="utf-8"))
        return cls(RehearsalClock(**told["clock"]), told["seed"])


class DemoDays:
    """The rehearsal's days, for the live table."""

    def __init__(self, clock: RehearsalClock) -> None:
        self.speed = clock.speed
        self._clock = clock

    def day_of(self, now_ms: int) -> int:
        """The rehearsal's day."""
        return self._clock.at(now_ms).day

    def begins_ms(self, day: int) -> int:
        """When it begins."""
        return self._clock.begins_ms(day)

    def describe(self, day: int) -> dict[str, Any]:
        """A page reckons the time of day from this: `clock_ms` at `clock_at`, and on at `speed`."""
        return {
            "speed": self.speed,
            "day": day,
            "clock_at": self._clock.begins_ms(day),
            "clock_ms": self._clock.starts_at_ms(day),
        }


def run_demo(settings: DemoSettings) -> None:
    """Run the demo until it is stopped. Raises `DemoError`, or `ServiceError` of the service."""
    set_up_logs(30)
    path = SCENARIOS / SCENARIO
    scenario = load_scenario(path)
    mark = _prepare(settings, scenario)
    ended_by = asyncio.run(_run(settings, scenario, path, mark))
    if ended_by is signal.SIGINT:
        shutil.rmtree(settings.data, ignore_errors=True)
        with contextlib.suppress(OSError):  # the folder above may hold other things
            settings.data.parent.rmdir()
        print(f"ringback: stopped, and {settings.data} removed")


def _prepare(settings: DemoSettings, scenario: Scenario) -> Mark:
    """Take up the folder of a demo that was killed, or begin a new one."""
    folder = settings.data
    try:
        if (folder / MARK).exists():
            return Mark.read(folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise DemoError(f"{folder} holds something else than a demo; give another folder with --data")
        opens, closes = opening_hours_ms(scenario)
        first = FIRST_MS if opens <= FIRST_MS < closes else opens
        mark = Mark(RehearsalClock(time.time_ns() // 1_000_000, settings.speed, first, opens, closes), settings.seed)
        mark.write(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DemoError(
            f"the folder {folder} cannot be used ({error}); remove it or give another with --data"
        ) from None
    return mark


async def _run(settings: DemoSettings, scenario: Scenario, path: Path, mark: Mark) -> signal.Signals | None:
    level = scenario.targets.service_level
    table = LiveTable(DemoDays(mark.clock), level.within, level.share)
    hosts = own_hosts(settings.host, settings.port)
    service = await start_service(
        ServiceSettings(
            data_dir=settings.data,
            policy=compress_policy(scenario.policy, mark.clock.speed),
            origins=own_origins(hosts),
            check=settings.check,
            listeners=(table,),
            records=settings.records,
        )
    )
    service.board_extra(table.board)
    people: asyncio.Task[None] | None = None

    def listening(address: str) -> None:
        nonlocal people
        print(_welcome(settings, mark, address), flush=True)
        if settings.people:
            people = asyncio.create_task(_people(service, _orders(service, path, mark, address)))

    try:
        return await serve(make_app(service, hosts, demo=True), service, settings.host, settings.port, listening)
    finally:
        if people is not None:
            people.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await people


def _orders(service: DeskService, path: Path, mark: Mark, address: str) -> Orders:
    return Orders(
        url=f"{address.replace('http', 'ws', 1)}/ws",
        origin=address,
        secret=service.tokens.secret.hex(),
        scenario=str(path),
        clock=mark.clock,
        seed=mark.seed,
        left_over=(),
    )


async def _people(service: DeskService, orders: Orders) -> None:
    """Keep the virtual people alive; each time they start they are told who has an open contact."""
    while True:
        open_contacts = service.node.desk.state.contacts.values()
        left_over = tuple(dict.fromkeys(int(contact.asc_id) for contact in open_contacts))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "web.people", stdin=asyncio.subprocess.PIPE, start_new_session=True
        )
        assert process.stdin is not None
        try:
            process.stdin.write(replace(orders, left_over=left_over).dumps().encode())
            await process.stdin.drain()
            code = await process.wait()
        except (BrokenPipeError, ConnectionResetError):
            code = await process.wait()
        except asyncio.CancelledError:
            process.stdin.close()
            try:
                async with asyncio.timeout(GOODBYE_S):
                    await process.wait()
            except TimeoutError:
                process.kill()
            raise
        print(f"ringback: the virtual people ended (exit code {code}); they start again", file=sys.stderr)
        await asyncio.sleep(AGAIN_S)


def _welcome(settings: DemoSettings, mark: Mark, address: str) -> str:
    now = mark.clock.at(time.time_ns() // 1_000_000)
    lines = [
        f"ringback demo: nothing leaves this machine; data in {settings.data}, removed by Ctrl-C, kept over a kill",
        "",
        f"  Live table      {address}/demo",
        f"  Customer page   {address}/widget",
        f"  Agent console   {address}/console",
        "",
    ]
    if settings.people:
        lines += [
            f"  It is {now} there, and time goes {mark.clock.speed:g} times as fast; agents sign in now.",
            "  Try: 1 accept an offer in the console   2 ask for a chat on the customer page   3 see both in the table",
        ]
    else:
        lines += ["  There are no virtual people: be customer and agent yourself."]
    return "\n".join(lines)
