"""A virtual ASC: asks, waits as long as patience lasts, takes a callback or not, talks, and is gone."""

import asyncio
import random

from sim.client.client import Client, Refusal
from sim.client.view import OVER, Frame
from sim.laws import NEVER_MS
from sim.rehearsal.chance import Chance, is_virtual
from sim.rehearsal.dialogue import Script, script_of, scripts

LOOKS_ROUND_S = 1.5
"""A customer sees the place in line before asking for a callback instead."""
READS_S = (1.0, 3.0)
"""An answer is typed after between these."""
SILENCE_S = 180.0
"""A customer whose agent says nothing for so long leaves; agents who are programs never let it come to that."""


class VirtualAsc:
    """
    One customer of one contact. `patience_ms` is real time; None for somebody who was found connected after a restart.
    """

    def __init__(self, client: Client, chance: Chance, person_id: int) -> None:
        self._client = client
        self._chance = chance
        self._id = person_id
        self._taste = random.Random(f"asc {chance.seed} {person_id}")

    async def ask(self, product: str, language: str, patience_ms: int, wants_callback: bool) -> None:
        """Ask for a chat and see it through. Raises `Refusal` when the desk or the connection says no for good."""
        script = self._taste.choice(scripts(product, language))
        request = {"t": "chat.request", "product": product, "language": language, "topic": script.topic}
        contact = (await self._client.send(request))["contact"]
        await self._see_through(contact, script, language, patience_ms, wants_callback)

    async def take_up(self, patience_ms: int) -> None:
        """Go on with the contact that this person has open; nothing to do without one."""
        await self._client.until(lambda view: bool(view.me))
        contact = next((each for each in self._client.view.contacts.values() if each["state"] not in OVER), None)
        if contact is None:
            return
        product, _, language = contact["line"].partition("/")
        script = script_of(product, language, contact["topic"]) or scripts(product, language)[0]
        await self._see_through(contact["contact"], script, language, patience_ms, False)

    async def _see_through(
        self, contact: int, script: Script, language: str, patience_ms: int, wants_callback: bool
    ) -> None:
        await self._client.until(lambda view: contact in view.contacts)
        patience_s = patience_ms / 1000 if patience_ms < NEVER_MS else None
        try:
            async with asyncio.timeout(patience_s):
                if wants_callback and await self._leave_number(contact, language):
                    return
                await self._client.until(lambda view: view.contacts[contact]["state"] not in ("waiting", "absent"))
        except TimeoutError:
            # An agent may have accepted at this very moment; then leaving ends the conversation, which is as well.
            await self._client.send({"t": "chat.leave", "contact": contact})
            return
        if self._contact(contact)["channel"] == "chat":
            await self._talk(contact, script)

    async def _leave_number(self, contact: int, language: str) -> bool:
        """Ask for a callback, if there still is a wait; whether it is reserved."""
        await asyncio.sleep(LOOKS_ROUND_S)
        if self._contact(contact)["state"] != "waiting":
            return False
        request = {"t": "callback.request", "contact": contact, "number": self._chance.number(self._id, language)}
        try:
            await self._client.send(request)
        except Refusal:
            return False  # the number is taken or the chat was accepted meanwhile: go on waiting
        return True

    async def _talk(self, contact: int, script: Script) -> None:
        answers = list(script.asc_lines)
        heard = sum(message["by"] == "asc" for message in self._contact(contact)["messages"])
        answers = answers[heard:]
        while True:
            try:
                async with asyncio.timeout(SILENCE_S):
                    await self._client.until(lambda view: self._over(contact) or self._spoken_to(contact))
            except TimeoutError:
                await self._client.send({"t": "chat.leave", "contact": contact})
                return
            if self._over(contact):
                return
            await asyncio.sleep(self._taste.uniform(*READS_S))
            if self._over(contact):
                return
            if answers:
                await self._say(contact, answers.pop(0))
            elif not self._with_program(contact):
                await self._client.send({"t": "chat.leave", "contact": contact})
                return
            else:
                await self._client.until(lambda view: self._over(contact))
                return

    async def _say(self, contact: int, text: str) -> None:
        await self._client.send({"t": "msg.send", "contact": contact, "text": text})

    def _contact(self, contact: int) -> Frame:
        return self._client.view.contacts[contact]

    def _over(self, contact: int) -> bool:
        state = self._contact(contact)["state"]
        return state == "wrapping" or state in OVER

    def _spoken_to(self, contact: int) -> bool:
        messages = self._contact(contact)["messages"]
        return bool(messages) and messages[-1]["by"] == "agent"

    def _with_program(self, contact: int) -> bool:
        """Whether the agent is one of the rehearsal's own; a person gets the last word and is not kept waiting."""
        agent = self._contact(contact)["agent"]
        return agent is not None and agent["id"] < LAST_PROGRAM


LAST_PROGRAM = 1_000_000
"""Virtual agents are numbered from 1; people who join in have larger ids."""
assert not is_virtual(LAST_PROGRAM)
