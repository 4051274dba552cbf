"""Whoever sends much is served in turns with the others, and nobody keeps the loop to themselves."""

import asyncio
import json
from typing import Any

from router.core import commands as cmd
from router.service.limits import Limits
from tests.service.desk import DANA, open_chat, running_desk
from tests.service.raw import frame


async def test_a_flood_lets_the_loop_go_on(monkeypatch):
    """However much has come in one packet, the loop goes round in between; every operation is answered, in order."""
    monkeypatch.setattr("router.service.turns.TURN_S", 0.0)
    rounds = 0

    def go_round() -> None:
        nonlocal rounds
        rounds += 1
        loop.call_soon(go_round)

    async with running_desk(limits=Limits(asc_rate=1e5, asc_burst=10_000)) as desk:
        loop = asyncio.get_running_loop()
        dana = await desk.join(DANA)
        contact = await open_chat(dana)
        taken: list[int] = []
        operate = desk.gateway.operate

        def noted(*given: Any) -> None:
            taken.append(rounds)
            operate(*given)

        monkeypatch.setattr(desk.gateway, "operate", noted)
        go_round()
        numbers = range(2, 12)
        said = [{"t": "msg.send", "id": number, "contact": contact, "text": str(number)} for number in numbers]
        dana.socket.transport.write(b"".join(frame(json.dumps(each)) for each in said))
        answers = [(await dana.answer(number))["o"] for number in numbers]

    assert sorted(answers) == answers
    assert sorted(set(taken)) == taken


async def test_many_entries_are_folded_in_stretches(monkeypatch):
    """Between two stretches of one batch others have their turn; the batch is folded whole all the same."""
    monkeypatch.setattr("router.service.node.FOLD_S", 0.0)
    async with running_desk() as desk:
        settled: list[int] = []
        monkeypatch.setattr(desk.follower, "on_settled", lambda: settled.append(desk.node.applied))
        before = desk.node.applied
        await asyncio.gather(*(desk.node.submit(cmd.TimePassed()) for _ in range(6)))

        assert {*range(before + 1, before + 7)} == set(settled)
