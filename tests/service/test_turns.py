"""Whoever sends much is served in turns with the others, and nobody keeps the loop to themselves."""

import asyncio
import json
from typing import Any

from router.core import commands as cmd
from router.service.auth import Person
from router.service.limits import Limits
from tests.service.desk import running_desk
from tests.service.raw import frame


async def test_a_flood_lets_the_loop_go_on(monkeypatch):
    """However many send at once, the loop goes round between them; every operation is answered."""
    monkeypatch.setattr("router.service.turns.TURN_S", 0.0)
    rounds = 0

    def go_round() -> None:
        nonlocal rounds
        rounds += 1
        loop.call_soon(go_round)

    async with running_desk(limits=Limits(asc_rate=1e5, asc_burst=10_000)) as desk:
        loop = asyncio.get_running_loop()
        crowd = [await desk.join(Person(role="asc", id=2_000 + each, name="Ruth")) for each in range(5)]
        taken: list[int] = []
        operate = desk.gateway.operate

        def noted(*given: Any) -> None:
            taken.append(rounds)
            operate(*given)

        monkeypatch.setattr(desk.gateway, "operate", noted)
        go_round()
        asking = {"t": "chat.request", "id": 1, "product": "expense", "language": "en", "topic": ""}
        for each in crowd:
            each.socket.transport.write(frame(json.dumps(asking)))
        answers = [(await each.answer(1))["t"] for each in crowd]

    assert ["ack"] * 5 == answers
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
