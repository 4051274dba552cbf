"""
One conversation from both sides: `python docs/examples/talk.py http://127.0.0.1:8765`.

The desk must have been started with `--demo-tokens`, which hands a sign-in token to whoever asks. In your own program
the token comes from the backend that knows who the person is.
"""

import asyncio
import json
import random
import sys
from collections.abc import Callable
from urllib.request import Request, urlopen

from sim.client import Client, Refusal


def somebody(desk: str, role: str) -> Callable[[], str]:
    """A new person of this role: a function that gives a token, which the client calls for each connection."""
    body = json.dumps({"role": role}).encode()
    request = Request(f"{desk}/demo/token", body, {"Content-Type": "application/json"}, method="POST")
    with urlopen(request, timeout=5) as answer:
        token = str(json.load(answer)["token"])
    return lambda: token


async def ask(asc: Client) -> None:
    """Ask for a chat, say what is wrong, and wait until the agent has ended it."""
    opened = await asc.send({"t": "chat.request", "product": "expense", "language": "en", "topic": "Receipt missing"})
    contact = opened["contact"]
    print("in line")
    await asc.until(lambda view: view.contacts[contact]["state"] == "connected")
    await asc.send({"t": "msg.send", "contact": contact, "text": "The hotel sent no receipt."})
    await asc.until(lambda view: view.contacts[contact]["state"] == "closed")
    for message in asc.view.contacts[contact]["messages"]:
        print(f"{message['by']}: {message['text']}")


async def serve(agent: Client) -> None:
    """Sign in, take what rings, answer, and end it."""
    await agent.send({"t": "agent.sign_in", "products": ["expense"], "languages": ["en"], "capacity": 1})
    await agent.until(lambda view: bool(view.agent and view.agent["offers"]))
    assert agent.view.agent is not None
    offer = agent.view.agent["offers"][0]
    contact = offer["contact"]
    try:
        await agent.send({"t": "offer.accept", "offer": offer["offer"]})
    except Refusal as refused:
        print(f"too late: {refused.code}")
        return
    await agent.until(lambda view: bool(view.contacts[contact]["messages"]))
    await agent.send({"t": "msg.send", "contact": contact, "text": "Then your own note will do."})
    await agent.send({"t": "contact.close", "contact": contact})
    await agent.send({"t": "wrapup.finish", "contact": contact})


async def main(desk: str) -> None:
    """Let both talk, each on a connection of its own."""
    url = desk.replace("http", "ws", 1) + "/ws"
    asc = Client(url, desk, somebody(desk, "asc"), random.Random())
    agent = Client(url, desk, somebody(desk, "agent"), random.Random())
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(client.run()) for client in (asc, agent)]
        await asyncio.gather(ask(asc), serve(agent))
        for client in (asc, agent):
            client.stop()
        await asyncio.wait(running)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
