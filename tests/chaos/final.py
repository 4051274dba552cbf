"""The end of a campaign: what everybody sees at last, beside what a fresh connection shows the same person."""

import asyncio
from collections.abc import Callable

from tests.chaos.client import RecordedClient
from tests.chaos.history import History

SETTLE_S = 30.0
"""After the heal the desk has so long to come to rest."""


async def settled(clients: list[RecordedClient], quiet: Callable[[], bool], within_s: float = SETTLE_S) -> bool:
    """Wait until every operation is answered and nothing that `quiet` means is under way; whether it came to that."""
    try:
        async with asyncio.timeout(within_s):
            while not (all(client.connected and not client.waits for client in clients) and quiet()):
                await asyncio.sleep(0.05)
    except TimeoutError:
        return False
    return True


async def note_views(history: History, client: RecordedClient, fresh: RecordedClient) -> None:
    """Write down the contacts as events made them, and as `fresh`, a new session of the same person, has them."""
    run = asyncio.create_task(fresh.run())
    try:
        async with asyncio.timeout(10):
            await fresh.until(lambda view: bool(view.me))
    finally:
        fresh.stop()
        await run
    for ident, applied in client.view.contacts.items():
        shown = fresh.view.contacts.get(ident, {})
        mine = bool(shown) and (client.company > 0 or _holds(client, ident))
        history.note(
            client.who, "info", "view", company=client.company, chat=ident,
            v={"applied": applied, "fresh": shown, "mine": mine},
        )  # fmt: skip


def _holds(client: RecordedClient, contact: int) -> bool:
    agent = client.view.agent
    return agent is not None and any(held["contact"] == contact for held in agent["contacts"])
