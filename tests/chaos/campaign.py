"""
A campaign: people at work, one fault after another, then calm, and everything that happened before the judge.

The seed draws faults, people and words; when a kill falls between two instructions is the machine's affair, so a seed
brings back the kind of trouble and not the very moment. The history is kept when something is wrong.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from router.journal.port import JournalError
from router.service.auth import Person
from router.service.replay import load
from router.wire.sealing import DeskKeys
from tests.chaos.client import Hurry, RecordedClient
from tests.chaos.desk import Desk
from tests.chaos.evidence import Evidence, gather
from tests.chaos.final import note_views, settled
from tests.chaos.history import History, read
from tests.chaos.judge import Violation, judge
from tests.chaos.nemesis import FAULTS, Kind, Nemesis
from tests.chaos.people import Agent, Asc

ASCS = 16
AGENTS = 5
LIFE_S = (0.3, 1.5)
"""Between one fault and the next the desk works for so long."""
GOES_ON_S = 30.0
"""So long after a fault at the latest an operation must be acknowledged again."""


@dataclass(slots=True)
class Result:
    """What a campaign came to. `back_ms`: for each kind of fault, from its beginning to the next acknowledgement."""

    seed: int
    kills: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    deaths: Counter[str] = field(default_factory=Counter)
    back_ms: dict[str, list[int]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)
    violations: list[Violation] = field(default_factory=list)
    seconds: float = 0.0
    evidence: Evidence | None = None
    interrupted: bool = False


class Campaign:
    """
    `folder` takes everything; `ballast`, if given, is a file on a file system that holds nothing but the store's
    `data` folder, which then is to be passed as `data`. `tell` is told what happens. Set `stop` to end early.
    """

    def __init__(
        self, folder: Path, seed: int, kills: int, tell: Callable[[str], None], data: Path | None = None,
        ballast: Path | None = None, life_s: tuple[float, float] = LIFE_S,
    ) -> None:  # fmt: skip
        self.stop = asyncio.Event()
        self._folder = folder
        self._goal = kills
        self._life_s = life_s
        self._tell = tell
        self._chance = random.Random(f"nemesis {seed}")
        self._calm = asyncio.Event()
        self._history_file = folder / "history.jsonl"
        self._history = History(self._history_file, f"seed {seed}")
        self._desk = Desk(folder)
        if data is not None:
            self._desk.data = data
        self._nemesis = Nemesis(self._desk, self._chance, folder, ballast)
        self._numbers: set[str] = set()
        self._clients: list[RecordedClient] = []
        self._result = Result(seed)

    async def run(self) -> Result:
        """Do it all. Raises only what is wrong with the harness itself."""
        result, began = self._result, time.monotonic()
        try:
            await self._desk.begin()
            await self._torment()
            await self._judge()
        finally:
            for client in self._clients:
                client.stop()
            self._history.close()
            try:
                await self._desk.tidy()
            except JournalError as error:
                self._wrong("R12", "the store can be started in the end", str(error))
        result.seconds = time.monotonic() - began
        result.interrupted = self.stop.is_set()
        return result

    # --- people

    async def _torment(self) -> None:
        """People come, faults happen, people go; what they see in the end is written down."""
        seed = str(self._result.seed)
        async with asyncio.TaskGroup() as tasks:
            customers = []
            for number in range(1, ASCS + 1):
                client = self._client(tasks, "asc", 1000 + number, 1 + (number - 1) // 2)
                customers.append(tasks.create_task(Asc(client, seed, self._calm, self._numbers).live()))
            for number in range(1, AGENTS + 1):
                client = self._client(tasks, "agent", number, 0)
                tasks.create_task(Agent(client, seed, self._calm).live())
            people = list(self._clients)
            try:
                await self._faults()
                self._calm.set()
                await asyncio.wait(customers, timeout=GOES_ON_S)
                calm = await settled(people, lambda: all(each.done() for each in customers) and self._nothing_held())
                if not calm:
                    self._wrong("R12", "the desk does not come to rest", self._state_of(people))
                for client in people:
                    role, _, ident = client.who.partition(":")
                    try:
                        await note_views(self._history, client, self._make(role, int(ident), client.company))
                    except TimeoutError:
                        self._wrong("R12", "everybody is let in at last", f"{client.who} is not")
                        break
            finally:
                for client in self._clients:
                    client.stop()

    def _nothing_held(self) -> bool:
        agents = [client.view.agent for client in self._clients if not client.company]
        return not any(agent["contacts"] or agent["offers"] for agent in agents if agent is not None)

    @staticmethod
    def _state_of(clients: list[RecordedClient]) -> str:
        return "; ".join(
            f"{client.who}: {'connected' if client.connected else 'not connected'}{', waits' if client.waits else ''}"
            for client in clients
        )

    def _client(self, tasks: asyncio.TaskGroup, role: str, ident: int, company: int) -> RecordedClient:
        client = self._make(role, ident, company)
        self._clients.append(client)
        tasks.create_task(client.run())
        return client

    def _make(self, role: str, ident: int, company: int) -> RecordedClient:
        person = Person(
            role=role, id=ident, name=f"{role} {ident}", company=f"company {company}" if company else "",
            company_id=company,
        )  # fmt: skip
        return RecordedClient(
            self._history, person.actor, company, self._desk.url,
            lambda: self._desk.token(person, int(time.time()) + 3_600), Hurry(f"jitter {ident}"),
        )  # fmt: skip

    # --- faults

    async def _faults(self) -> None:
        result, nemesis = self._result, self._nemesis
        possible: list[Kind] = []
        for kind in FAULTS:
            if why := kind.missing(nemesis):
                result.missing[kind.name] = why
            else:
                possible.append(kind)
        began = time.monotonic()
        await self._goes_on("the start")
        while result.kills < self._goal and not self.stop.is_set():
            kind = self._draw(possible)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stop.wait(), self._chance.uniform(*self._life_s))
            self._history.note("nemesis", "info", "nemesis", v=kind.name)
            struck = time.monotonic()
            try:
                await kind.do(nemesis)
            except (AssertionError, TimeoutError, OSError) as error:
                said = self._desk.log.read_text().splitlines()[-3:]
                self._wrong("R12", f"{kind.name}: the desk does not come back", f"{error!r}; its log ends: {said}")
                break
            result.faults[kind.name] += 1
            result.deaths[kind.name] += kind.kills
            result.kills += kind.kills
            if not await self._goes_on(kind.name):
                break
            back_ms = int(1000 * (time.monotonic() - struck))
            result.back_ms.setdefault(kind.name, []).append(back_ms)
            passed = time.monotonic() - began
            left_s = passed / max(result.kills, 1) * max(0, self._goal - result.kills)
            self._tell(
                f"{result.kills}/{self._goal} kills  {kind.name}: at work again after {back_ms / 1000:.1f} s"
                f"  ({self._history.oks} acknowledged, {left_s / 60:.0f} min left)"
            )

    def _draw(self, possible: list[Kind]) -> Kind:
        """What was never done yet comes first, so that a short campaign sees as many kinds as it can."""
        new = [kind for kind in possible if not self._result.faults[kind.name] and kind.kills]
        among = new if new and self._chance.random() < 0.5 else possible
        return self._chance.choices(among, [kind.weight for kind in among])[0]

    async def _goes_on(self, after: str) -> bool:
        """Wait for the desk to acknowledge something again; False, and a violation, when it does not."""
        before = self._history.oks
        try:
            async with asyncio.timeout(GOES_ON_S):
                await self._desk.well(GOES_ON_S)
                while self._history.oks == before:
                    await asyncio.sleep(0.01)
        except TimeoutError:
            said = self._desk.log.read_text().splitlines()[-3:]
            self._wrong("R12", f"after {after} nothing is acknowledged for {GOES_ON_S:g} s", f"its log ends: {said}")
            return False
        return True

    def _wrong(self, ident: str, law: str, message: str) -> None:
        self._result.violations.append(Violation(ident, law, message))

    # --- judgement

    async def _judge(self) -> None:
        result, desk, folder = self._result, self._desk, self._folder
        assert desk.process is not None
        if desk.process.poll() is None:
            await desk.end(15)
        self._history.close()
        dump = folder / "journal.jsonl"
        code, _ = await desk.run("export", "--data", str(desk.data), str(dump))
        if code:
            self._wrong("D1", "the journal can be read", desk.log.read_text()[-500:])
            return
        hashes = {"kept store": (await desk.run("refold", "--data", str(desk.data), str(_lines(dump))))[1].strip()}
        for seed in ("1", "77"):
            desk.environment["PYTHONHASHSEED"] = seed
            output = (await desk.run("replay", str(dump)))[1]
            hashes[f"replay under hash seed {seed}"] = output.partition("state ")[2].partition("\n")[0]
        evidence = gather(
            read([self._history_file]), load(dump), DeskKeys.load(desk.data / "desk.keys"),
            hashes=hashes, papers=self._papers(dump), numbers=frozenset(self._numbers),
        )  # fmt: skip
        result.evidence = evidence
        result.violations += judge(evidence)
        self._compare_copies(dump)
        result.seen.update(self._nemesis.seen)
        result.seen["operations sent again"] = sum(client.again for client in self._clients)
        result.seen["repetitions that the desk recognised"] = sum(step.repeated for step in evidence.steps)
        for name, kind in (
            ("offers withdrawn", "OfferWithdrawn"), ("offers that rang out", "OfferTimedOut"),
            ("agents lost", "AgentLost"), ("contacts taken from a lost agent", "ContactRequeued"),
            ("outages that restarted deadlines", "DeadlinesRestarted"), ("callbacks dialled", "DialStarted"),
        ):  # fmt: skip
            result.seen[name] = sum(type(event).__name__ == kind for step in evidence.steps for event in step.events)

    def _papers(self, dump: Path) -> dict[str, bytes]:
        store = [path for path in self._desk.store_folder.rglob("*") if path.is_file()]
        archive = [path for path in (self._desk.data / "archive").rglob("*") if path.is_file()]
        return {path.name: path.read_bytes() for path in [self._desk.log, dump, *store, *archive]}

    def _compare_copies(self, dump: Path) -> None:
        """A store with a flipped bit, if it served at all, served every entry, and at most one of them was another."""
        true = dump.read_bytes().splitlines()
        for copy in self._nemesis.copies:
            served = copy.read_bytes().splitlines()
            differ = [n for n, (a, b) in enumerate(zip(true, served, strict=False), 1) if a != b]
            if len(differ) > 1:
                self._wrong("D1", "a damaged journal is refused, or served whole", f"{copy.name}: {differ} differ")
            self._result.seen["entries of a damaged store that were other than written"] += len(differ)


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)
