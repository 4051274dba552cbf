"""
The process of the demo's virtual people: `python -m web.people`, started by the demo and by nobody else.

It is told everything in one line of JSON on standard input, and ends when that input ends: so it never outlives the
demo, however the demo dies. It talks to the server through sockets alone.
"""

import asyncio
import sys
import time
from pathlib import Path

from router.service.auth import Person, Tokens
from sim.rehearsal.chance import Identity, is_virtual
from sim.rehearsal.run import Plan, Rehearsal
from sim.scenario_file import load_scenario
from web.orders import Orders

VALID_S = 3_600


def plan_of(orders: Orders) -> Plan:
    """The rehearsal that is ordered."""
    tokens = Tokens(bytes.fromhex(orders.secret))

    def token_of(who: Identity) -> str:
        person = Person(role=who.role, id=who.id, name=who.name, company=who.company, company_id=who.company_id)
        return tokens.issue(person, int(time.time()) + VALID_S)

    return Plan(
        url=orders.url,
        origin=orders.origin,
        scenario=load_scenario(Path(orders.scenario)),
        clock=orders.clock,
        seed=orders.seed,
        token_of=token_of,
        left_over=tuple(person for person in orders.left_over if is_virtual(person)),
    )


async def rehearse(plan: Plan) -> None:
    """Let the people live until standard input ends."""
    loop = asyncio.get_running_loop()
    rehearsal = asyncio.create_task(Rehearsal(plan).run())
    parent = asyncio.ensure_future(loop.run_in_executor(None, sys.stdin.read))
    await asyncio.wait({rehearsal, parent}, return_when=asyncio.FIRST_COMPLETED)
    if rehearsal.done():
        rehearsal.result()


def main() -> None:
    """Read the orders and carry them out."""
    plan = plan_of(Orders.loads(sys.stdin.readline()))
    try:
        asyncio.run(rehearse(plan))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
