"""A virtual agent: signs in, takes what is offered, talks, dials, wraps up. Whom it serves is the desk's affair."""

import asyncio
import random
from collections.abc import Coroutine
from typing import Any

from sim.client.client import Client, Refusal
from sim.client.view import OVER, Frame
from sim.model import GroupModel
from sim.rehearsal.chance import Chance, is_virtual
from sim.rehearsal.dialogue import FAREWELL, GREETING, TO_VISITORS, script_of, scripts

VISITOR_SILENCE_S = 120.0
"""A visitor who writes nothing for so long has left; the agent says goodbye."""
THINKS_S = (1.5, 4.0)
"""An answer to a visitor is typed after between these."""
PAUSE_S = 1.0
"""Between one attempt to be signed in and the next."""


class VirtualAgent:
    """One agent of a group. `work` lasts until it is cancelled or the connection ends for good."""

    def __init__(self, client: Client, chance: Chance, group: GroupModel, number: int) -> None:
        self._client = client
        self._chance = chance
        self._group = group
        self._taste = random.Random(f"agent {chance.seed} {number}")
        self._offers: set[int] = set()
        self._jobs: set[int] = set()
        self._rings: dict[int, int] = {}
        self._signing = False
        self._leaving = False

    async def work(self) -> None:
        """Be there and take work."""
        async with asyncio.TaskGroup() as tasks:
            while not self._client.stopped:
                if self._client.connected:
                    self._look(tasks)
                await self._quietly(self._client.news())

    async def go(self) -> None:
        """The shift is over: no new work; what is under way is finished by `work`, which must still run."""
        self._leaving = True
        await self._client.send({"t": "agent.status", "status": "offline", "reason": "shift_end"})

    def _look(self, tasks: asyncio.TaskGroup) -> None:
        """Start whatever the view asks for and is not under way."""
        agent = self._client.view.agent
        away = agent is None or agent["status"] != "available" or agent["state"] == "not_responding"
        if away and not self._signing and not self._leaving:
            self._signing = True
            tasks.create_task(self._sign_in())
        if agent is None:
            return
        for offer in agent["offers"]:
            if offer["offer"] not in self._offers:
                self._offers.add(offer["offer"])
                tasks.create_task(self._quietly(self._answer(offer)))
        for held in agent["contacts"]:
            if held["contact"] not in self._jobs:
                self._jobs.add(held["contact"])
                tasks.create_task(self._serve(held["contact"]))

    async def _sign_in(self) -> None:
        agent, group = self._client.view.agent, self._group
        if agent is not None and agent["contacts"]:
            ask: Frame = {"t": "agent.status", "status": "available"}
        else:
            skills = {"products": list(group.products), "languages": list(group.languages), "capacity": group.chats}
            ask = {"t": "agent.sign_in", **skills}
        await self._quietly(self._client.send(ask))
        await asyncio.sleep(PAUSE_S)
        self._signing = False
        self._client.nudge()

    @staticmethod
    async def _quietly(doing: Coroutine[Any, Any, Any]) -> None:
        """What the desk refuses a program is no news: the view says what holds instead."""
        try:
            await doing
        except Refusal:
            return

    async def _answer(self, offer: Frame) -> None:
        asc = offer["asc"]["id"]
        rings = self._rings[offer["contact"]] = self._rings.get(offer["contact"], 0) + 1
        delay_ms = self._chance.answer_delay_ms(self._group.answer_delay, asc, rings) if is_virtual(asc) else 2_000
        await asyncio.sleep(delay_ms / 1000)
        await self._client.send({"t": "offer.accept", "offer": offer["offer"]})

    # --- one contact

    async def _serve(self, contact: int) -> None:
        try:
            await self._quietly(self._see_through(contact))
        finally:
            self._jobs.discard(contact)
            self._rings.pop(contact, None)

    async def _see_through(self, contact: int) -> None:
        await self._client.until(lambda view: contact in view.contacts)
        if self._contact(contact)["state"] == "dialling":
            await self._dial(contact)
        if self._talking(contact):
            if self._contact(contact)["channel"] == "callback":
                await self._wait_or_change(contact, self._chance.handle_ms(self._asc(contact), True) / 1000)
            elif is_virtual(self._asc(contact)):
                await self._talk(contact)
            else:
                await self._talk_to_visitor(contact)
            if self._talking(contact):
                await self._client.send({"t": "contact.close", "contact": contact})
        if self._contact(contact)["state"] == "connected":
            await self._client.until(lambda view: view.contacts[contact]["state"] != "connected")
        if self._contact(contact)["state"] == "wrapping":
            wrap_up_s = self._chance.wrap_up_ms(self._asc(contact)) / 1000
            await self._wait_or_change(contact, wrap_up_s)
            if self._contact(contact)["state"] == "wrapping":
                await self._client.send({"t": "wrapup.finish", "contact": contact})
        await self._client.until(lambda view: not self._held(contact))

    async def _dial(self, contact: int) -> None:
        view = self._contact(contact)
        asc, attempt = self._asc(contact), view["attempt"]
        dial_ms, reached = self._chance.dial(asc, 1) if is_virtual(asc) else (4_000, True)
        await self._wait_or_change(contact, dial_ms / 1000)
        report = {"contact": contact, "attempt": attempt}
        if reached:
            await self._client.send({"t": "dial.reached", **report})
            await self._client.until(lambda view: view.contacts[contact]["state"] != "dialling")
        else:
            await self._client.send({"t": "dial.failed", "failure": "no_answer", **report})

    async def _talk(self, contact: int) -> None:
        """Say the script's lines, spread over the time that the conversation is to take."""
        view = self._contact(contact)
        product, _, language = view["line"].partition("/")
        script = script_of(product, language, view["topic"]) or scripts(product, language)[0]
        said = sum(message["by"] == "agent" for message in view["messages"])
        lines = script.agent_lines[said:]
        pause_s = self._chance.handle_ms(self._asc(contact), False) / 1000 / (len(lines) + 1)
        for line in lines:
            await self._wait_or_change(contact, pause_s)
            if not self._talking(contact):
                return
            await self._say(contact, line)
        await self._wait_or_change(contact, pause_s)

    async def _talk_to_visitor(self, contact: int) -> None:
        """Greet, answer each message with something kind, and say goodbye when nothing more comes."""
        view = self._contact(contact)
        language = view["line"].partition("/")[2]
        lines = TO_VISITORS.get(language, TO_VISITORS["en"])
        if not any(message["by"] == "agent" for message in view["messages"]):
            await self._wait_or_change(contact, self._taste.uniform(*THINKS_S))
            await self._say(contact, GREETING.get(language, GREETING["en"]))
        while self._talking(contact):
            said = sum(message["by"] == "agent" for message in self._contact(contact)["messages"])
            try:
                async with asyncio.timeout(VISITOR_SILENCE_S):
                    await self._client.until(lambda view: not self._talking(contact) or self._asked(contact))
            except TimeoutError:
                await self._say(contact, FAREWELL.get(language, FAREWELL["en"]))
                return
            await self._wait_or_change(contact, self._taste.uniform(*THINKS_S))
            if self._talking(contact):
                await self._say(contact, lines[min(max(said - 1, 0), len(lines) - 1)])

    async def _say(self, contact: int, text: str) -> None:
        await self._client.send({"t": "msg.send", "contact": contact, "text": text})

    async def _wait_or_change(self, contact: int, seconds: float) -> None:
        """Let time pass, but not longer than the contact stays as it is."""
        state = self._contact(contact)["state"]
        try:
            async with asyncio.timeout(seconds):
                await self._client.until(lambda view: view.contacts[contact]["state"] != state)
        except TimeoutError:
            return

    def _contact(self, contact: int) -> Frame:
        return self._client.view.contacts[contact]

    def _asc(self, contact: int) -> int:
        return int(self._contact(contact)["asc"]["id"])

    def _talking(self, contact: int) -> bool:
        return bool(self._contact(contact)["state"] == "connected")

    def _asked(self, contact: int) -> bool:
        messages = self._contact(contact)["messages"]
        return bool(messages) and messages[-1]["by"] == "asc"

    def _held(self, contact: int) -> bool:
        agent = self._client.view.agent
        over = self._contact(contact)["state"] in OVER
        return not over and agent is not None and any(each["contact"] == contact for each in agent["contacts"])
