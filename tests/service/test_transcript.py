"""
A conversation that is kept: every frame of it is still of the protocol, and a desk still says the same kinds of frames.

`tests/service/transcripts/ringback.v1.jsonl` has one line a frame: who, `>` (to the desk) or `<`, and the frame. It is
written once for each version of the protocol and never changed: clients out there speak and hear these. With another
version `python -m tests.service.test_transcript` keeps a conversation in it.
"""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from router.wire.frames import BEFORE, PROTOCOL, PROTOCOLS, decode_frame
from router.wire.frames.told import SERVER_FRAMES
from tests.service.desk import DANA, MINA, SUE, Client, Service, open_chat, running_desk, talk

FOLDER = Path(__file__).parent / "transcripts"
KEPT = sorted(FOLDER.glob("*.jsonl"))


class Recorded(Client):
    """A client that keeps every frame of both directions."""

    def __init__(self, name: str, client: Client, lines: list[tuple[str, str, dict[str, Any]]]) -> None:
        super().__init__(client.socket)
        self.name, self.lines = name, lines

    async def say(self, frame: dict[str, Any]) -> None:
        self.lines.append((self.name, ">", frame))
        await super().say(frame)


async def conversation(protocol: str) -> list[tuple[str, str, dict[str, Any]]]:
    """A chat, a callback, a return, refusals, looks and a drain, as the wire saw them."""
    lines: list[tuple[str, str, dict[str, Any]]] = []

    async def joined(service: Service, name: str, person: Any, session: int | None = None, **auth: Any) -> Client:
        client = Recorded(name, Client(await service.connect(subprotocols=[protocol])), lines)
        receive = client.socket.recv

        async def recv(*arguments: Any) -> Any:
            text = await receive(*arguments)
            lines.append((name, "<", json.loads(text)))
            return text

        client.socket.recv = recv  # type: ignore[method-assign]
        await client.sign_in(person, session, **auth)
        return client

    async with running_desk() as service:
        dana, mina = await joined(service, "dana", DANA), await joined(service, "mina", MINA)
        sue = await joined(service, "sue", SUE)
        contact = await talk(dana, mina)
        said = await dana.ask("msg.send", contact=contact, text="Hello")
        await mina.hear("ev", k="message")
        await mina.ask("msg.send", contact=contact, text="How can I help?")
        await mina.ask("contact.close", contact=contact)
        await mina.ask("wrapup.finish", contact=contact)
        await mina.ask("agent.status", status="break", reason="lunch")
        second = await open_chat(dana)
        await dana.ask("callback.request", contact=second, number="+49 30 901820")
        await dana.ask("callback.cancel", contact=second)
        await mina.ask("offer.accept", offer=999)
        await sue.say({"t": "watch", "line": "expense/en"})
        await sue.hear("st", s="line:expense/en")
        await mina.say({"t": "colleagues"})
        await mina.hear("st", s="colleagues")
        await dana.say({"t": "slots", "line": "expense/en", "zone": "Europe/Berlin"})
        await dana.hear("st", s="slots")
        await dana.say({"t": "sync", "contact": contact})
        await dana.hear("snap")
        await dana.say({"t": "beat"})
        await dana.hear("beat")
        await dana.say({"t": "msg.send", "id": dana.number + 5, "contact": contact, "text": "too early"})
        await dana.answer(dana.number + 5)
        await dana.leave()
        more = {} if protocol == BEFORE else {"resume": [[contact, said["o"], said["at"]]]}
        dana = await joined(service, "dana", DANA, dana.session, **more)
        await service.gateway.drain(0.0, service.node.ended)
        for client in (dana, mina, sue):
            await client.closed()
    return lines


def check(who: str, way: str, frame: dict[str, Any]) -> None:
    """The frame is of the protocol."""
    try:
        if way == ">":
            decode_frame(json.dumps(frame))
        else:
            SERVER_FRAMES.validate_json(json.dumps(frame))
    except ValidationError as error:
        raise AssertionError(f"{who} {way} {frame}: {error}") from error


def shapes(frame: dict[str, Any]) -> Iterator[str]:
    """The places that a client finds in a frame, under the kind of frame it is."""
    kind = ":".join([frame["t"], str(frame.get("s", "")).partition(":")[0], frame.get("k", "")])

    def places(value: Any, path: str) -> Iterator[str]:
        yield path
        if isinstance(value, dict):
            for name, inner in value.items():
                yield from places(inner, f"{path}.{name}")
        elif isinstance(value, list):
            for inner in value:
                yield from places(inner, f"{path}[]")

    return places(frame, kind)


def read(path: Path) -> list[tuple[str, str, dict[str, Any]]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_what_a_desk_says_is_what_is_documented_and_what_was_kept(protocol: str) -> None:
    """
    Every frame of a real conversation in each version that is served is of the documented models; all kinds occur.

    Nothing that the kept conversation told is missing from it: clients of that version may rely on each place.
    """
    lines = await conversation(protocol)

    for line in lines:
        check(*line)
    told = {frame["t"] for _, way, frame in lines if way == "<"}
    assert {"hello", "ready", "ack", "nack", "ev", "st", "snap", "beat", "drain"} == told
    assert {protocol} == {frame["protocol"] for _, _, frame in lines if frame["t"] == "hello"}
    kept = {place for _, way, frame in read(FOLDER / f"{protocol}.jsonl") if way == "<" for place in shapes(frame)}
    now = {place for _, way, frame in lines if way == "<" for place in shapes(frame)}
    assert set() == kept - now


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_a_kept_transcript_is_still_of_the_protocol(path: Path) -> None:
    """What clients of this version say is taken, and what they were told still has this form."""
    lines = read(path)

    assert {">", "<"} == {way for _, way, _ in lines}
    for line in lines:
        check(*line)


def test_the_versions_that_are_served_have_transcripts() -> None:
    """Whoever makes another version keeps a conversation in it; two are served, this one and the one before."""
    assert set(PROTOCOLS) <= {path.stem for path in KEPT}
    assert [int(name.rpartition("v")[2]) for name in PROTOCOLS] == [
        number := int(PROTOCOL.rpartition("v")[2]),
        number - 1,
    ]


if __name__ == "__main__":
    path = FOLDER / f"{PROTOCOL}.jsonl"
    with path.open("x", encoding="utf-8") as file:  # What is kept is never written again.
        for who, way, frame in asyncio.run(conversation(PROTOCOL)):
            file.write(
                json.dumps([who, way, {**frame, "token": "a sign-in token"} if "token" in frame else frame]) + "\n"
            )
