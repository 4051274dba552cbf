"""A whole desk in this process, with a real store in a folder, spoken to past its door."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from router.core import commands as cmd
from router.core.ids import AscId, CompanyId, ContactId, LineKey
from router.service.server import DeskService, ServiceSettings, start_service
from router.service.transcripts import Transcripts
from tests.service.desk import policy


@asynccontextmanager
async def desk_in(folder: Path, **settings: Any) -> AsyncIterator[DeskService]:
    """A running desk on this folder."""
    service = await start_service(ServiceSettings(folder, policy(), **settings))
    try:
        yield service
    finally:
        await service.stop()


def words(service: DeskService) -> Transcripts:
    """What people said at this desk."""
    return service._parts.transcripts


async def open_contact(service: DeskService, contact: int, asc: int, topic: str) -> str:
    """Let an ASC ask for a chat; the code of the verdict, empty when the contact is open."""
    transcripts = words(service)
    key = transcripts.new_key(contact)
    sealed = transcripts.seal(contact, {"name": f"asc {asc}", "company": "", "topic": topic})
    command = cmd.RequestChat(ContactId(contact), AscId(asc), CompanyId(1), LineKey("expense/en"))
    return (await service.node.submit(command, sealed=sealed, keys=(key,))).code


async def say(service: DeskService, contact: int, asc: int, text: str) -> None:
    """Let an ASC write."""
    sealed = words(service).seal(contact, {"name": f"asc {asc}", "text": text})
    assert "" == (await service.node.submit(cmd.PostMessage(ContactId(contact), "asc", asc), sealed=sealed)).code


def heard(service: DeskService, contact: int) -> list[str]:
    """What can be read of a contact: its topic, then its messages."""
    transcripts = words(service)
    transcript = transcripts.find(contact)
    assert transcript is not None
    sealed = [transcript.intro, *(sealed for _, _, _, sealed in transcript.messages)]
    said = [transcripts.open(contact, each) for each in sealed]
    return [each.get("topic", each.get("text", "")) for each in said]
