"""
The people of a campaign: customers who ask, write, wait and leave, agents who take, answer, close and come and go.

What they do is drawn from the seed alone; when it happens is the desk's and the machine's affair. Every text begins
with the company's number and its writer, so that any byte anywhere is known for whose it is.
"""

import asyncio
import random
from collections.abc import Awaitable
from typing import Any

from tests.chaos.client import Frame, RecordedClient, Refusal

OVER = ("wrapping", "closed", "abandoned", "blocked", "cancelled", "expired", "unreachable", "gone")
LINES = (("expense", "en"), ("expense", "de"), ("travel", "en"))


class Talker:
    """What customers and agents have in common. `calm` set: come to an end."""

    def __init__(self, client: RecordedClient, seed: str, calm: asyncio.Event) -> None:
        self.client = client
        self.calm = calm
        self.chance = random.Random(f"{seed} {client.who}")
        self._said = 0

    def text(self, company: int) -> str:
        """Words that nobody else says."""
        self._said += 1
        return f"T{company}|{self.client.who}|{self._said:06d}|{self.chance.getrandbits(48):012x}"

    async def ask(self, t: str, **fields: Any) -> Frame | None:
        """An operation; None when the desk says no."""
        try:
            return await self.client.send({"t": t, **fields})
        except Refusal:
            return None

    async def pause(self, least_s: float, most_s: float) -> None:
        """Do nothing for a while."""
        await asyncio.sleep(self.chance.uniform(least_s, most_s))

    def contact(self, ident: int) -> Frame:
        """What this person knows of a contact."""
        return self.client.view.contacts.get(ident, {"state": "gone"})


class Asc(Talker):
    """A customer. `numbers` collects the phone numbers that were left."""

    def __init__(self, client: RecordedClient, seed: str, calm: asyncio.Event, numbers: set[str]) -> None:
        super().__init__(client, seed, calm)
        self._numbers = numbers

    async def live(self) -> None:
        """Ask for one thing after another."""
        await quietly(self.client.until(lambda view: bool(view.me)))
        while not self.calm.is_set() and not self.client.stopped:
            product, language = self.chance.choice(LINES)
            topic = self.text(self.client.company)
            ack = await self.ask("chat.request", product=product, language=language, topic=topic)
            if ack is not None:
                await quietly(self._see_through(ack["contact"]))
            await self.pause(0.05, 0.4)

    async def _see_through(self, contact: int) -> None:
        will = self.chance.random()
        if will < 0.25:
            await self.pause(0.0, 0.3)
            number = f"+1212555{self.chance.randrange(10_000):04d}"
            self._numbers.add(number)
            if await self.ask("callback.request", contact=contact, number=number) is not None:
                await self._wait_for_call(contact)
                return
        leaves_at = self.chance.uniform(0.5, 4)
        try:
            async with asyncio.timeout(leaves_at):
                while self.contact(contact)["state"] not in (*OVER, "connected"):
                    if self.chance.random() < 0.5:
                        await self._write(contact)
                    await self.client.news()
        except TimeoutError:
            await self.ask("chat.leave", contact=contact)
            return
        while self.contact(contact)["state"] == "connected" and not self.calm.is_set():
            await self._write(contact)
            await self.pause(0.02, 0.3)
            if self.chance.random() < 0.1:
                await self.ask("chat.leave", contact=contact)
                return

    async def _wait_for_call(self, contact: int) -> None:
        try:
            async with asyncio.timeout(self.chance.uniform(1, 5)):
                await self.client.until(lambda view: self.contact(contact)["state"] in OVER)
        except TimeoutError:
            await self.ask(self.chance.choice(("callback.cancel", "callback.return")), contact=contact)
            if self.contact(contact)["state"] not in OVER:
                await self.ask("chat.leave", contact=contact)

    async def _write(self, contact: int) -> None:
        await self.ask("msg.send", contact=contact, text=self.text(self.client.company))


class Agent(Talker):
    """An agent with the skills of some lines."""

    def __init__(self, client: RecordedClient, seed: str, calm: asyncio.Event) -> None:
        super().__init__(client, seed, calm)
        self.products = self.chance.choice((["expense"], ["expense", "travel"], ["expense", "travel"]))
        self.languages = self.chance.choice((["en"], ["en", "de"], ["en", "de"]))
        self.capacity = self.chance.choice((1, 2, 3))
        self._busy: set[int] = set()

    async def live(self) -> None:
        """Sign in, and take what comes."""
        await quietly(self.client.until(lambda view: bool(view.me)))
        await self._sign_in()
        async with asyncio.TaskGroup() as tasks:
            moods = tasks.create_task(self._moods())
            while not self.client.stopped:
                self._look(tasks)
                await quietly(self.client.news())
            moods.cancel()

    async def _sign_in(self) -> None:
        await self.ask("agent.sign_in", products=self.products, languages=self.languages, capacity=self.capacity)

    async def _moods(self) -> None:
        """Breaks, and lines that go dead: for less than the grace, and for more."""
        while not self.calm.is_set():
            await self.pause(0.5, 4)
            mood = self.chance.random()
            if mood < 0.25:
                await self.ask("agent.status", status="break", reason="lunch")
                await self.pause(0.1, 1.0)
                await self.ask("agent.status", status="available")
            elif mood < 0.5:
                self.client.cut()
            else:
                await self._sign_in()

    def _look(self, tasks: asyncio.TaskGroup) -> None:
        agent = self.client.view.agent
        if agent is None:
            return
        if (agent["status"] != "available" or agent["state"] == "not_responding") and -1 not in self._busy:
            self._start(tasks, -1, self._come_back())
        for offer in agent["offers"]:
            self._start(tasks, offer["offer"], self._answer(offer["offer"]))
        for held in agent["contacts"]:
            self._start(tasks, held["contact"], self._serve(held["contact"]))

    def _start(self, tasks: asyncio.TaskGroup, key: int, doing: Any) -> None:
        if key in self._busy:
            doing.close()
            return
        self._busy.add(key)

        async def work() -> None:
            await quietly(doing)
            await self.pause(0.02, 0.1)
            self._busy.discard(key)
            self.client.nudge()

        tasks.create_task(work())

    async def _come_back(self) -> None:
        await self.pause(0.3, 1.5)
        await self._sign_in()

    async def _answer(self, offer: int) -> None:
        await self.pause(0.0, 0.2)
        choice = self.chance.random()
        if self.calm.is_set() or choice < 0.8:
            await self.ask("offer.accept", offer=offer)
        elif choice < 0.9:
            await self.ask("offer.decline", offer=offer, reason="busy")
        else:
            await self.pause(1.0, 1.5)

    async def _serve(self, contact: int) -> None:
        """One thing at a time; `_look` comes again while the contact is held."""
        await self.client.until(lambda view: contact in view.contacts)
        view = self.contact(contact)
        if view["state"] == "dialling":
            await self.pause(0.05, 0.3)
            report = {"contact": contact, "attempt": view["attempt"]}
            if self.chance.random() < 0.6 or self.calm.is_set():
                await self.ask("dial.reached", **report)
            else:
                await self.ask("dial.failed", failure=self.chance.choice(("no_answer", "busy")), **report)
        elif view["state"] == "connected":
            if view["channel"] == "chat" and self.chance.random() < 0.75 and not self.calm.is_set():
                company = int(view["topic"].partition("|")[0][1:] or 0)
                await self.ask("msg.send", contact=contact, text=self.text(company))
            else:
                await self.ask("contact.close", contact=contact)
        elif view["state"] == "wrapping":
            await self.ask("wrapup.finish", contact=contact)


async def quietly(doing: Awaitable[Any]) -> None:
    """What ends because the client ends is no news."""
    try:
        await doing
    except Refusal:
        return
