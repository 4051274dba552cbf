"""
Keys of contacts that never came to be: each request brings a key along, and the desk may refuse it or have it already.

It follows the desk, also while a node starts, so that keys which a crash has left are found again. Deleting is not on
anybody's path: it happens beside, and is tried again while the store does not answer.
"""

import asyncio
from typing import Final

import structlog

from router.core.commands import BookCallback, OpenCase, ReportCall, RequestCallback, RequestChat
from router.core.desk import Entry, Folded
from router.journal.port import Journal, JournalError, StoredEntry, Uncertain
from router.service.transcripts import Transcripts

BRINGS_A_KEY: Final[dict[type, str]] = {
    RequestChat: "contact_id",
    RequestCallback: "contact_id",
    OpenCase: "contact_id",
    ReportCall: "contact_id",
    BookCallback: "new_contact_id",
}
"""Commands that come with the key of a new contact, and the field that holds its id."""

log = structlog.get_logger(__name__)


class UnusedKeys:
    """A listener of the node; it must follow the desk after `transcripts`, which knows every contact there is."""

    def __init__(self, journal: Journal, transcripts: Transcripts) -> None:
        self._journal = journal
        self._transcripts = transcripts
        self._unused: list[int] = []
        self._deleting: asyncio.Task[None] | None = None

    def on_entry(self, _stored: StoredEntry, entry: Entry, _folded: Folded) -> None:
        """Notice a new contact's id that no contact has after the fold."""
        field = BRINGS_A_KEY.get(entry.command.__class__)
        if field is not None:
            contact_id: int = getattr(entry.command, field)
            if self._transcripts.find(contact_id) is None:
                self._transcripts.drop_key(contact_id)
                self._unused.append(contact_id)

    def on_settled(self) -> None:
        """Have what was noticed deleted."""
        if self._unused and self._deleting is None:
            self._deleting = asyncio.create_task(self._delete(), name="unused keys")

    async def stop(self) -> None:
        """Stop deleting; what is left is found again at the next start."""
        if self._deleting is not None:
            self._deleting.cancel()
            await asyncio.wait({self._deleting})

    async def _delete(self) -> None:
        try:
            while self._unused:
                doomed, self._unused = self._unused, []
                try:
                    await self._journal.drop_keys(doomed)
                except Uncertain:
                    self._unused += doomed
        except JournalError as error:
            log.warning("unused keys stay until the next start", reason=str(error))
        finally:
            self._deleting = None
