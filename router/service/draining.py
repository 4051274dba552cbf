"""
Leaving in good order: everybody is told when, and the connections end one after the other, not all at once.

Whoever is let go connects to another node at once, so the schedule is what that node and its store have to bear. It is
even, not drawn: nobody can be unlucky. Nothing is decided here about who is served.
"""

import asyncio
from collections.abc import Collection
from typing import Final

import structlog

from router.service.connection import RESTART, Connection
from router.wire import frames as fr

OVERTIME_S: Final = 1.0
"""How long the last ones may take to answer the close."""
LOOK_S: Final = 0.01

log = structlog.get_logger(__name__)


async def drain(sockets: Collection[Connection], within_s: float, cut_short: "asyncio.Future[None]") -> None:
    """
    Tell every connection when it ends (`drain`), and close each with 1012 at its time, all within `within_s` seconds.

    Returns when all are gone, when the time is up, or when `cut_short` is done; who is left is the caller's affair.
    """
    loop = asyncio.get_running_loop()
    begun = loop.time()
    connections = list(sockets)
    closes: list[asyncio.TimerHandle] = []
    for place, connection in enumerate(connections):
        after_s = within_s * place / len(connections)
        connection.control(fr.drain(round(after_s * 1_000)))
        closes.append(loop.call_later(after_s, connection.close, RESTART, "drained"))
    while sockets and not cut_short.done() and loop.time() < begun + within_s + OVERTIME_S:
        await asyncio.sleep(LOOK_S)
    for each in closes:
        each.cancel()
    log.info("connections drained", told=len(connections), left=len(sockets), seconds=round(loop.time() - begun, 1))
